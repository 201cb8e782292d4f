"""How long people who speak for us stay up to date, and when what is noted of an occasion can be true."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.quarters import years_after

EARLIEST = date(1990, 1, 1)
# An occasion is planned a few years ahead at most; beyond that lies a slip of the year.
FURTHEST_YEARS = 5


@dataclass(frozen=True)
class EvangelistPolicy:
    """`brief_every_days`: who was not briefed for so long no longer knows the product as it is."""

    brief_every_days: int = 90

    def briefed_since(self, today: date) -> date:
        """The first day on which a briefing still counts; who was briefed before it, or never, is due."""
        return max(EARLIEST, today - timedelta(days=min(self.brief_every_days, (today - date.min).days)))

    def is_stale(self, briefed_on: date | None, today: date) -> bool:
        return briefed_on is None or briefed_on < self.briefed_since(today)


def is_too_early(day: date) -> bool:
    """Whether nobody can have spoken for us yet: the year is a slip such as 0206."""
    return day < EARLIEST


def is_too_far(day: date, today: date) -> bool:
    """Whether nobody plans an occasion for such a day."""
    return day > years_after(today, FURTHEST_YEARS)


def attendance_is_known(held_on: date, today: date) -> bool:
    """Whether anybody can have been there: an invitation is no attendance, and nor is the evening before."""
    return held_on <= today
