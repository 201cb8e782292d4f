"""Where a customer stands, said to somebody whose page showed it elsewhere, and how it comes back or stays."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
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


def refuse_return(customer: Customer, lifecycle: Lifecycle, *, on: date, at: datetime) -> None:
    """Nobody comes back before having left, and nobody comes back or stays on a day that is still to come."""
    if customer.churned_on is None or lifecycle == Lifecycle.CHURNED:
        return
    today = Programme.current().calendar.day_of(at)
    if not customer.has_left(today):
        if on > today:
            words = _("%(customer)s has not left yet, so it stays as of today; give no later day.")
            raise RuleBroken(words % {"customer": customer})
    elif on > today:
        words = _("%(day)s is still to come; win the customer back on the day on which it is here again.")
        raise RuleBroken(words % {"day": date_format(on)})
    elif on < customer.churned_on:
        raise RuleBroken(_("A customer is won back after it left; give a later day."))


def returns_to(customer: Customer, *, at: datetime) -> Lifecycle:
    """Live if it had left; if it had only given notice, what it was before."""
    if customer.has_left(Programme.current().calendar.day_of(at)):
        return Lifecycle.LIVE
    moves = customer.changes.filter(fields__has_key="lifecycle").order_by("-recorded_at", "-pk")
    before = next((move.fields["lifecycle"][0] for move in moves[:1]), None)
    return Lifecycle(before) if before in Lifecycle.values else Lifecycle.LIVE


def _words(customer: Customer, *, at: datetime) -> str:
    if customer.churned_on is None:
        told = {"customer": customer, "stage": customer.get_lifecycle_display()}
        last = customer.changes.filter(kind=ChangeKind.LIFECYCLE).order_by("-pk").first()
        if last is not None and last.notice_taken_back:
            words = _("%(customer)s stays after all and is “%(stage)s” now. Send it again if it is meant.")
        elif last is not None and last.fields.get("lifecycle", [""])[0] == Lifecycle.CHURNED:
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
