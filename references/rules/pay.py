"""From the closing count to money: the pay curve, and what a later correction owes.

Payouts are rounded half up to two places, and money is computed from the rounded percentage and rounded half up to
cents, so that everybody can check a statement with the figures printed on it. The percentage of the target beside
them is there to be read: it is cut, and no payout is computed from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

PLACES, TENTH = Decimal("0.01"), Decimal("0.1")
NOTHING, FULL = Decimal("0.00"), Decimal("100.00")


@dataclass(frozen=True)
class Curve:
    """Attainment to payout, both in percent: 0 below `threshold`, then a line to 100/100, then a line to the cap."""

    threshold: int = 80
    threshold_payout: int = 50
    cap: int = 120
    cap_payout: int = 150


@dataclass(frozen=True)
class Step:
    """One customer more: the count with it, and the payout there."""

    count: int
    attainment: Decimal
    payout: Decimal
    gain: Decimal


def attainment(count: int, target: int | None) -> Decimal | None:
    """The count in percent of the target; None without a target to measure by (none set, or zero).

    Cut to a tenth, never rounded up: 99.96 % reads 99.9 %, so that neither the target nor a threshold of the curve
    looks reached before it is. Every page, chart and export takes it from here and shows it as it is.
    """
    return None if not target else (Decimal(count) * 100 / Decimal(target)).quantize(TENTH, ROUND_DOWN)


def payout_percent(count: int, target: int | None, curve: Curve) -> Decimal | None:
    """The part of the target bonus that is paid; None without a target to measure by."""
    return None if not target else payout_at(Decimal(count) * 100 / Decimal(target), curve)


def payout_at(reached: Decimal, curve: Curve) -> Decimal:
    """The payout at an attainment in percent. Exactly at the target it is always 100."""
    if reached < curve.threshold:
        return NOTHING
    if reached == FULL:
        return FULL
    if reached < FULL:
        return _between(reached, (curve.threshold, curve.threshold_payout), (100, 100))
    return _between(min(reached, Decimal(curve.cap)), (100, 100), (curve.cap, curve.cap_payout))


def _between(reached: Decimal, left: tuple[int, int], right: tuple[int, int]) -> Decimal:
    width = right[0] - left[0]
    if not width:
        return rounded(Decimal(right[1]))
    return rounded(left[1] + (reached - left[0]) * (right[1] - left[1]) / width)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACES, ROUND_HALF_UP)


def money(target_bonus: Decimal, percent: Decimal) -> Decimal:
    """The bonus at a (rounded) payout percentage, in cents."""
    return rounded(target_bonus * percent / 100)


def difference(target_bonus: Decimal, *, settled: Decimal, corrected: Decimal) -> Decimal:
    """What is still owed (or to be taken back) when the payout of a paid quarter turns out to be another."""
    return money(target_bonus, corrected) - money(target_bonus, settled)


def steps(counts: Iterable[int], target: int, curve: Curve) -> list[Step]:
    """What each more customer is worth: the payout at each count and its rise over the count before."""
    rows = []
    for count in counts:
        reached, paid = attainment(count, target) or NOTHING, payout_percent(count, target, curve) or NOTHING
        before = payout_percent(count - 1, target, curve) if count else NOTHING
        rows.append(Step(count, reached, paid, paid - (before or NOTHING)))
    return rows
