"""Referrals: noted, followed up, withdrawn when they were none."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions import contacts, customers
from customers.actions.early_days import refuse_gone, refuse_too_early
from customers.choices import EvangelistLevel, ReferralOutcome
from customers.models import Contact, Customer, Referral

EDITABLE = frozenset(
    [
        "referred_on",
        "told_name",
        "told_company",
        "is_prompted",
        "customer",
        "outcome",
        "decided_on",
        "revenue",
        "note",
    ]
)


@transaction.atomic
def record(contact: Contact, *, values: Mapping[str, Any], by: User | None, at: datetime) -> Referral:
    """The contact told somebody of us, and is an evangelist from then on; `values` maps names of EDITABLE.

    Raises Duplicate for what is noted already.
    """
    _refuse_unknown(values)
    _lock_customers(contact.customer_id, values.get("customer"))
    referral = Referral(contact=contact, created_at=at, created_by=by, updated_at=at, **values)
    _refuse_twin(referral)
    _check_day(referral)
    _check(referral, _day_of(at))
    _refuse_own_customer(referral)
    referral.save()
    audit.record("referral.recorded", referral, by=by, at=at, contact=contact.pk)
    _mark_evangelist(referral, by=by, at=at)
    return referral


@transaction.atomic
def edit(
    referral: Referral,
    *,
    changes: Mapping[str, Any],
    seen_version: int | None = None,
    may_write_revenue: bool = True,
    by: User | None,
    at: datetime,
) -> Referral:
    """Write what differs; nothing if nothing differs. StaleVersion if changed since `seen_version`, where given.

    Who may not write revenue does not lose it either: an outcome that would take it away is refused.
    """
    _refuse_unknown(changes)
    _lock_customers(changes.get("customer"))
    current = _lock(referral)
    if current.is_withdrawn:
        raise RuleBroken(_("This referral was withdrawn; nothing of yours is saved. Take it back first."))
    _refuse_unseen(current, seen_version)
    fields = _differing(current, changes)
    if not fields:
        return current
    if not may_write_revenue and "revenue" in fields:
        raise RuleBroken(_lost_revenue())
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    if "referred_on" in fields:
        _check_day(current)
    if fields.keys() & {"referred_on", "told_name", "told_company"}:
        _refuse_twin(current)
    _check(current, _day_of(at))
    if fields.keys() & {"customer", "outcome"}:
        _refuse_own_customer(current)
    told = {name: [customers.plain(before), customers.plain(after)] for name, (before, after) in fields.items()}
    _save(current, at=at)
    audit.record("referral.edited", current, by=by, at=at, fields=told)
    return current


@transaction.atomic
def withdraw(referral: Referral, *, reason: str, seen_version: int | None = None, by: User, at: datetime) -> Referral:
    """It was entered by mistake: it stays, marked as such, and counts nowhere. StaleVersion as for `edit`."""
    current = _lock(referral)
    if current.is_withdrawn:
        raise RuleBroken(_("This referral is withdrawn already."))
    if not reason.strip():
        raise RuleBroken(_("Write why the referral does not count."))
    _refuse_unseen(current, seen_version)
    current.withdrawn_at, current.withdrawn_by, current.withdrawn_reason = at, by, reason
    _save(current, at=at)
    audit.record("referral.withdrawn", current, by=by, at=at, reason=reason)
    return current


@transaction.atomic
def reinstate(referral: Referral, *, by: User, at: datetime) -> Referral:
    """It counts again."""
    current = _lock(referral)
    if not current.is_withdrawn:
        raise RuleBroken(_("This referral counts already."))
    _refuse_twin(current)
    current.withdrawn_at, current.withdrawn_by, current.withdrawn_reason = None, None, ""
    _save(current, at=at)
    audit.record("referral.reinstated", current, by=by, at=at)
    return current


def _lock_customers(*found: Customer | int | None) -> None:
    """Keep a merge from passing by. Customers are locked in one order, and before the referral, as a merge does."""
    for pk in sorted({one.pk if isinstance(one, Customer) else one for one in found if one is not None}):
        customers.lock(pk)


def _mark_evangelist(referral: Referral, *, by: User | None, at: datetime) -> None:
    """Who refers us is not left to be asked, unless the contact has left, or has said since then why not any more."""
    contact = Contact.objects.get(pk=referral.contact_id)
    has_stopped = contact.asked_on is not None and contact.asked_on >= referral.referred_on
    if contact.is_evangelist or contact.left_on is not None or has_stopped:
        return
    level = EvangelistLevel.PROMPTED if referral.is_prompted else EvangelistLevel.UNPROMPTED
    contacts.edit(contact, changes={"evangelist_level": level}, by=by, at=at)


def _lock(referral: Referral) -> Referral:
    return Referral.objects.select_for_update().get(pk=referral.pk)


def _refuse_unseen(current: Referral, seen_version: int | None) -> None:
    """Who names nothing has seen it just now."""
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)


def _save(referral: Referral, *, at: datetime) -> None:
    referral.version, referral.updated_at = referral.version + 1, at
    referral.save()


def _lost_revenue() -> str:
    return _(
        "A colleague entered the revenue that came of this referral, and it would be lost. "
        "Ask somebody who reads invoices to change the outcome."
    )


def _differing(current: Referral, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What would change, by its name: before and after."""
    pairs = {name: [getattr(current, name), value] for name, value in _followed(changes).items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _followed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with what follows from the outcome: no revenue but of a won one, no day of an open one."""
    outcome = changes.get("outcome", ReferralOutcome.WON)
    follows: dict[str, Any] = {} if outcome == ReferralOutcome.WON else {"revenue": None}
    return follows | ({"decided_on": None} if outcome == ReferralOutcome.OPEN else {}) | dict(changes)


def _day_of(at: datetime) -> date:
    return Programme.current().calendar.day_of(at)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a referral: {', '.join(sorted(unknown))}")


def _check_day(referral: Referral) -> None:
    refuse_too_early(referral.referred_on, field="referred_on")
    refuse_gone(referral.contact, referral.referred_on)


def _refuse_twin(referral: Referral) -> None:
    """Two colleagues hear of one referral, and a form is sent twice; it would count twice."""
    same_day = Referral.objects.filter(contact=referral.contact, referred_on=referral.referred_on, withdrawn_at=None)
    others = same_day.exclude(pk=referral.pk).select_related("created_by")
    twins = [row for row in others if _told(row) == _told(referral)]
    if twins:
        words = _("%(who)s noted this referral already; add what you know to it, or say who else was told.")
        raise Duplicate(words % {"who": twins[0].created_by or _("The program")}, existing=twins)


def _told(referral: Referral) -> tuple[str, str]:
    return referral.told_name.strip().casefold(), referral.told_company.strip().casefold()


def _refuse_own_customer(referral: Referral) -> None:
    """A customer that bought already did not come of its own contact's word; customers that were merged are one."""
    own = referral.contact.customer
    came = referral.customer
    if came is not None and (came.merged_into_id or came.pk) == (own.merged_into_id or own.pk):
        words = _("%(contact)s works at %(customer)s; name the customer that came of the referral.")
        raise RuleBroken(words % {"contact": referral.contact, "customer": own}, field="customer")


def _check(referral: Referral, today: date) -> None:
    """Raise RuleBroken for what no referral can be."""
    if not referral.told_name.strip() and not referral.told_company.strip():
        raise RuleBroken(_("Say who was told of us: a name, a company, or both."), field="told_name")
    if referral.referred_on > today:
        raise RuleBroken(_("The day of the referral lies ahead; enter it when it has happened."), field="referred_on")
    if referral.outcome == ReferralOutcome.OPEN:
        if referral.decided_on is not None:
            raise RuleBroken(_("An open referral has no day of its outcome yet."), field="decided_on")
    elif referral.decided_on is None:
        raise RuleBroken(_("Say on which day the referral was won or came to nothing."), field="decided_on")
    elif not referral.referred_on <= referral.decided_on <= today:
        words = _("A referral is won or lost after it was made, and not in the days to come.")
        raise RuleBroken(words, field="decided_on")
    if referral.revenue is not None and (referral.outcome != ReferralOutcome.WON or referral.revenue < 0):
        raise RuleBroken(_("Only a referral that was won has revenue, and none is negative."), field="revenue")
