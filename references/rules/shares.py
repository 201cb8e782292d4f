"""A part of a whole in percent, as pages show it. What people are paid by is rounded, or cut, in `pay`."""

from decimal import ROUND_HALF_UP, Decimal


def percent(part: int, whole: int) -> int | None:
    """Rounded half up, but 100 only of all (99 of what is all but complete); None of nothing."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return rounded if part >= whole else min(rounded, 99)


def tenths(part: int, whole: int) -> Decimal | None:
    """The same to a tenth, 66.7 of two thirds: 100 only of all; None of nothing."""
    if not whole:
        return None
    rounded = (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return rounded if part >= whole else min(rounded, Decimal("99.9"))
