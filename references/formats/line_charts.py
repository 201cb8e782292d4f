"""Lines over time or over a percentage, with a band, dots that can be asked and level lines; see `charts`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from leather.ticks.score import ScoreTicker

from references.formats.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Scale, Tick, figure

LINE_OF_TEXT, ROOM_FOR_NAMES = 14, 112


@dataclass(frozen=True)
class Dot:
    """A point of a line, with the words that are read out and shown on hover."""

    x: Decimal
    y: Decimal
    title: str


@dataclass(frozen=True)
class Line:
    """A line through its dots; `kind` chooses its look. `has_marks` draws the dots."""

    name: str
    kind: str
    dots: Sequence[Dot]
    has_marks: bool = True


@dataclass(frozen=True)
class Level:
    """A horizontal line at a value, such as the target."""

    name: str
    kind: str
    y: Decimal


@dataclass(frozen=True)
class DrawnDot:
    x: int
    y: int
    title: str


@dataclass(frozen=True)
class DrawnLine:
    """A line in place: `path` is the value of an SVG `points` attribute."""

    line: Line
    path: str
    dots: list[DrawnDot]


@dataclass(frozen=True)
class DrawnLevel:
    """A level in place; its name stands beside its end, or lower where another name would run into it."""

    level: Level
    y: int
    name_y: int


@dataclass(frozen=True)
class LineDrawing:
    """A chart with everything in place."""

    lines: list[DrawnLine]
    levels: list[DrawnLevel]
    band: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    base: int = BOTTOM
    name_y: int = BOTTOM + 20


@dataclass(frozen=True)
class Picture:
    """What a line chart shows. `band` holds (x, low, high); `x_names` the places on the x axis that get a word."""

    lines: Sequence[Line]
    x_names: Sequence[tuple[Decimal, str]]
    x_range: tuple[Decimal, Decimal]
    levels: Sequence[Level] = ()
    band: Sequence[tuple[Decimal, Decimal, Decimal]] = ()
    unit: str = ""
    y_from_zero: bool = False
    heights: Sequence[Decimal] = field(default_factory=list)


def draw(picture: Picture) -> LineDrawing:
    """The picture in place; the y axis covers everything in it, from zero if asked."""
    right = RIGHT - ROOM_FOR_NAMES if picture.levels else RIGHT
    across = Scale(*picture.x_range, LEFT + 8, right - 16)
    upwards, y_ticks = _upwards(picture)
    return LineDrawing(
        lines=[_line(line, across, upwards) for line in picture.lines],
        levels=_levels(picture.levels, upwards),
        band=_band(picture, across, upwards),
        x_ticks=[Tick(across.at(x), name) for x, name in picture.x_names],
        y_ticks=y_ticks,
        right=right,
    )


def _upwards(picture: Picture) -> tuple[Scale, list[Tick]]:
    values = [dot.y for line in picture.lines for dot in line.dots]
    values += [level.y for level in picture.levels]
    values += [value for _x, low, high in picture.band for value in (low, high)]
    values += picture.heights
    lowest = Decimal(0) if picture.y_from_zero else Decimal(min(values, default=Decimal(0)))
    ticker = ScoreTicker(lowest, max(max(values, default=lowest), lowest + 4))
    whole = [value for value in ticker.ticks if value == value.to_integral_value()]
    scale = Scale(min(ticker.min, lowest), max(ticker.max, whole[-1], *values), BOTTOM, TOP)
    return scale, [Tick(scale.at(value), f"{figure(value)}{picture.unit}") for value in whole]


def _levels(levels: Sequence[Level], upwards: Scale) -> list[DrawnLevel]:
    drawn: list[DrawnLevel] = []
    for level in sorted(levels, key=lambda level: level.y, reverse=True):
        y = upwards.at(level.y)
        free_from = drawn[-1].name_y + LINE_OF_TEXT if drawn else 0
        drawn.append(DrawnLevel(level, y, max(y + 4, free_from)))
    return drawn


def _line(line: Line, across: Scale, upwards: Scale) -> DrawnLine:
    dots = [DrawnDot(across.at(dot.x), upwards.at(dot.y), dot.title) for dot in line.dots]
    return DrawnLine(line, " ".join(f"{dot.x},{dot.y}" for dot in dots), dots if line.has_marks else [])


def _band(picture: Picture, across: Scale, upwards: Scale) -> str:
    there = [(across.at(x), upwards.at(high)) for x, _low, high in picture.band]
    back = [(across.at(x), upwards.at(low)) for x, low, _high in reversed(picture.band)]
    return " ".join(f"{x},{y}" for x, y in there + back)
