"""Growth by group as bars up and down from zero, with single customers as dots on them; see `charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leather.ticks.score import ScoreTicker

from references.formats.charts import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, Scale, Tick, figure

# Room for −100 % in the large letters of a phone.
LEFT = 72
# A customer that grew from almost nothing would press all others flat: its dot stands at the edge, filled.
HIGHEST_DOT = Decimal(150)
NARROW, WIDEST = Decimal("0.5"), Decimal(90)


@dataclass(frozen=True)
class GroupBar:
    """One group: its growth in percent, or none where nothing can be compared."""

    name: str
    growth: Decimal | None
    shown: str
    title: str


@dataclass(frozen=True)
class CustomerDot:
    """One customer in the group of that index."""

    group: int
    growth: Decimal
    title: str
    url: str


@dataclass(frozen=True)
class DrawnGroup:
    """A group in place; the bar of a group that shrank hangs below zero. Its number stands under its name."""

    bar: GroupBar
    x: int
    y: int
    width: int
    height: int
    middle: int
    is_drop: bool


@dataclass(frozen=True)
class DrawnCustomer:
    dot: CustomerDot
    x: int
    y: int
    is_beyond: bool


@dataclass(frozen=True)
class GrowthDrawing:
    """A chart with everything in place."""

    groups: list[DrawnGroup]
    dots: list[DrawnCustomer]
    ticks: list[Tick]
    zero: int
    width: int = WIDTH
    height: int = HEIGHT + 34
    left: int = LEFT
    right: int = RIGHT
    name_y: int = BOTTOM + 18
    value_y: int = BOTTOM + 37
    unit_y: int = BOTTOM + 62


def draw(bars: Sequence[GroupBar], dots: Sequence[CustomerDot]) -> GrowthDrawing:
    """Groups side by side on one scale, with the zero line in it."""
    values = [Decimal(0), *(bar.growth for bar in bars if bar.growth is not None)]
    values += [min(dot.growth, HIGHEST_DOT) for dot in dots]
    lowest, highest = min(values), max(*values, min(values) + 4)
    ticker = ScoreTicker(lowest, highest)
    scale = Scale(min(ticker.min, lowest), max(ticker.max, highest), BOTTOM - 8, TOP)
    step = Decimal(RIGHT - LEFT) / max(len(bars), 1)
    ticks = [
        Tick(scale.at(value), f"{figure(value)}\u00a0%") for value in ticker.ticks if value == value.to_integral_value()
    ]
    groups = [_group(bar, scale, left=LEFT + step * index, step=step) for index, bar in enumerate(bars)]
    return GrowthDrawing(groups, _dots(dots, scale, step=step, count=len(bars)), ticks, scale.at(0))


def _group(bar: GroupBar, scale: Scale, *, left: Decimal, step: Decimal) -> DrawnGroup:
    width, middle, zero = round(min(step * NARROW, WIDEST)), round(left + step / 2), scale.at(0)
    end = zero if bar.growth is None else scale.at(bar.growth)
    top, bottom = min(zero, end), max(zero, end)
    is_drop = bar.growth is not None and bar.growth < 0
    height = max(bottom - top, 2 if bar.growth else 0)
    return DrawnGroup(bar, middle - width // 2, top, width, height, middle, is_drop)


def _dots(dots: Sequence[CustomerDot], scale: Scale, *, step: Decimal, count: int) -> list[DrawnCustomer]:
    """Those of a group are spread over its width, left to right as they come."""
    drawn = []
    for index in range(count):
        theirs = [dot for dot in dots if dot.group == index]
        for place, dot in enumerate(theirs, 1):
            x = round(LEFT + step * (index + Decimal("0.1") + Decimal("0.8") * place / (len(theirs) + 1)))
            y = scale.at(min(dot.growth, HIGHEST_DOT))
            drawn.append(DrawnCustomer(dot, x, y, dot.growth > HIGHEST_DOT))
    return drawn
