"""A red-amber-green sheet: customers down, dimensions across; statuses by word or by colour, notes in comments."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any, BinaryIO
from zipfile import ZipFile

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.exports import as_typed
from core.tables import (
    Limits,
    TableRefused,
    TooWide,
    kind_of,
    no_sheet,
    open_workbook,
    styled_rows,
    text_records,
    told_hidden,
)
from references.choices import Status
from references.formats.bare_colours import counted
from references.formats.cell_comments import CommentsUnreadable, clean, comments_of
from references.formats.cell_remarks import BESIDE
from references.formats.cell_remarks import remark as cell_remark
from references.formats.fill_colours import Fills
from references.formats.pasted_blocks import names_status, read_status
from references.formats.rag_headers import IDENTIFIER, guess
from references.formats.rag_rows import RawCell, RawRow, fitted

LOOK_AHEAD = 40
OFTEN_THE_SAME = 80
FOOTER = re.compile(r"green of \d+|(grand )?totals?|sum|greens?|count|legend|key|average", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell understood: its status (None: the sheet does not say), its note, and what the reader should know.

    `is_no_status` tells that its text was to be a status and is none, `unreadable` counts what of it, the status and
    the note beside it, the file does not say: a formula without a value, or an error.
    """

    status: Status | None
    note: str
    remark: str = ""
    is_no_status: bool = False
    unreadable: int = 0


@dataclass
class RagSheet:
    """A header and the rows below. `columns` is the guess at what the columns hold, by position."""

    headers: list[str]
    header_row: int
    columns: dict[int, str]
    rows: Iterator[RawRow]
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_sheet(
    file: BinaryIO, *, names: Mapping[str, str], limits: Limits | None = None, sheet: str = ""
) -> Iterator[RagSheet]:
    """The sheet in an XLSX or CSV file; of a workbook the one with that name, else the one that fits best.

    `names` maps the keys of the dimensions in use to their names. Rows are read while they are taken. Raises
    TableRefused in words for the person who brought the file.
    """
    limits = limits or Limits()
    if kind_of(file, limits=limits) == "text":
        records = text_records(file)
        try:
            rows = (RawRow(row.number, _plain_cells(row.values, limits), len(row.values)) for row in records)
            yield _sheet_of(rows, names, limits)
        finally:
            records.close()  # type: ignore[attr-defined]
        return
    book = open_workbook(file, limits=limits)
    try:
        yield _chosen(file, book, names, limits, sheet)
    finally:
        book.close()


def read_cell(raw: RawCell, *, is_done: bool = True) -> ReadCell:
    """The status from the word, else from the colour; the note from the comment and from text that is no status.

    `is_done` False speaks of what will be.
    """
    text, read = clean(as_typed(raw.text)), read_status(raw.text)
    note = clean(raw.comment)
    if read is not None and read.status != Status.BLANK:
        told = {"text": text[:60], "status": read.status.label}
        remark = ""
        if read.says_more:
            note = _joined(text, note)
            remark = cell_remark("says_more", told, is_done=is_done)
        if read.is_mixed:
            remark = cell_remark("mixed", told, is_done=is_done)
        if raw.colour is not None and raw.colour != read.status:
            words = _("the word says %(status)s, the colour %(colour)s; the word counts.")
            remark = f"{remark} {words % {**told, 'colour': raw.colour.label}}".strip()
        return ReadCell(read.status, note, remark)
    extra = "" if read is not None else text
    if extra:
        note = _joined(extra, note)
    if raw.colour is not None:
        told = {"text": extra[:60], "status": raw.colour.label}
        said = cell_remark("colour_counts", told, is_done=is_done) if names_status(extra) else raw.problem
        return ReadCell(raw.colour, note, said)
    remark = cell_remark("no_status", {"text": extra[:60]}, is_done=is_done) if extra else raw.problem
    return ReadCell(None, note, remark, is_no_status=bool(extra), unreadable=int(bool(raw.problem)))


def with_note(read: ReadCell, raw: RawCell) -> ReadCell:
    """The cell with the note of its own column. What was said to be kept as the note stays in front of it."""
    if raw.problem:
        remark = f"{read.remark} {_(BESIDE) % {'problem': raw.problem}}".strip()
        return replace(read, remark=remark, unreadable=read.unreadable + 1)
    beside = clean(as_typed(raw.text))
    if read.remark and read.note and beside:
        return replace(read, note=beside if read.note in beside else _joined(read.note, beside))
    return replace(read, note=beside or read.note)


class CellReader:
    """Reads cells as `read_cell` does, and the word or colour that thousands of them share only once.

    What it keeps is in the language that was spoken then: a reader is for one file.
    """

    def __init__(self, *, is_done: bool) -> None:
        self._afresh = partial(read_cell, is_done=is_done)
        self._read = lru_cache(maxsize=4_096)(self._afresh)

    def __call__(self, raw: RawCell) -> ReadCell:
        if len(raw.text) > OFTEN_THE_SAME:
            return self._afresh(raw)
        if not raw.comment:
            return self._read(raw)
        read, comment = self._read(RawCell(raw.text, raw.colour, "", raw.problem)), clean(raw.comment)
        return replace(read, note=_joined(read.note, comment) if read.note else comment)


def _joined(text: str, comment: str) -> str:
    return f"{text}\n{comment}" if comment and comment != text else text


def _plain_cells(values: Iterable[str], limits: Limits) -> dict[int, RawCell]:
    found: dict[int, RawCell] = {}
    for position, value in enumerate(values):
        if value.strip():
            found[min(position, limits.columns)] = RawCell(text=_fitting(value, limits))
            if position >= limits.columns:
                break
    return found


