"""Customers that came out of trouble content: the best stories, known to whoever solved the case."""

from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import Programme, User
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
    day = TruncDate("submitted_at", tzinfo=Programme.current().calendar.zone)
    since = Nomination.objects.alias(day=day).filter(customer=OuterRef("customer"), day__gte=OuterRef("opened_on"))
    now = Nomination.objects.open().filter(customer=OuterRef("customer"))
    unspoken = rows.filter(~Exists(since), ~Exists(now))
    return unspoken.select_related("customer", "solver").order_by("-closed_on", "-pk")


def of(user: User, *, today: date) -> SupportCaseQuerySet:
    """Those that the person has solved."""
    return recoveries(today).filter(solver=user)


def solved(user: User, customer: Customer, pk: int) -> SupportCase | None:
    """A case of the customer that was solved and rated, as a nomination begins with it; None if there is none."""
    rows = SupportCase.objects.visible_to(user).filter(closed_on__isnull=False, satisfaction__isnull=False)
    return rows.filter(customer=customer, pk=pk).first()


def in_words(case: SupportCase) -> str:
    """What is known of a solved case: how a story of recovery begins."""
    named = _("%(number)s (“%(subject)s”)") if case.subject else "%(number)s"
    told = {
        "case": named % {"number": case.number, "subject": case.subject},
        "day": date_format(case.closed_on) if case.closed_on else "–",
        "score": case.satisfaction,
    }
    return _("Case %(case)s was solved on %(day)s, and the customer rated it %(score)s of 5.") % told
