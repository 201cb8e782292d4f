"""How revenue grew, and by how many people who speak for us a customer is compared."""

from decimal import ROUND_HALF_UP, Decimal

MOST = 3


def growth(before: Decimal, now: Decimal) -> Decimal | None:
    """In percent, to a tenth; None where nothing was there to grow from."""
    if before <= 0:
        return None
    return ((now - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)


def band(evangelists: int) -> int:
    """0, 1, 2, or 3 for three and more."""
    return min(max(evangelists, 0), MOST)
