"""From raw records to a table: which row is the header, what the columns are called, which rows are no data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.tables.hidden import told_hidden
from core.tables.limits import Limits, TableRefused

LOOK_AHEAD = 20
TOTAL = re.compile(r"(grand |sub)?totals?( \(.*\))?|sum|summe|count|gesamt|insgesamt", re.IGNORECASE)
FOOTER = re.compile(
    r"((grand |sub)?totals?|sum|count|records?|rows?|source|filtered by|as of|page \d+|generated|exported|printed"
    r"|confidential|copyright|\(c\)|©|end of (file|report)|\d+ (rows|records|accounts|companies|contacts))\b.*",
    re.IGNORECASE | re.DOTALL,
)
# As columns without a header are called.
NAMELESS = re.compile(r"Column [0-9]+( \([0-9]+\))?")
NUMBER = re.compile(r"[\d\s.,'%€$£+-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the number a spreadsheet shows beside it, one text per column, and what is wrong with it."""

    number: int
    values: list[str]
    problem: str = ""
    is_hidden: bool = False


@dataclass
class Table:
    """A header and the rows below it. `notes`, what was made distinct or left out, is complete after the last row."""

    headers: list[str]
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)


def table_of(records: Iterator[Row], *, limits: Limits, surplus_shifts: bool) -> Table:
    """The table in the records. `surplus_shifts`: a row wider than the header is wrong as a whole, as in CSV."""
    filled = (row for row in records if row.problem or any(value.strip() for value in row.values))
    start = list(islice(filled, LOOK_AHEAD))
    if not start:
        raise TableRefused(_("The file is empty: it holds no header and no rows."))
    position = _header_position(start)
    header, above = start[position], _("Row %(row)s above the header was left out.")
    notes = [above % {"row": row.number} for row in start[:position]]
    headers = _distinct(header, notes, limits)
    table = Table(headers=headers, rows=iter(()), notes=notes)
    body = _without_footer(chain(start[position + 1 :], filled), len(headers), notes)
    shown = told_hidden(body, notes)
    table.rows = _fitted(shown, len(headers), notes, limits=limits, surplus_shifts=surplus_shifts)
    return table


def _counted(number: int) -> dict[str, str]:
    return {"count": number_format(number, force_grouping=True)}


def is_named(header: str) -> bool:
    """Whether the file itself says what the column is called; one that it calls `Column 3` says as little as none."""
    return not NAMELESS.fullmatch(header)


def spelled(header: str) -> str:
    """A header as the table calls it: without the blanks and line ends around and inside it."""
    return " ".join(header.split())[:200]


def too_many_cells(cells: int, *, headers: int) -> str:
    """What is wrong with a line of text that was separated into more cells than the header's."""
    words = _(
        "The row has %(cells)s cells, the header only %(headers)s: "
        "put a text in which the separator stands between quotation marks."
    )
    return words % {"cells": cells, "headers": headers}


def left_out_from(row: int) -> str:
    """The note on rows that go on to the right of the last header; `row` is the first of them."""
    return _("Cells to the right of the last header were left out, first in row %(row)s.") % {"row": row}


def _filled(row: Row) -> list[str]:
    return [value.strip() for value in row.values if value.strip()]


def _header_position(start: list[Row]) -> int:
    """The first row, unless it is a title: one lone cell above a row of at least three."""
    if len(_filled(start[0])) == 1:
        for position, row in enumerate(start[:LOOK_AHEAD]):
            if len(_filled(row)) >= 3:
                return position
    return 0


def repeated(header: str, *, number: int) -> str:
    """What the second column, and each further one, under the same header is called."""
    return f"{header} ({number})"


def _distinct(header: Row, notes: list[str], limits: Limits) -> list[str]:
    if header.problem:
        raise TableRefused(header.problem, row=header.number)
    limits.refuse_wide(len(header.values), row=header.number)
    headers: list[str] = []
    taken: set[str] = set()
    for position, value in enumerate(header.values, start=1):
        wanted = spelled(value)
        # No words but a name, the same in every language: what a column means is kept under it.
        name, count = wanted or f"Column {position}", 1
        while name in taken:
            count += 1
            name = repeated(wanted or f"Column {position}", number=count)
        if not wanted:
            words = _("Column %(column)s has no header; it is called “%(name)s”.")
            notes.append(words % {"column": position, "name": name})
        elif name != wanted:
            words = _("The header “%(header)s” stands more than once; column %(column)s is called “%(name)s”.")
            notes.append(words % {"header": wanted, "column": position, "name": name})
        taken.add(name)
        headers.append(name)
    return headers


def _is_footer(row: Row) -> bool:
    cells = _filled(row)
    if not cells or row.problem:
        return False
    if len(cells) == 1:
        return bool(FOOTER.fullmatch(cells[0]))
    return bool(TOTAL.fullmatch(cells[0].rstrip(":"))) and all(NUMBER.fullmatch(cell) for cell in cells[1:])


def _without_footer(rows: Iterator[Row], width: int, notes: list[str]) -> Iterator[Row]:
    """The rows without totals and imprints after the last real one; such a row further up is a row like others."""
    held: list[Row] = []
    for row in rows:
        if width > 1 and len(held) < LOOK_AHEAD and _is_footer(row):
            held.append(row)
            continue
        yield from held
        held.clear()
        yield row
    for row in held:
        words = _("Row %(row)s below the table was left out: “%(text)s”.")
        notes.append(words % {"row": row.number, "text": " ".join(_filled(row))[:80]})


def _fitted(
    rows: Iterator[Row], width: int, notes: list[str], *, limits: Limits, surplus_shifts: bool
) -> Iterator[Row]:
    """The rows cut and filled up to the header's width, with a problem where a cell cannot be placed or is too long."""
    noted = False
    for count, row in enumerate(rows, start=1):
        if count > limits.rows:
            words = _("The table has more than %(count)s rows; split it.")
            raise TableRefused(words % _counted(limits.rows), row=row.number)
        problem, values = row.problem, row.values
        if any(value.strip() for value in values[width:]):
            if surplus_shifts:
                problem = problem or too_many_cells(len(values), headers=width)
            elif not noted:
                noted = True
                notes.append(left_out_from(row.number))
        if any(len(value) > limits.cell for value in values):
            words = _("A cell is longer than %(count)s characters.")
            problem, values = problem or words % _counted(limits.cell), []
        yield Row(row.number, [value.strip() for value in values[:width]] + [""] * (width - len(values)), problem)
