"""In which order customers are invited, in which month, and which of them now: never more than can be looked after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from references.rules.nominations import next_month

# A customer of the highest impact goes before one that has waited for half a year; nobody waits for ever.
POINTS_FOR_IMPACT, POINTS_FOR_GAP, DAYS_A_POINT, MOST_POINTS_FOR_AGE = 50, 30, 7, 60


@dataclass(frozen=True)
class Candidate:
    """A nomination that waits for its invitation. `impact` is 0-100; `fills_gap` where references are missing.

    `leaves_on` is the day to come on which the customer leaves, as far as it has given notice.
    """

    pk: int
    impact: int
    fills_gap: bool
    waits_since: date
    leaves_on: date | None = None


def score(candidate: Candidate, *, today: date) -> int:
    """How urgent the invitation is: 0-140, more is earlier."""
    waited = max((today - candidate.waits_since).days, 0)
    age = min(waited // DAYS_A_POINT, MOST_POINTS_FOR_AGE)
    return candidate.impact * POINTS_FOR_IMPACT // 100 + POINTS_FOR_GAP * candidate.fills_gap + age


def plan(
    candidates: Iterable[Candidate], *, capacity: int, invited_this_month: int, today: date
) -> Iterator[tuple[int, int, date | None]]:
    """The id, score and month (its first day) of every candidate, most urgent first, `capacity` to a month.

    The running month has only the places that its invitations have left. Equal scores go by who has waited longest.
    Whose turn would come when the customer has left has no month and takes up no place.
    """
    scored = [(score(candidate, today=today), candidate) for candidate in candidates]
    scored.sort(key=lambda pair: _order(pair[0], pair[1].waits_since, pair[1].pk))
    month, places = today.replace(day=1), max(capacity - invited_this_month, 0)
    for points, candidate in scored:
        if not places:
            month, places = next_month(month), capacity
        if candidate.leaves_on is not None and candidate.leaves_on <= month:
            yield candidate.pk, points, None
            continue
        places -= 1
        yield candidate.pk, points, month


@dataclass(frozen=True)
class InLine:
    """A nomination in the plan. `is_ready` if nothing but its place keeps its customer from being invited now."""

    pk: int
    score: int
    waits_since: date
    is_ready: bool


@dataclass(frozen=True)
class Place:
    """How many that could be invited now come before a nomination, and how many invitations the month has left and has
    had."""

    before: int
    left: int
    sent: int

    @property
    def may_go_out(self) -> bool:
        """Nobody takes the place of those who come before: it goes out if one is left when each of them has its own."""
        return self.left > self.before


def places(waiting: Iterable[InLine], *, capacity: int, invited_this_month: int) -> dict[int, Place]:
    """The place of every nomination that waits. What cannot be invited now holds up nobody."""
    left, before = max(capacity - invited_this_month, 0), 0
    found: dict[int, Place] = {}
    for one in sorted(waiting, key=lambda one: _order(one.score, one.waits_since, one.pk)):
        found[one.pk] = Place(before, left, invited_this_month)
        before += one.is_ready
    return found


def _order(points: int, waits_since: date, pk: int) -> tuple[int, date, int]:
    """Most urgent first; equal scores go by who has waited longest."""
    return -points, waits_since, pk
