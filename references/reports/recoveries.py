"""Customers that came out of trouble content: the best stories, known to whoever solved the case."""

from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef

from core.models import User
from customers.models import Customer, SupportCase
from customers.models.support_case import SupportCaseQuerySet
from references.models import Nomination

WITHIN_DAYS: Final = 60


def recoveries(today: date) -> SupportCaseQuerySet:
    """Severe cases solved within 60 days to the customer's content by a colleague who is still here.

    Left out are customers that are nominated now, or have been since the case was opened.
    """
    active = Customer.objects.active(today)
    rows = SupportCase.objects.recovered(today, days=WITHIN_DAYS).filter(customer__in=active, solver__is_active=True)
    since = Nomination.objects.filter(customer=OuterRef("customer"), submitted_at__date__gte=OuterRef("opened_on"))
    now = Nomination.objects.open().filter(customer=OuterRef("customer"))
    unspoken = rows.filter(~Exists(since), ~Exists(now))
    return unspoken.select_related("customer", "solver").order_by("-closed_on", "-pk")


def of(user: User, *, today: date) -> SupportCaseQuerySet:
    """Those that the person has solved."""
    return recoveries(today).filter(solver=user)
