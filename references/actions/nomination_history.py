"""A nomination moves: its present, a row of its history, the audit trail, and a notice to everyone whom it concerns."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices
from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from customers.models import Customer
from references.actions import nomination_notices
from references.choices import INVITERS, NominationDeed, NominationState
from references.models import Nomination, NominationEvent, RecruitingSettings
from references.reports.invitations import gone
from references.rules.nominations import due_on

State, Deed = NominationState, NominationDeed
# Whose turn it is in these is about to write to the customer, or waits for its answer.
WITH_THE_CUSTOMER = frozenset([State.ACCEPTED, State.QUEUED, State.INVITED])
ROWS_AT_ONCE = 500


def lock_queue() -> RecruitingSettings:
    """Wait for whoever changes nominations now. Every deed does it first, before it locks a nomination or a customer,
    so that the plan of the queue is made by one at a time and no two deeds wait for each other."""
    return RecruitingSettings.objects.select_for_update().get(pk=RecruitingSettings.current().pk)


def lock(nomination: Nomination) -> Nomination:
    """The nomination as the database holds it, kept from others until the transaction ends."""
    lock_queue()
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("customer__csm", "submitted_by")
    return rows.get(pk=nomination.pk)


@transaction.atomic
def do_as_seen(
    nomination: Nomination,
    deed: Callable[..., Nomination],
    *,
    seen_version: int | None,
    by: User,
    at: datetime,
    **said: Any,
) -> Nomination:
    """Do a deed to the nomination as somebody saw it: StaleVersion if it was changed since, by whatever deed."""
    current = lock(nomination)
    if seen_version is not None and seen_version != current.version:
        words = _("The nomination was changed since you opened it; it is “%s” now.") % current.get_state_display()
        raise StaleVersion(" ".join(filter(None, [words, _latest(current), _("Look at it again.")])), current=current)
    return deed(current, **said, by=by, at=at)


def changed_meanwhile(nomination: Nomination) -> str:
    """The words of a refusal to whoever has its form open: what was done to it last, which may be no word of it."""
    words = _("The nomination of %(nomination)s was changed while you were editing it.") % {"nomination": nomination}
    return f"{words} {_latest(nomination)}".strip()


def _latest(nomination: Nomination) -> str:
    """What was done to it last, and by whom; that it was planned anew came of something else."""
    event = nomination.events.exclude(deed=Deed.QUEUED).select_related("by").last()
    if event is None:
        return ""
    return _("Its latest: %(deed)s, %(who)s.") % {"deed": event.get_deed_display(), "who": event.by or _("the program")}


def move(
    nomination: Nomination,
    deed: NominationDeed,
    state: NominationState,
    *,
    reason: str = "",
    by: User | None,
    at: datetime,
    **changes: Any,
) -> NominationEvent:
    """Bring a locked nomination into a state, with these columns beside; refused where the state does not allow it."""
    before, had_turn = nomination.state, nomination.owner
    if not nomination.can_become(state):
        raise refused(nomination)
    for name, value in ({"parked_until": None} | changes).items():
        setattr(nomination, name, value)
    nomination.state, nomination.state_since = state, at
    nomination.closed_at = None if nomination.is_open else at
    if not nomination.is_waiting:
        nomination.planned_month = None
    give_turn(nomination, settings=RecruitingSettings.current(), today=day_of(at))
    nomination.version += 1
    nomination.save()
    event = note(nomination, deed, before=before, reason=reason, by=by, at=at)
    if before in WITH_THE_CUSTOMER and state not in WITH_THE_CUSTOMER:
        notices.tell_each(nomination_notices.relieved([(had_turn, event)]), at=at)
    return event


def note(
    nomination: Nomination,
    deed: NominationDeed,
    *,
    before: str = "",
    reason: str = "",
    block: str = "",
    causes: Sequence[str] = (),
    by: User | None,
    at: datetime,
) -> NominationEvent:
    """Append a deed to the history and the audit trail, and tell those whom it concerns."""
    event = NominationEvent(
        nomination=nomination,
        deed=deed,
        state_before=before or nomination.state,
        state=nomination.state,
        reason=reason[:500],
        block=block,
        causes=list(causes),
        recorded_at=at,
        by=by,
    )
    note_each([event], by=by, at=at)
    return event


def note_each(events: Sequence[NominationEvent], *, by: User | None, at: datetime) -> None:
    """The same for deeds to many nominations, not saved yet, all `by` and `at` the same; the statements do not grow
    with their number."""
    NominationEvent.objects.bulk_create(events, batch_size=ROWS_AT_ONCE)
    audit.record_each(
        audit.event_of(
            f"nomination.{event.deed}",
            event.nomination,
            by=by,
            at=at,
            state=event.state,
            reason=event.reason,
            block=event.block,
        )
        for event in events
    )
    notices.tell_each(nomination_notices.of_deeds(events, by=by), at=at)


def refused(nomination: Nomination) -> RuleBroken:
    """What is raised when a deed does not fit the state."""
    told = {"nomination": nomination, "state": nomination.get_state_display()}
    if nomination.state == NominationState.PARKED:
        words = _("The nomination of %(nomination)s is parked; it has to be taken up again first.") % told
    else:
        words = _("The nomination of %(nomination)s is in the state “%(state)s” now; look at it again.") % told
    return RuleBroken(f"{words} {_latest(nomination)}".strip())


def refuse_gone(customer: Customer | None, *, at: datetime) -> None:
    """Nobody asks a customer that has left to speak for us; a company that is not here yet cannot have."""
    if customer is not None and customer.has_left(day_of(at)):
        raise RuleBroken(gone(customer))


def refuse_lost(nomination: Nomination, *, at: datetime) -> None:
    """The same of a nomination, with what can be done with it instead."""
    if words := lost(nomination, at=at):
        raise RuleBroken(words)


def lost(nomination: Nomination, *, at: datetime) -> str:
    """Why nothing that leads to a reference is done with an open nomination; empty while its customer is here."""
    customer = nomination.customer
    if customer is None or not nomination.is_open or not customer.has_left(day_of(at)):
        return ""
    instead = _("Withdraw or refuse the nomination, or win the customer back first.")
    if nomination.state == State.INVITED:
        instead = _("Note that the customer declined, withdraw the nomination, or win the customer back first.")
    return " ".join([gone(customer), instead])


def give_turn(nomination: Nomination, *, settings: RecruitingSettings, today: date) -> None:
    """Whose turn it is in this state, and until when."""
    nomination.owner = owner_of(nomination, settings=settings)
    nomination.due_on = due_on(
        nomination.state,
        since=today,
        policy=settings.as_policy(),
        planned_month=nomination.planned_month,
        parked_until=nomination.parked_until,
    )


def owner_of(nomination: Nomination, *, settings: RecruitingSettings) -> User | None:
    """Whose turn it is in this state; nobody's where it is over, and every programme manager's where nobody decides.
    A CSM who may invite nobody could do nothing with it."""
    csm = nomination.customer.csm if nomination.customer else None
    match nomination.state:
        case State.SUBMITTED | State.PARKED:
            return settings.decider
        case State.RETURNED:
            return nomination.submitted_by
        case State.ACCEPTED | State.QUEUED | State.INVITED:
            return csm if csm is not None and csm.is_active and csm.holds(INVITERS) else settings.decider
    return None


def day_of(at: datetime) -> date:
    return Programme.current().calendar.day_of(at)
