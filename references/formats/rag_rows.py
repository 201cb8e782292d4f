"""The rows of a red-amber-green sheet as they stand in the file, and whether they fit below its header."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.exports import as_typed
from core.tables import left_out_from, too_many_cells
from references.choices import Status


@dataclass(frozen=True, slots=True)
class RawCell:
    """What stands in one cell of the sheet: its text, what its colour means, and its comment."""

    text: str = ""
    colour: Status | None = None
    comment: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of the sheet with its cells by position, counted from 0.

    `separated` is how many cells a line of text was separated into; 0 in a workbook, whose cells have their places.
    """

    number: int
    cells: dict[int, RawCell]
    separated: int = 0
    problem: str = ""
    is_hidden: bool = False

    def text(self, position: int | None) -> str:
        cell = self.cells.get(position) if position is not None else None
        return " ".join(as_typed(cell.text).split()) if cell else ""

    @property
    def last(self) -> int:
        """How far to the right there is text, counted from 1."""
        return max((position + 1 for position, cell in self.cells.items() if cell.text.strip()), default=0)


def fitted(rows: Iterator[RawRow], header: RawRow, notes: list[str]) -> Iterator[RawRow]:
    """The rows, with a problem where a line has more cells than the header's: an unquoted comma moved all that follow
    it below another dimension. What else stands to the right of the last header is told once."""
    width, usual, is_told = header.last, 0, False
    for row in rows:
        last = row.last
        # Some programs end every line but the header's with a separator.
        usual = usual or (max(header.separated, row.separated) if last <= header.separated else header.separated)
        if last > header.separated > 0 or row.separated > usual:
            yield replace(row, problem=too_many_cells(row.separated, headers=header.separated))
            continue
        if last > width and not is_told:
            is_told = True
            notes.append(left_out_from(row.number))
        yield row
