"""The grid copied out through Python's csv, and the same cells written by the library for workbooks alone."""

import csv
import time
from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

WORD = "CASE status WHEN 'red' THEN 'Red' WHEN 'amber' THEN 'Amber' WHEN 'green' THEN 'Green' ELSE '' END"
COLOURS = {"Red": "FFF4A6A6", "Amber": "FFFFD978", "Green": "FF9BDDB4"}
EDGE = Side(style="thin", color="FFD5DBE6")
FIRST_CELL, AFTER_CELLS = 5, 2


def rows_of_grid(dimension_ids: Sequence[int], customers: int) -> str:
    """The customers with status and note of every cell side by side, as the program's CSV has them."""
    pivot = ", ".join(
        f"max({WORD}) FILTER (WHERE dimension_id = {pk}) AS s{pk}, "
        f"max(note) FILTER (WHERE dimension_id = {pk}) AS n{pk}"
        for pk in dimension_ids
    )
    cells = ", ".join(f"s{pk}, n{pk}" for pk in dimension_ids)
    return f"""SELECT c.name, u.name AS csm, c.industry, c.region, COALESCE(e.number, 0), {cells}, c.domain, c.id
        FROM customers_customer c LEFT JOIN core_user u ON u.id = c.csm_id
        LEFT JOIN (SELECT customer_id, {pivot} FROM references_cell WHERE customer_id <= {customers} GROUP BY 1) cells
            ON cells.customer_id = c.id
        LEFT JOIN (
            SELECT customer_id, count(*) AS number FROM customers_contact
            WHERE left_on IS NULL AND evangelist_level <> 'no' GROUP BY 1
        ) e ON e.customer_id = c.id
        WHERE c.id <= {customers} ORDER BY c.name_key, c.id"""


def csv_table(cursor: Any, query: str) -> float:
    """Copy out, and once through Python's reader and writer; returns the seconds."""
    began = time.perf_counter()
    with TemporaryFile() as copied, TemporaryFile("w", newline="", encoding="utf-8") as file:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", copied)
        copied.seek(0)
        csv.writer(file).writerows(csv.reader(line.decode() for line in copied))
    return time.perf_counter() - began


def workbook(rows: Iterable[Sequence[Any]], file: BinaryIO) -> float:
    """Write rows that are in memory already, letters on their colours; returns the seconds. Notes are left out."""
    began = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Grid")
    plain, styles = _styles(sheet)
    for row in rows:
        width = len(row) - AFTER_CELLS
        before, statuses, after = row[:FIRST_CELL], row[FIRST_CELL:width:2], row[width:]
        sheet.append(
            [
                *(_cell(sheet, value, plain) for value in before),
                *(_cell(sheet, word[:1] or None, styles[word]) for word in statuses),
                *(_cell(sheet, value, plain) for value in after),
            ]
        )
    book.save(file)
    return time.perf_counter() - began


def _styles(sheet: Any) -> tuple[Any, dict[str, Any]]:
    """Each style worked out once: what a program would do that minds its speed."""
    plain = WriteOnlyCell(sheet, "")
    plain.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    styles = {}
    for word in ("", *COLOURS):
        cell = WriteOnlyCell(sheet, "")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
        if word:
            cell.fill, cell.font = PatternFill("solid", fgColor=COLOURS[word]), Font(bold=True)
        styles[word] = cell._style
    return plain._style, styles


def _cell(sheet: Any, value: Any, style: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell._style = style
    return cell
