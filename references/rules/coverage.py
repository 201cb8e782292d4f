"""Where references are missing: what a place in the matrix is short of, and which places matter most."""

from collections.abc import Iterable
from dataclasses import dataclass

from references.choices import CoverageLevel

HIDDEN, USUAL_WEIGHT, MOST_WEIGHT = 0, 1, 3


@dataclass(frozen=True)
class Place:
    """Where two values meet: customers by what they are to the programme, and how many references are wanted.

    `referenceable` count today, `high_impact` of them are in tier A, `pipeline` are on the way (an open nomination or
    an Amber pay trigger), `customers` are all active ones. `weight` is the product of both values' weights (0-9).
    """

    row: str
    column: str
    referenceable: int = 0
    high_impact: int = 0
    pipeline: int = 0
    customers: int = 0
    target: int | None = None
    weight: int = USUAL_WEIGHT

    @property
    def is_known(self) -> bool:
        """Whether both values are given: nobody recruits customers of which it is not known where they belong."""
        return bool(self.row and self.column)

    @property
    def missing(self) -> int:
        """How many references are missing to the target; 0 without one."""
        return max((self.target or 0) - self.referenceable, 0)

    @property
    def level(self) -> CoverageLevel:
        if self.target is None:
            return CoverageLevel.OPEN
        if not self.missing:
            return CoverageLevel.MET
        return CoverageLevel.COMING if self.pipeline >= self.missing else CoverageLevel.SHORT


def gaps(places: Iterable[Place], *, most: int) -> list[Place]:
    """The places that miss most of what matters, the worst first: missing references times weight.

    What is hidden (weight 0) is no gap, nor what is not given. Where enough is on the way comes after all others. Equal
    ones go by how many customers could fill them, then by name.
    """
    open_ones = [place for place in places if place.missing and place.weight and place.is_known]
    return sorted(open_ones, key=_urgency)[:most]


def _urgency(place: Place) -> tuple[bool, int, int, str, str]:
    is_coming = place.level == CoverageLevel.COMING
    return is_coming, -place.missing * place.weight, -place.customers, place.row, place.column
