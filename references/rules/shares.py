"""A part of a whole in percent, as pages show it. What people are paid by is rounded in `pay`."""


def percent(part: int, whole: int) -> int | None:
    """Rounded half up, but 100 only of all (99 of what is all but complete); None of nothing."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return rounded if part >= whole else min(rounded, 99)
