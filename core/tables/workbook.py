"""XLSX read row by row: never by the size the sheet claims to have, never by evaluating anything."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.tables.elements import row_elements, strings_of
from core.tables.hidden import HiddenColumns, is_hidden
from core.tables.limits import Limits, TableRefused
from core.tables.package import SAVE_AS, check_package
from core.tables.tidy import Row

SHARED_STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
LETTERS = re.compile(r"[A-Z]{1,3}")


def open_workbook(file: BinaryIO, *, limits: Limits) -> Workbook:
    """The workbook, opened to be read row by row, after its package was checked. The caller closes it.

    Cells show the value that was computed last. Call `reset_dimensions()` on a sheet before reading its rows.
    """
    check_package(file, limits=limits)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
            reader.read()
            return reader.wb
    except TableRefused:
        raise
    except Exception as refusal:  # openpyxl names no set of errors for what it cannot read
        raise TableRefused(_("The workbook is damaged and does not open.") + f" {SAVE_AS}") from refusal


class _Sheet(ReadOnlyWorksheet):
    def _get_size(self) -> None:
        """Not asked for. Where a sheet does not say it, the library would read it to its end to find out."""


class _Reader(ExcelReader):
    """The library's reader, but for the shared strings, which it holds in memory without end, and the sheets' sizes."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName.lstrip("/")) as source:
                self.shared_strings = [_unescaped(text) for text in strings_of(source)]

    def read_worksheets(self) -> None:
        book: Any = self.wb
        for sheet, part in self.parser.find_sheets():
            if part.target in self.valid_files and "chartsheet" not in part.Type:
                found: Any = _Sheet(book, sheet.name, part.target, self.shared_strings)
                found.sheet_state = sheet.state
                found.hidden_columns = HiddenColumns()
                book._sheets.append(found)


def sheet_records(file: BinaryIO, book: Workbook, sheet: Any, *, limits: Limits) -> Iterator[Row]:
    """The rows of a sheet that hold anything. Of the cells right of the column limit, the first text is kept.

    With the first row the sheet's `hidden_columns` are known.
    """
    number = 0
    try:
        with zipfile.ZipFile(file) as package, package.open(sheet._worksheet_path) as source:
            for row in row_elements(source, sheet.hidden_columns):
                number = int(row.get("r") or number + 1)
                yield _record(row, number, book, sheet, limits)
    except TableRefused:
        raise
    except (ParseError, ValueError, IndexError, KeyError, OverflowError, zipfile.BadZipFile, OSError) as refusal:
        raise TableRefused(_("the workbook is damaged here.") + f" {SAVE_AS}", row=number + 1) from refusal


@dataclass(frozen=True, slots=True)
class StyledCell:
    """A cell with the number of its style, for readers to whom colours say something; columns count from 1."""

    column: int
    text: str
    style: int
    problem: str


@dataclass(frozen=True, slots=True)
class StyledRow:
    """The cells of a row that hold a text or wear a style, with the number that a spreadsheet shows beside it."""

    number: int
    cells: list[StyledCell]
    is_hidden: bool


def styled_rows(file: BinaryIO, book: Workbook, sheet: Any, *, limits: Limits) -> Iterator[StyledRow]:
    """The rows of a sheet; of the cells right of the column limit the first text is kept.

    With the first row the sheet's `hidden_columns` are known.
    """
    number = 0
    try:
        with zipfile.ZipFile(file) as package, package.open(sheet._worksheet_path) as source:
            for row in row_elements(source, sheet.hidden_columns):
                number = int(row.get("r") or number + 1)
                yield StyledRow(number, list(_styled(row, book, sheet, limits)), is_hidden(row))
    except TableRefused:
        raise
    except (ParseError, ValueError, IndexError, KeyError, OverflowError, zipfile.BadZipFile, OSError) as refusal:
        raise TableRefused(_("the workbook is damaged here.") + f" {SAVE_AS}", row=number + 1) from refusal


def _styled(row: Element, book: Workbook, sheet: Any, limits: Limits) -> Iterator[StyledCell]:
    column = 0
    for cell in row:
        letters = LETTERS.match(cell.get("r") or "")
        column = column_index_from_string(letters[0]) if letters else column + 1
        text, problem = _value(cell, book, sheet)
        if column > limits.columns:
            if not text.strip():
                continue
            yield StyledCell(limits.columns + 1, text.replace("\0", ""), 0, problem)
            return
        yield StyledCell(column, text.replace("\0", ""), int(cell.get("s") or 0), problem)


def _record(row: Element, number: int, book: Workbook, sheet: Any, limits: Limits) -> Row:
    values: list[str] = []
    problem, column = "", 0
    for cell in row:
        letters = LETTERS.match(cell.get("r") or "")
        column = column_index_from_string(letters[0]) if letters else column + 1
        value, complaint = _value(cell, book, sheet)
        is_beyond = column > limits.columns
        if is_beyond and not value.strip():
            continue
        if complaint:
            problem = problem or f"{get_column_letter(column)}{number} {complaint}"
        if not value:
            continue
        if "\0" in value:
            words = _("there is a NUL character in %(cell)s.")
            raise TableRefused(words % {"cell": f"{get_column_letter(column)}{number}"}, row=number)
        place = limits.columns + 1 if is_beyond else column
        values.extend([""] * (place - len(values)))
        values[place - 1] = value
        if is_beyond:
            break
    return Row(number, values, problem, is_hidden(row))


def _value(cell: Element, book: Workbook, sheet: Any) -> tuple[str, str]:
    """The text of a cell and what is wrong with it. Of a formula, the value that was computed last."""
    raw, is_formula = _raw(cell)
    if not raw:
        return "", _("holds a formula without a computed value; open and save the workbook once.") if is_formula else ""
    match cell.get("t", "n"):
        case "s":
            return _shared(sheet, int(raw)), ""
        case "str" | "inlineStr":
            return _unescaped(raw), ""
        case "b":
            return ("TRUE" if raw == "1" else "FALSE"), ""
        case "e":
            return "", _("shows the error %(error)s.") % {"error": raw}
        case "d":
            return cell_text(datetime.fromisoformat(raw)), ""
        case _:
            return _number(raw, int(cell.get("s") or 0), book), ""


def _raw(cell: Element) -> tuple[str, bool]:
    """What stands in the cell's XML, and whether a formula is to put it there.

    A formula whose value is an empty text has been computed.
    """
    raw, is_formula, is_computed = "", False, False
    for child in cell:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            raw, is_computed = child.text or "", cell.get("t") == "str"
        elif name == "f":
            is_formula = True
        elif name == "is":
            raw = "".join(part.text or "" for part in child.iter() if part.tag.endswith("}t"))
    return raw, is_formula and not is_computed


def _shared(sheet: Any, number: int) -> str:
    if number < 0:
        raise IndexError(number)
    return str(sheet._shared_strings[number])


def _unescaped(text: str) -> str:
    return unescape(text).encode("utf-8", "replace").decode() if "_x" in text else text


def _number(raw: str, style: int, book: Any) -> str:
    if style in book._date_formats:
        try:
            return cell_text(from_excel(float(raw), book.epoch))
        except (ValueError, OverflowError):
            return raw
    return cell_text(float(raw)) if len(raw) > 15 or "E" in raw.upper() or "." in raw else raw


def cell_text(value: object) -> str:
    """A cell's value as text: days as 2026-11-20, numbers without a trailing .0, true and false in capitals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
