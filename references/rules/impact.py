"""What a reference of a customer is worth: six characteristics, one weighted score, three tiers (M98-M104).

The count that is paid on does not look at any of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from references.choices import Characteristic, ImpactTier

MOST_POINTS = 3
# In how many kinds of reference a customer takes part, or would, from which on it has one, two and three points.
VARIETY_FROM = (1, 3, 6)


@dataclass(frozen=True)
class ImpactPolicy:
    """The weight of each characteristic, and the score from which on a customer is in tier A or B."""

    brand: int = 3
    vertical: int = 3
    results: int = 2
    articulate: int = 2
    passionate: int = 2
    variety: int = 2
    a_from: int = 60
    b_from: int = 35

    @property
    def weights(self) -> tuple[int, ...]:
        """In the order of Characteristic."""
        return tuple(getattr(self, name) for name in Characteristic.values)

    def score(self, points: Sequence[int]) -> int:
        """0-100: the weighted share of the points that can be had, rounded half up; in the order of Characteristic.

        0 where every weight is 0. The report `impact` says the same in SQL; a test holds the two together.
        """
        most = MOST_POINTS * sum(self.weights)
        reached = sum(weight * point for weight, point in zip(self.weights, points, strict=True))
        return (200 * reached + most) // (2 * most) if most else 0

    def tier(self, score: int) -> ImpactTier:
        """A from `a_from` on, B from `b_from` on, else C."""
        if score >= self.a_from:
            return ImpactTier.A
        return ImpactTier.B if score >= self.b_from else ImpactTier.C


def variety_points(kinds: int) -> int:
    """0-3 for so many kinds of reference."""
    return sum(kinds >= least for least in VARIETY_FROM)
