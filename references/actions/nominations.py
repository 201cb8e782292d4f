"""What nominators do: nominate, complete what was returned, confirm that it still holds, withdraw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.models import Customer
from customers.reports.customers import look_alikes
from references.actions import recruiting_queue
from references.actions.nomination_history import (
    changed_meanwhile,
    day_of,
    give_turn,
    lock,
    lock_queue,
    move,
    note,
    refuse_gone,
    refuse_lost,
    refused,
)
from references.actions.nomination_joins import Willing, add_missing, join, refuse_empty
from references.actions.nomination_speakers import refuse_absent_speaker
from references.choices import NominationDeed, NominationState
from references.models import Nomination, Nominator, RecruitingSettings
from references.reports.proposals import open_nomination

State, Deed = NominationState, NominationDeed
# What a nominator says; the rest follows from what is done with it.
EDITABLE = frozenset(
    ["contact", "contact_name", "contact_email", "story", "results", "relationship", "relationship_holder", "source"]
)
LONGEST_NAME = 200


@transaction.atomic
def submit(
    *,
    customer: Customer | None = None,
    proposed_customer: str = "",
    values: Mapping[str, Any],
    willingness: Willing,
    by: User,
    at: datetime,
) -> Nomination:
    """Propose a customer, or by name a company that is not here yet. `values` maps names of EDITABLE.

    A customer that is nominated already gets another nominator instead: the open nomination is returned, and both
    keep the credit. Refused for a name that a customer here has, and for who has nominated the customer already.
    """
    _refuse_unknown(values)
    lock_queue()
    if customer is not None:
        customer, proposed_customer = customers.lock(customer.pk), ""
        refuse_gone(customer, at=at)
    else:
        proposed_customer = _refuse_known(proposed_customer)
    subject = {"customer": customer, "proposed_customer": proposed_customer}
    nomination = Nomination(**subject, **values, state_since=at, submitted_at=at, submitted_by=by)
    refuse_absent_speaker(nomination)
    found = open_nomination(customer, proposed_customer)
    if found is not None:
        return join(found, values, willingness, by=by, at=at)
    return _begin(nomination, willingness, by=by, at=at)


@transaction.atomic
def complete(
    nomination: Nomination,
    *,
    seen_version: int,
    changes: Mapping[str, Any],
    willingness: Willing,
    by: User,
    at: datetime,
) -> Nomination:
    """Say more, and hand a returned nomination in again. StaleVersion if it was changed since `seen_version`, unless
    nothing of it can be changed any more."""
    _refuse_unknown(changes)
    current = lock(nomination)
    if not current.is_open:
        raise refused(current)
    if words := decided(current):
        raise RuleBroken(words)
    refuse_lost(current, at=at)
    if current.version != seen_version:
        raise StaleVersion(changed_meanwhile(current), current=current)
    changed = _changed(current, changes, willingness)
    for name, value in changes.items():
        setattr(current, name, value)
    _check(current, willingness)
    _set_willingness(current, willingness)
    current.verified_on = day_of(at)
    if current.state == State.RETURNED:
        move(current, Deed.COMPLETED, State.SUBMITTED, reason=changed, by=by, at=at)
    else:
        current.version += 1
        current.save()
        note(current, Deed.COMPLETED, reason=changed, by=by, at=at)
    return current


def _changed(nomination: Nomination, changes: Mapping[str, Any], willingness: Willing) -> str:
    """Which facts and kinds of reference are told otherwise than before, for those who know the nomination."""
    columns = (nomination._meta.get_field(name) for name in changes if getattr(nomination, name) != changes[name])
    held = {row.dimension: row.willingness for row in nomination.dimensions.select_related("dimension")}
    kinds = sorted({*held, *willingness}, key=lambda one: (one.position, one.pk))
    told = [str(column.verbose_name) for column in columns]  # type: ignore[union-attr]
    told += [str(one) for one in kinds if held.get(one) != willingness.get(one)]
    return _("Changed: %s.") % ", ".join(told) if told else ""


def decided(nomination: Nomination) -> str:
    """Why nobody completes a nomination any more; empty while nobody has decided on it."""
    if nomination.is_undecided:
        return ""
    return _("This nomination was decided on already; what it says stands.")


@transaction.atomic
def verify(nomination: Nomination, *, by: User, at: datetime) -> Nomination:
    """A nominator says that it still holds, which it cannot for a customer that has left; once a day is enough."""
    current = lock(nomination)
    if not current.is_open:
        raise RuleBroken(_("This nomination is over; there is nothing to confirm."))
    refuse_lost(current, at=at)
    if current.asked_at is None and current.verified_on == day_of(at):
        raise RuleBroken(_("This nomination is confirmed already, today; nothing more is needed."))
    current.verified_on, current.asked_at = day_of(at), None
    current.save(update_fields=["verified_on", "asked_at"])
    note(current, Deed.VERIFIED, by=by, at=at)
    return current


@transaction.atomic
def withdraw(nomination: Nomination, *, reason: str, by: User | None, at: datetime) -> Nomination:
    """Take a nomination back; its history and its nominators stay."""
    if not reason.strip():
        raise RuleBroken(_("Say why the nomination is withdrawn."))
    current = lock(nomination)
    move(current, Deed.WITHDRAWN, State.WITHDRAWN, reason=reason.strip(), by=by, at=at)
    recruiting_queue.plan(at=at)
    return current


def _begin(nomination: Nomination, willingness: Willing, *, by: User, at: datetime) -> Nomination:
    nomination.verified_on = day_of(at)
    _check(nomination, willingness)
    give_turn(nomination, settings=RecruitingSettings.current(), today=day_of(at))
    nomination.save()
    _set_willingness(nomination, willingness)
    Nominator.objects.create(nomination=nomination, user=by, nominated_at=at)
    note(nomination, Deed.SUBMITTED, by=by, at=at)
    return nomination


def _refuse_known(name: str) -> str:
    """The name of a company that is not here yet, on one line."""
    name = " ".join(name.split())
    if not name:
        raise RuleBroken(_("Say which customer you nominate."))
    if len(name) > LONGEST_NAME:
        raise RuleBroken(_("The name of the company is longer than %d characters.") % LONGEST_NAME)
    alike = look_alikes(name, "")
    if alike:
        raise RuleBroken(
            _("%(customer)s is a customer here already; choose it from the list.") % {"customer": alike[0]}
        )
    return name


def _check(nomination: Nomination, willingness: Willing) -> None:
    refuse_absent_speaker(nomination)
    said = {name: getattr(nomination, name) for name in ("contact", "contact_name", "story")}
    refuse_empty(said, willingness)


def _set_willingness(nomination: Nomination, willingness: Willing) -> None:
    nomination.dimensions.all().delete()
    add_missing(nomination, willingness)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not what a nominator says: {', '.join(sorted(unknown))}")
