"""Tables that leave the program as CSV or XLSX: streamed row by row, and harmless when a spreadsheet opens them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import IO, Any, BinaryIO

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# By which most texts are told from those that need a second look.
SUSPICIOUS = frozenset([*FORMULA_STARTS, "'"])


def neutralised(value: Any) -> Any:
    """The value as it may stand in a spreadsheet: text that would be taken for a formula gets an apostrophe in front.

    Numbers stay numbers; a text such as `-12.5` that is nothing but a number is harmless and stays as it is.
    """
    if not isinstance(value, str) or value[:1] not in SUSPICIOUS or not value.lstrip("'").startswith(FORMULA_STARTS):
        return value
    if value[1:].replace(".", "", 1).isdecimal() and value[0] in "+-":
        return value
    return f"'{value}"


def as_typed(text: str) -> str:
    """The reverse of `neutralised`: what a text was before it was exported."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


class _Line:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table as CSV text, line by line, with the byte order mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([neutralised(title) for title in header])
    for row in rows:
        # What `neutralised` lets pass at once is not handed to it: a large table has millions of values.
        yield writer.writerow(
            [neutralised(value) if isinstance(value, str) and value[:1] in SUSPICIOUS else value for value in row]
        )


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The table as a download; memory does not grow with the number of rows if `rows` is lazy."""
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def download(file: IO[bytes], name: str) -> FileResponse:
    """A CSV file or a workbook to be saved; nothing keeps a copy of it or takes it for something else."""
    return FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPES[PurePath(name).suffix],
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )


def write_xlsx(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str) -> None:
    """The table as a workbook with one sheet. Text is always text; nothing is ever written as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(char for char in title if char not in "[]:*?/\\")[:31] or "Sheet")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", neutralised(value))[:32_767]
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
