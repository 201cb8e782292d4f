"""Priya brings workbooks in which rows and columns are hidden: they are read, and she is told of them."""

import io
import time
import tracemalloc

from openpyxl import Workbook

from tests.core.workbooks import read, repacked, workbook

SHEET = "xl/worksheets/sheet1.xml"


def hiding(*rows, hidden_rows=(), hidden_columns=()):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for number in hidden_rows:
        book.active.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        book.active.column_dimensions[letter].hidden = True
    book.save(file)
    return file.getvalue()


def with_columns(columns: str) -> bytes:
    cols = f"<cols>{columns}</cols><sheetData>".encode()
    return repacked(workbook(["a", "b", "c"], ["1", "2", "3"]), SHEET, lambda xml: xml.replace(b"<sheetData>", cols))


def test_hidden_rows_are_read_and_told_of_with_the_first():
    rows = [[f"Customer {n}", n] for n in range(2, 7)]
    table, found = read(hiding(["Name", "Staff"], *rows, hidden_rows=[3, 5, 9]))
    assert [row.number for row in found] == [2, 3, 4, 5, 6]
    assert table.notes == ["2 hidden rows are read too, first row 3."]
    table, _rows = read(hiding(["Name", "Staff"], *rows, hidden_rows=[4]))
    assert table.notes == ["1 hidden row is read too, row 4."]


def test_hidden_columns_are_told_of_by_their_letters_as_far_as_the_header_goes():
    table, found = read(hiding(["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"], hidden_columns="BDEH"))
    assert found[0].values == ["1", "2", "3", "4", "5"]
    assert table.notes == ["Hidden columns are read too: B, D–E."]
    table, _rows = read(with_columns('<col min="2" max="2" hidden="true"/><col min="3" max="3" hidden="0"/>'))
    assert table.notes == ["Hidden column B is read too."]


def test_a_table_that_hides_nothing_says_nothing():
    assert read(workbook(["a", "b"], ["1", "2"]))[0].notes == []
    assert read(b"a,b\n1,2\n")[0].notes == []


def test_columns_that_no_sheet_has_hide_nothing():
    for one in (
        '<col hidden="1"/>',
        '<col min="x" max="3" hidden="1"/>',
        '<col min="-2" max="-1" hidden="1"/>',
        '<col min="3" max="1" hidden="1"/>',
        f'<col min="{"9" * 9_000}" max="{"9" * 9_000}" hidden="1"/>',
    ):
        assert read(with_columns(one))[0].notes == []


def test_hiding_all_columns_of_a_sheet_again_and_again_costs_nothing():
    content = with_columns('<col min="1" max="16384" hidden="1"/>' * 50_000)
    tracemalloc.start()
    started = time.perf_counter()
    table, _rows = read(content)
    assert time.perf_counter() - started < 10
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()
    assert table.notes == ["Hidden columns are read too: A–C."]
