"""What the programme decides on a nomination: accepted, returned for more, refused, parked, taken up again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from core.quarters import years_after
from customers.actions import customers
from customers.choices import Lifecycle
from customers.models import Customer
from references.actions import nomination_turns, recruiting_queue
from references.actions.nomination_history import day_of, lock, move, refuse_lost, refused
from references.actions.nomination_joins import hand_over
from references.actions.nomination_speakers import enter_speaker, recognise_speaker, refuse_absent_speaker
from references.choices import NominationDeed, NominationState
from references.models import Nomination
from references.reports.merges import open_nominations

State, Deed = NominationState, NominationDeed
LONGEST_PARKED = 3


@transaction.atomic
def accept(
    nomination: Nomination,
    *,
    customer: Customer | None = None,
    lifecycle: str = "",
    csm: User | None = None,
    by: User,
    at: datetime,
) -> Nomination:
    """Take a nomination into the queue, and a contact that is not here yet into the customer's contacts. A contact of
    the same e-mail address, or without one of the same name, is the one who was named with a proposed company.

    A company that was proposed by name is entered as a customer that stands where `lifecycle` says (live if nothing is
    said) and is looked after by `csm`, or is the `customer` that is named here. If that one has an open nomination,
    this one ends and its nominators join the other, which is taken in if it was submitted, and is returned.
    """
    current = lock(nomination)
    if current.state != State.SUBMITTED:
        raise refused(current)
    refuse_absent_speaker(current)
    here, proposed, speaker = current.customer or customer, current.proposed_customer, ""
    _refuse_contradiction(here, customer, says_more=bool(lifecycle or csm))
    if current.customer is None:
        values = {"lifecycle": lifecycle or Lifecycle.LIVE, "csm": csm}
        known = here or customers.enter(name=proposed, values=values, by=by, at=at)
        other = Nomination.objects.open().filter(customer=known).first()
        if other is not None:
            if other.state == State.SUBMITTED:
                accept(other, by=by, at=at)
            return hand_over(current, other, by=by, at=at, customer=known, proposed_customer="")
        current.customer, current.proposed_customer = customers.lock(known.pk), ""
        speaker = recognise_speaker(current)
    take_in(current, reason=f"{_known_as(proposed, current)} {speaker}".strip(), by=by, at=at)
    recruiting_queue.plan(at=at)
    current.refresh_from_db()
    return current


def _known_as(proposed: str, current: Nomination) -> str:
    """Who proposed a company reads under which other name it is a customer, and sees if that is a slip."""
    if proposed in ("", str(current)):
        return ""
    return _("It was proposed as “%(name)s”, which is %(customer)s.") % {"name": proposed, "customer": current}


def _refuse_contradiction(here: Customer | None, named: Customer | None, *, says_more: bool) -> None:
    if named is not None and here != named:
        told = {"nominated": here, "named": named}
        raise RuleBroken(_("This is a nomination of %(nominated)s and cannot be accepted for %(named)s.") % told)
    if here is not None and says_more:
        words = _("%s is a customer here already; say where it stands and who looks after it on its own page.")
        raise RuleBroken(words % here)


@transaction.atomic
def take_in(current: Nomination, *, reason: str = "", by: User, at: datetime) -> None:
    """Accept a locked nomination of a customer, without its month: who takes in one or many plans the queue then."""
    customer = current.customer
    if customer is None or current.state != State.SUBMITTED:
        raise refused(current)
    refuse_lost(current, at=at)
    if current.contact is None:
        enter_speaker(current, by=by, at=at)
    move(current, Deed.ACCEPTED, State.ACCEPTED, reason=reason, accepted_at=at, by=by, at=at)


@transaction.atomic
def return_for_more(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """Ask the nominator for what is missing; refused of a customer that has left."""
    current = lock(nomination)
    refuse_lost(current, at=at)
    move(current, Deed.RETURNED, State.RETURNED, reason=_said(reason, _("Say what is missing.")), by=by, at=at)
    return current


@transaction.atomic
def refuse(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """Say no, with a reason that every nominator reads."""
    current = lock(nomination)
    words = _("Say why; whoever nominated the customer will want to know.")
    move(current, Deed.REFUSED, State.REFUSED, reason=_said(reason, words), by=by, at=at)
    recruiting_queue.plan(at=at)
    return current


@transaction.atomic
def park(nomination: Nomination, *, until: date, reason: str, by: User, at: datetime) -> Nomination:
    """Set a nomination aside until a day, on which it comes back by itself; refused of a customer that has left, or
    will have by then."""
    if until <= day_of(at):
        raise RuleBroken(_("Choose a day that is still to come."))
    if until > years_after(day_of(at), LONGEST_PARKED):
        raise RuleBroken(_("Nothing is parked for more than three years; look at the year."))
    current = lock(nomination)
    refuse_lost(current, at=at)
    _refuse_too_late(current.customer, until)
    words = _said(reason, _("Say what it waits for."))
    move(current, Deed.PARKED, State.PARKED, reason=words, parked_until=until, by=by, at=at)
    recruiting_queue.plan(at=at)
    return current


@transaction.atomic
def resume(nomination: Nomination, *, by: User | None, at: datetime) -> Nomination:
    """Take a parked nomination up again, where it was: with the customer if that had been asked, in the queue if it had
    been accepted, else as submitted.

    Refused of a customer that has left, unless the program does it, which withdraws it next.
    """
    current = lock(nomination)
    if current.state != State.PARKED:
        raise RuleBroken(_("Only a parked nomination is taken up again."))
    if by is not None:
        refuse_lost(current, at=at)
    reason = ""
    if by is None and current.parked_until is not None:
        reason = _("It was parked until %s.") % date_format(current.parked_until)
    move(current, Deed.RESUMED, current.comes_back_as, reason=reason, by=by, at=at)
    if current.is_waiting:
        recruiting_queue.plan(at=at)
        current.refresh_from_db()
    return current


@transaction.atomic
def follow_merge(survivor: Customer, *, duplicate: Customer, by: User | None, at: datetime) -> None:
    """A duplicate's nominations are the survivor's; of two open ones the one that has come further stays open, and the
    nominators of the other join it."""
    both = open_nominations(survivor, duplicate)
    if len(both) > 1:
        kept, ended = both
        hand_over(lock(ended), kept, by=by, at=at)
    Nomination.objects.filter(customer=duplicate).update(customer=survivor)
    nomination_turns.hand_on(at=at)


def _refuse_too_late(customer: Customer | None, until: date) -> None:
    if customer is not None and customer.churned_on is not None and until >= customer.churned_on:
        words = _("%(customer)s leaves on %(day)s; choose an earlier day, or refuse or withdraw the nomination.")
        raise RuleBroken(words % {"customer": customer, "day": date_format(customer.churned_on)})


def _said(reason: str, complaint: str) -> str:
    if not reason.strip():
        raise RuleBroken(complaint)
    return reason.strip()
