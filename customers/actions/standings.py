"""Where a customer stands, said to somebody whose page showed it elsewhere."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import StaleVersion
from core.models import Programme
from customers.choices import ChangeKind, Lifecycle
from customers.models import Customer


def refuse_moved(customer: Customer, *, seen: str | None, at: datetime) -> None:
    """StaleVersion unless the locked customer stands where the person saw it; who says nothing has seen it just now."""
    if seen and seen != customer.standing_mark:
        raise stale(customer, at=at)


def stale(customer: Customer, *, at: datetime) -> StaleVersion:
    """What is raised when somebody else was first: it says where the customer stands now."""
    return StaleVersion(_words(customer, at=at), current=customer)


def _words(customer: Customer, *, at: datetime) -> str:
    if customer.churned_on is None:
        told = {"customer": customer, "stage": customer.get_lifecycle_display()}
        if _was_won_back(customer):
            words = _("%(customer)s was won back meanwhile and is “%(stage)s” now. Send it again if it is meant.")
        else:
            words = _("Somebody else was first: %(customer)s is “%(stage)s” now. Send it again to replace it.")
        return words % told
    words = (
        _("%(customer)s has left already on %(day)s: %(reason)s")
        if customer.has_left(Programme.current().calendar.day_of(at))
        else _("%(customer)s leaves already on %(day)s: %(reason)s")
    )
    told = {"customer": customer, "day": date_format(customer.churned_on), "reason": customer.churn_reason}
    return words % told


def _was_won_back(customer: Customer) -> bool:
    last = customer.changes.filter(kind=ChangeKind.LIFECYCLE).order_by("-pk").first()
    return last is not None and last.fields.get("lifecycle", [""])[0] == Lifecycle.CHURNED
