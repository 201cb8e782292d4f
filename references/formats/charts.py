"""Where the marks of a chart lie: numbers and words in, whole coordinates out; the templates draw them as SVG.

Leather finds the round ticks of the axes. Its own marks carry neither a title nor a link and fix their colours, so
the marks are drawn by our templates, which follow the theme and lead to what a bar counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leather.ticks.score import ScoreTicker

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 632, 26, 264
ROOM_FOR_A_LABEL, NARROW = 22, Decimal("0.56")
# From an edge or a line above a number down to the number's baseline, and how far that stays clear of what is below.
DROP, CLEARANCE = 17, 5


def figure(value: Decimal | int) -> str:
    """A whole number on an axis, with the minus that the pages write."""
    return f"{int(value):,}".replace("-", "−")


@dataclass(frozen=True)
class Tick:
    """A line of a scale with its number."""

    at: int
    text: str


@dataclass(frozen=True)
class Bar:
    """What a bar shows. `start` and `end` are values; `kind` chooses its look, `title` is read out and on hover.

    A name may have a second line.
    """

    name: str
    start: int
    end: int
    shown: str
    title: str
    kind: str
    url: str = ""
    target: int | None = None
    projected: int | None = None
    projected_shown: str = ""


@dataclass(frozen=True)
class DrawnBar:
    """A bar in place. The label stands inside a bar of its own that is tall enough, else above it."""

    bar: Bar
    x: int
    y: int
    width: int
    height: int
    middle: int
    label_y: int
    label_is_inside: bool
    mark_x: int
    mark_end: int
    target_y: int | None
    ghost_y: int | None
    ghost_height: int
    ghost_label_y: int
    link_from: int
    link_to: int
    link_y: int


@dataclass(frozen=True)
class Drawing:
    """A chart with everything in place."""

    bars: list[DrawnBar]
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    base: int = BOTTOM
    name_y: int = BOTTOM + 20


@dataclass(frozen=True)
class Scale:
    """Values to whole coordinates."""

    lowest: Decimal
    highest: Decimal
    first: int
    last: int

    def at(self, value: Decimal | int) -> int:
        """The coordinate of a value, to the nearest whole one."""
        part = (Decimal(value) - self.lowest) / (self.highest - self.lowest)
        return round(self.first + part * (self.last - self.first))


def vertical(highest: Decimal | int) -> tuple[Scale, list[Tick]]:
    """A scale from zero at the base to at least `highest` at the top, with round ticks."""
    ticker = ScoreTicker(Decimal(0), Decimal(max(highest, 4)))
    values = [value for value in ticker.ticks if value == value.to_integral_value()]
    scale = Scale(Decimal(0), max(ticker.max, values[-1], Decimal(highest)), BOTTOM, TOP)
    return scale, [Tick(scale.at(value), figure(value)) for value in values]


def bars(
    data: Sequence[Bar], *, labels_inside: bool, narrow: Decimal = Decimal("0.56"), thousands: str = ","
) -> Drawing:
    """Bars side by side on one scale from zero, each from its start to its end."""
    tops = [value for bar in data for value in (bar.start, bar.end, bar.target, bar.projected) if value is not None]
    scale, ticks = vertical(max(tops, default=0))
    step = Decimal(RIGHT - LEFT) / max(len(data), 1)
    drawn = [
        _draw(bar, scale, left=LEFT + step * index, step=step, inside=labels_inside) for index, bar in enumerate(data)
    ]
    return Drawing(drawn, ticks)


def _draw(bar: Bar, scale: Scale, *, left: Decimal, step: Decimal, inside: bool) -> DrawnBar:
    width = round(min(step * NARROW, Decimal(56)))
    middle = round(left + step / 2)
    top, bottom = scale.at(max(bar.start, bar.end)), scale.at(min(bar.start, bar.end))
    # A movement of one in ten thousand is still a movement.
    height = max(bottom - top, 2 if bar.start != bar.end else 0)
    ghost = scale.at(bar.projected) if bar.projected is not None and bar.projected > bar.end else None
    target = None if bar.target is None else scale.at(bar.target)
    highest = top if ghost is None else ghost
    label_y = _above(highest, target)
    inside_y = _inside(top, bottom, target) if inside else None
    reach = width // 2 + round(min(step * (1 - NARROW) / 3, Decimal(8)))
    return DrawnBar(
        bar=bar,
        x=middle - width // 2,
        y=top,
        width=width,
        height=height,
        middle=middle,
        label_y=label_y if inside_y is None else inside_y,
        label_is_inside=inside_y is not None,
        mark_x=middle - reach,
        mark_end=middle + reach,
        target_y=target,
        ghost_y=ghost,
        ghost_height=0 if ghost is None else top - ghost,
        ghost_label_y=label_y,
        link_from=middle + width // 2,
        link_to=round(left + step * Decimal("1.5")) - width // 2,
        link_y=scale.at(bar.end),
    )


def _above(edge: int, target: int | None) -> int:
    """Where a label stands above an edge without the target's line running through it."""
    return (target if target is not None and edge - ROOM_FOR_A_LABEL < target <= edge + 1 else edge) - 7


def _inside(top: int, bottom: int, target: int | None) -> int | None:
    """Where a label stands in a bar, below the target's line if that would run through it; None without room."""
    is_crossed = target is not None and top < target <= top + DROP + CLEARANCE
    edge = target if target is not None and is_crossed else top
    return edge + DROP if bottom - edge > ROOM_FOR_A_LABEL else None
