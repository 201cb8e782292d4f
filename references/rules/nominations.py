"""How a nomination moves, when it is due, and when it must be confirmed before an invitation goes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from references.choices import NominationState

State = NominationState

OPEN = frozenset([State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.QUEUED, State.INVITED, State.PARKED])
# Those of which nobody has decided yet: what they say may be changed.
UNDECIDED = frozenset([State.SUBMITTED, State.RETURNED])
# Those that wait for an invitation and take up a place in the plan.
WAITING = frozenset([State.ACCEPTED, State.QUEUED])
MOVES: Mapping[NominationState, frozenset[NominationState]] = {
    State.SUBMITTED: frozenset([State.RETURNED, State.ACCEPTED, State.REFUSED, State.PARKED, State.WITHDRAWN]),
    State.RETURNED: frozenset([State.SUBMITTED, State.REFUSED, State.WITHDRAWN]),
    State.ACCEPTED: frozenset([State.QUEUED, State.INVITED, State.PARKED, State.REFUSED, State.WITHDRAWN]),
    State.QUEUED: frozenset([State.QUEUED, State.INVITED, State.PARKED, State.REFUSED, State.WITHDRAWN]),
    State.INVITED: frozenset([State.ENROLLED, State.DECLINED, State.PARKED, State.WITHDRAWN]),
    State.ENROLLED: frozenset([State.INVITED]),
    State.PARKED: frozenset([State.SUBMITTED, State.ACCEPTED, State.INVITED, State.REFUSED, State.WITHDRAWN]),
}


@dataclass(frozen=True)
class RecruitingPolicy:
    """Days after which something is due, and how many invitations the programme can look after in a month."""

    capacity: int = 20
    verify_after_days: int = 30
    decide_within_days: int = 7
    complete_within_days: int = 14
    answer_within_days: int = 21


def may_move(before: str, after: str) -> bool:
    """Whether a nomination in the one state may come into the other."""
    return after in MOVES.get(NominationState(before), frozenset())


def due_on(
    state: str,
    *,
    since: date,
    policy: RecruitingPolicy,
    planned_month: date | None = None,
    parked_until: date | None = None,
) -> date | None:
    """The day by which somebody should have acted; None where nothing is waited for any more."""
    match state:
        case State.SUBMITTED:
            return since + timedelta(days=policy.decide_within_days)
        case State.RETURNED:
            return since + timedelta(days=policy.complete_within_days)
        case State.QUEUED if planned_month is None:
            return None
        case State.ACCEPTED | State.QUEUED:
            return end_of_month(planned_month or since)
        case State.INVITED:
            return since + timedelta(days=policy.answer_within_days)
        case State.PARKED:
            return parked_until
    return None


def is_stale(verified_on: date, *, today: date, days: int) -> bool:
    """Whether the nominator vouched for it longer ago than so many days, so that it must be confirmed first."""
    return today - verified_on > timedelta(days=days)


def is_nearly_stale(verified_on: date, *, today: date, days: int) -> bool:
    """Whether two thirds of the time have passed for which a nominator's word holds: it may be given anew."""
    return today - verified_on > timedelta(days=days - days // 3)


def end_of_month(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def next_month(day: date) -> date:
    """The first day of the month after the one of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
