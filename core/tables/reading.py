"""The one way in: open any table, whatever kind of file it is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from core.tables import text, workbook
from core.tables.limits import Limits, TableRefused, no_sheet
from core.tables.package import kind_of
from core.tables.tidy import Row, Table, table_of


@contextmanager
def open_table(file: BinaryIO, *, limits: Limits | None = None, sheet: str = "") -> Iterator[Table]:
    """The table in a CSV or XLSX file; of a workbook the sheet with that name, else the first that holds anything.

    The rows are read while they are taken, so what is wrong further down is raised while iterating.
    """
    limits = limits or Limits()
    if kind_of(file, limits=limits) == "text":
        records = text.records(file)
        try:
            yield table_of(records, limits=limits, surplus_shifts=True)
        finally:
            records.close()  # type: ignore[attr-defined]
        return
    book = workbook.open_workbook(file, limits=limits)
    try:
        chosen, records = _sheet(file, book, sheet, limits)
        table = table_of(records, limits=limits, surplus_shifts=False)
        table.sheet, table.sheets = chosen.title, [found.title for found in book.worksheets]
        table.notes[:0] = chosen.hidden_columns.notes(len(table.headers))
        yield table
    finally:
        book.close()


def _sheet(file: BinaryIO, book: Workbook, name: str, limits: Limits) -> tuple[Any, Iterator[Row]]:
    sheets = {found.title: found for found in book.worksheets}
    if name and name not in sheets:
        raise no_sheet(name, sheets)
    for found in [sheets[name]] if name else sheets.values():
        records = workbook.sheet_records(file, book, found, limits=limits)
        for row in records:
            if row.problem or any(value.strip() for value in row.values):
                return found, chain([row], records)
    raise TableRefused(_("The workbook holds no cells with values."))
