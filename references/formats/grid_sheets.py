"""The grid as a workbook with colours and comments, and as CSV; both can be imported again and change nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from core.exports import neutralised
from references.choices import Status
from references.formats.cell_comments import clean
from references.formats.comment_parts import CommentParts

BEFORE = ("Customer", "CSM", "Industry", "Region", "Evangelists", "Impact")
AFTER = ("Web domain", "RefProgram id")
AUTHOR = "RefProgram export"
HEAD_ROW = 2
LETTERS = {Status.RED.value: "R", Status.AMBER.value: "A", Status.GREEN.value: "G"}
WORDS = {"": "", Status.RED.value: "Red", Status.AMBER.value: "Amber", Status.GREEN.value: "Green"}
FILLS = {
    status: PatternFill("solid", fgColor=colour)
    for status, colour in (
        (Status.RED.value, "FFF4A6A6"),
        (Status.AMBER.value, "FFFFD978"),
        (Status.GREEN.value, "FF9BDDB4"),
    )
}
HEAD = PatternFill("solid", fgColor="FFE8ECF4")
EDGE = Side(style="thin", color="FFD5DBE6")
LINE = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
BOLD = Font(bold=True)


@dataclass(frozen=True)
class Heading:
    """A dimension over its column."""

    name: str
    group: str
    definition: str


@dataclass(frozen=True)
class Head:
    """What stands over the columns that differ from one company to the next: dimensions, and names of attributes."""

    headings: Sequence[Heading]
    attributes: Sequence[str] = ()


class SheetRow(Protocol):
    """A customer with the statuses and notes of its cells, in the order of the headings, and its attributes' values."""

    @property
    def customer_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def industry(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def csm(self) -> str: ...
    @property
    def evangelists(self) -> int: ...
    @property
    def tier(self) -> str: ...
    @property
    def statuses(self) -> Sequence[str]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def values(self) -> Sequence[str]: ...


def write_workbook(file: BinaryIO, head: Head, rows: Iterable[SheetRow]) -> None:
    """Write the grid row by row: letters on their colours, notes as comments, definitions on the headings.

    Memory does not grow with the number of rows or of notes.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Grid")
    sheet._values_to_row = _placed
    headings, comments, looks = head.headings, CommentParts(sheet, author=AUTHOR), _Looks(sheet)
    _lay_out(sheet, head)
    sheet.append(_group_row(sheet, headings))
    sheet.append(_head_row(sheet, head))
    _comment(comments, HEAD_ROW, [heading.definition for heading in headings])
    greens, count = [0] * len(headings), 0
    for row in rows:
        count += 1
        cells = [looks.status(status) for status in row.statuses]
        greens = [have + (status == Status.GREEN) for have, status in zip(greens, row.statuses, strict=True)]
        before = (row.name, row.csm, row.industry, row.region, row.evangelists, row.tier)
        after = (*row.values, row.domain, row.customer_id)
        sheet.append([*map(looks.text, before), *cells, *map(looks.text, after)])
        _comment(comments, HEAD_ROW + count, row.notes)
    footer = [f"Green of {count}", *[""] * (len(BEFORE) - 1), *greens]
    sheet.append([_text(sheet, value, font=BOLD, fill=HEAD) for value in footer])
    comments.save(book, file)


def _placed(cells: Iterable[Any], row: int) -> Iterator[Any]:
    """The cells of a row with their places. The library tries each as a value first, which takes as long as writing."""
    for column, cell in enumerate(cells, start=1):
        if cell is not None:
            cell.row, cell.column = row, column
            yield cell


def _comment(comments: CommentParts, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=len(BEFORE) + 1):
        if text and (plain := clean(text)):
            comments.add(row, column, plain)


def csv_table(head: Head, rows: Iterable[SheetRow]) -> tuple[list[str], Iterator[list[Any]]]:
    """The header and the rows of the grid as CSV: beside each status its note."""
    columns = [title for heading in head.headings for title in (heading.name, f"{heading.name} note")]
    return [*BEFORE, *columns, *head.attributes, *AFTER], (_plain_row(row) for row in rows)


def _plain_row(row: SheetRow) -> list[Any]:
    cells = [""] * (2 * len(row.statuses))
    cells[::2], cells[1::2] = map(WORDS.__getitem__, row.statuses), map(clean, row.notes)
    before = (row.name, row.csm, row.industry, row.region, row.evangelists, row.tier)
    return [*before, *cells, *row.values, row.domain, row.customer_id]


def _lay_out(sheet: Any, head: Head) -> None:
    cells_end = len(BEFORE) + len(head.headings) + 1
    last = cells_end + len(head.attributes) + 1
    sheet.freeze_panes = "B3"
    widths = {1: 34, 2: 18, 3: 18, 4: 14, 5: 11, **dict.fromkeys(range(cells_end, last), 24), last: 12}
    for column in range(1, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(column, 11)
    sheet.row_dimensions[2].height = 32
    sheet.sheet_view.zoomScale = 100


def _group_row(sheet: Any, headings: Sequence[Heading]) -> list[Any]:
    titles, last = [""] * len(BEFORE), ""
    for heading in headings:
        titles.append(heading.group if heading.group != last else "")
        last = heading.group
    return [_text(sheet, title, font=BOLD) for title in titles]


def _head_row(sheet: Any, head: Head) -> list[Any]:
    cells = [_text(sheet, title, font=BOLD, fill=HEAD) for title in BEFORE]
    for heading in head.headings:
        cells.append(_text(sheet, heading.name, font=BOLD, fill=HEAD, alignment=CENTRED))
    return cells + [_text(sheet, title, font=BOLD, fill=HEAD) for title in (*head.attributes, *AFTER)]


class _Looks:
    """Cells of the body. A style is worked out once and then shared, and so is the cell itself where its value is:
    the writer has done with a cell before it asks for the next."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.plain = _text(sheet, "")._style
        self.by_status = {status: _status_cell(sheet, status) for status in ("", *LETTERS)}

    def text(self, value: Any) -> Any:
        if value == "":
            return None
        cell = _bare(self.sheet, value)
        cell._style = self.plain
        return cell

    def status(self, status: str) -> Any:
        return self.by_status[status]


def _status_cell(sheet: Any, status: str) -> Any:
    cell = WriteOnlyCell(sheet, LETTERS.get(status))
    cell.alignment, cell.border = CENTRED, LINE
    if status in FILLS:
        cell.fill, cell.font = FILLS[status], BOLD
    return cell


def _bare(sheet: Any, value: Any) -> Any:
    """A cell with text that no spreadsheet takes for a formula, or with a number."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, neutralised(ILLEGAL_CHARACTERS_RE.sub("", value)) or None)
    if value:
        cell.data_type = "s"
    return cell


def _text(sheet: Any, value: Any, **style: Any) -> Any:
    cell = _bare(sheet, value)
    cell.alignment = style.pop("alignment", LEFT)
    for name, part in style.items():
        setattr(cell, name, part)
    return cell