def _fitting(text: str, limits: Limits) -> str:
    if len(text) > limits.cell:
        words = _("a cell is longer than %(count)s characters.")
        raise TableRefused(words % {"count": number_format(limits.cell, force_grouping=True)})
    return text


def _chosen(file: BinaryIO, book: Any, names: Mapping[str, str], limits: Limits, name: str) -> RagSheet:
    titles = [found.title for found in book.worksheets]
    if name and name not in titles:
        raise no_sheet(name, titles)
    fills, best = Fills(book), None
    wide: dict[str, TooWide] = {}
    for found in book.worksheets:
        if name and found.title != name:
            continue
        try:
            sheet = _sheet_of(_styled(file, book, found, fills, limits), names, limits)
        except TableRefused as refusal:
            wide |= {found.title: refusal} if isinstance(refusal, TooWide) else {}
            continue
        sheet.sheet = found.title
        if best is None or len(sheet.columns) > len(best.columns):
            best = sheet
    if best is None:
        no_table = TableRefused(_("The workbook holds no table: no row with a header and rows below it."))
        raise next(iter(wide.values()), no_table)
    best.notes += [_("The sheet “%(name)s” was left out. %(why)s") % {"name": one, "why": wide[one]} for one in wide]
    chosen = next(found for found in book.worksheets if found.title == best.sheet)
    best.sheets = titles
    best.notes[:0] = chosen.hidden_columns.notes(len(best.headers))
    _commented(file, chosen, best)
    statuses = {position for position, meaning in best.columns.items() if meaning in names}
    best.rows = counted(best.rows, statuses, best.notes, is_own=IDENTIFIER in best.columns.values())
    return best


def _styled(file: BinaryIO, book: Any, sheet: Any, fills: Fills, limits: Limits) -> Iterator[RawRow]:
    for row in styled_rows(file, book, sheet, limits=limits):
        found = {}
        for cell in row.cells:
            colour = fills.status(cell.style) if cell.style else None
            if cell.text or colour is not None or cell.problem:
                found[cell.column - 1] = RawCell(_fitting(cell.text, limits), colour, "", cell.problem)
        yield RawRow(row.number, found, is_hidden=row.is_hidden)


def _commented(file: BinaryIO, sheet: Any, rag: RagSheet) -> None:
    """Put the comments to their cells while the rows are read; say what colours this reader does not see."""
    path = str(sheet._worksheet_path)
    try:
        comments = comments_of(file, path)
    except CommentsUnreadable as problem:
        rag.notes.append(str(problem))
        comments = {}
    if _has_conditional_formats(file, path):
        rag.notes.append(
            _("Colours that come from conditional formatting are not read; write the status as a word or letter there.")
        )
    rows = rag.rows
    rag.rows = (_with_comments(row, comments, len(rag.headers)) for row in rows)


def _with_comments(row: RawRow, comments: Mapping[str, str], width: int) -> RawRow:
    if not comments:
        return row
    cells = dict(row.cells)
    for position in range(width):
        comment = comments.get(f"{get_column_letter(position + 1)}{row.number}")
        if comment:
            raw = cells.get(position, RawCell())
            cells[position] = RawCell(raw.text, raw.colour, comment, raw.problem)
    return replace(row, cells=cells)


def _has_conditional_formats(file: BinaryIO, path: str) -> bool:
    tail = b""
    with ZipFile(file) as package, package.open(path) as source:
        while chunk := source.read(1 << 18):
            if b"conditionalFormatting" in tail + chunk:
                return True
            tail = chunk[-32:]
    return False


def _sheet_of(rows: Iterator[RawRow], names: Mapping[str, str], limits: Limits) -> RagSheet:
    """The sheet below its header: the row that names most of the dimensions, else the widest one near the top."""
    start = list(islice(rows, LOOK_AHEAD))
    best, position = max(((_fitness(row, names), -index) for index, row in enumerate(start)), default=((0, 0), 0))
    if best < (0, 2):
        raise TableRefused(_("There is no header: no row with the customer and the dimensions side by side."))
    header = start[-position]
    width = max(header.cells) + 1
    limits.refuse_wide(width, row=header.number)
    headers = [header.text(column) or f"Column {get_column_letter(column + 1)}" for column in range(width)]
    columns = guess([header.text(column) for column in range(width)], names)
    notes: list[str] = []
    body = told_hidden(fitted(_data(chain(start[-position + 1 :], rows)), header, notes), notes)
    return RagSheet(headers, header.number, columns, _limited(body, limits), notes=notes)


def _fitness(row: RawRow, names: Mapping[str, str]) -> tuple[int, int]:
    texts = [row.text(column) for column in range(max(row.cells, default=-1) + 1)]
    meant = guess(texts, names)
    filled = sum(bool(text) and read_status(text) is None for text in texts)
    return (sum(meaning in names for meaning in meant.values()), min(filled, 1_000))


def _data(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows that hold anything."""
    return (row for row in rows if any(cell.text.strip() or cell.colour or cell.problem for cell in row.cells.values()))


def _limited(rows: Iterator[RawRow], limits: Limits) -> Iterator[RawRow]:
    for count, row in enumerate(rows, start=1):
        if count > limits.rows:
            words = _("The table has more than %(count)s rows; split it.")
            raise TableRefused(words % {"count": number_format(limits.rows, force_grouping=True)}, row=row.number)
        yield row


def is_footer(name: str) -> bool:
    """Whether a row without statuses sums the customers up or explains the colours."""
    return bool(FOOTER.fullmatch(name.strip().rstrip(":")))
