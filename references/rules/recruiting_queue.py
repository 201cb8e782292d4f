"""In which order customers are invited, and in which month: never more of them than the programme can look after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from references.rules.nominations import next_month

# A customer of the highest impact goes before one that has waited for half a year; nobody waits for ever.
POINTS_FOR_IMPACT, POINTS_FOR_GAP, DAYS_A_POINT, MOST_POINTS_FOR_AGE = 50, 30, 7, 60


@dataclass(frozen=True)
class Candidate:
    """A nomination that waits for its invitation. `impact` is 0-100; `fills_gap` where references are missing."""

    pk: int
    impact: int
    fills_gap: bool
    waits_since: date


def score(candidate: Candidate, *, today: date) -> int:
    """How urgent the invitation is: 0-140, more is earlier."""
    waited = max((today - candidate.waits_since).days, 0)
    age = min(waited // DAYS_A_POINT, MOST_POINTS_FOR_AGE)
    return candidate.impact * POINTS_FOR_IMPACT // 100 + POINTS_FOR_GAP * candidate.fills_gap + age


def plan(
    candidates: Iterable[Candidate], *, capacity: int, invited_this_month: int, today: date
) -> Iterator[tuple[int, int, date]]:
    """The id, score and month (its first day) of every candidate, most urgent first, `capacity` to a month.

    The running month has only the places that its invitations have left. Equal scores go by who has waited longest.
    """
    scored = [(score(candidate, today=today), candidate) for candidate in candidates]
    scored.sort(key=lambda pair: (-pair[0], pair[1].waits_since, pair[1].pk))
    month, places = today.replace(day=1), max(capacity - invited_this_month, 0)
    for points, candidate in scored:
        if not places:
            month, places = next_month(month), capacity
        places -= 1
        yield candidate.pk, points, month
