"""Places in the ranking of nominators: who stands where, who is at the top and the bottom, which level is reached.

Nothing here is worth money: the pay plan knows one number, and that is the closing count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from references.choices import BottomVisibility
from references.rules.shares import percent


@dataclass(frozen=True)
class Figures:
    """What somebody's word brought about in a quarter. `high_impact` counts those of `submitted` that matter most,
    `deals` the deals that references of theirs have helped to win; no place goes by it."""

    submitted: int = 0
    accepted: int = 0
    enrolled: int = 0
    high_impact: int = 0
    deals: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.submitted + other.submitted,
            self.accepted + other.accepted,
            self.enrolled + other.enrolled,
            self.high_impact + other.high_impact,
            self.deals + other.deals,
        )

    @property
    def share(self) -> int | None:
        """The share of high-impact customers in percent; None where nothing was submitted."""
        return percent(self.high_impact, self.submitted)

    @property
    def standing(self) -> tuple[int, int, int]:
        """What places go by: enrolled first, then accepted, then submitted."""
        return self.enrolled, self.accepted, self.submitted

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was brought about: neither nominated nor accepted nor enrolled."""
        return not any(self.standing)


@dataclass(frozen=True)
class Level:
    """A reward level: a name for so many enrolled nominations in a fiscal year."""

    name: str
    needed: int


def total(figures: Iterable[Figures]) -> Figures:
    """The sums of a team."""
    return reduce(Figures.__add__, figures, Figures())


def places(figures: Sequence[Figures]) -> list[int]:
    """The place of each, from 1: equal figures share one, and as many places are left out after it."""
    first: dict[tuple[int, int, int], int] = {}
    for place, standing in enumerate(sorted((one.standing for one in figures), reverse=True), 1):
        first.setdefault(standing, place)
    return [first[one.standing] for one in figures]


def is_top(place: int, figures: Figures, *, count: int) -> bool:
    """Whether this is one of the first places: whoever shares the last of them is at the top too."""
    return place <= count and not figures.is_nothing


def is_bottom(figures: Figures, *, takes_part: bool) -> bool:
    """Whether somebody is asked to nominate and has not brought about anything."""
    return takes_part and figures.is_nothing


def sees_bottom(visibility: str, *, is_manager: bool) -> bool:
    """Whether a person is shown who stands at the bottom."""
    return visibility == BottomVisibility.EVERYONE or (visibility == BottomVisibility.MANAGERS and is_manager)


def level_of(enrolled: int, levels: Iterable[Level]) -> Level | None:
    """The highest level that so many enrolled nominations reach."""
    return max((one for one in levels if one.needed <= enrolled), key=lambda one: one.needed, default=None)
