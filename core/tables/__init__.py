"""Tables that people bring: CSV and XLSX read safely, as rows of text with their row numbers.

    with open_table(file, limits=Limits(bytes=25 * 2**20)) as table:
        for row in table.rows:
            row.number, row.values, row.problem

Whatever is wrong with the file as a whole is a `TableRefused` in words for the person who brought it; what is wrong
with one row stands in `row.problem`. Memory does not grow with the number of rows.
"""

from core.tables.hidden import told_hidden
from core.tables.limits import Limits, TableRefused, TooWide, no_sheet
from core.tables.package import kind_of
from core.tables.reading import open_table
from core.tables.text import records as text_records
from core.tables.tidy import Row, Table, is_named, left_out_from, spelled, too_many_cells
from core.tables.workbook import StyledCell, StyledRow, cell_text, open_workbook, styled_rows

__all__ = [
    "Limits",
    "Row",
    "StyledCell",
    "StyledRow",
    "Table",
    "TableRefused",
    "TooWide",
    "cell_text",
    "is_named",
    "kind_of",
    "left_out_from",
    "no_sheet",
    "open_table",
    "open_workbook",
    "spelled",
    "styled_rows",
    "text_records",
    "told_hidden",
    "too_many_cells",
]
