"""Priya brings workbooks: honest ones are read, hostile ones cost nothing and are refused in words."""

import io
import time
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from core.tables import Limits, TableRefused
from tests.core.workbooks import read, repacked, values, with_shared_strings, workbook


def test_a_workbook_is_read_with_days_numbers_and_flags_as_text():
    from datetime import date, datetime

    content = workbook(
        ["Name", "Since", "Seen", "Staff", "Share", "Known"],
        ["Acme", date(2026, 3, 1), datetime(2026, 3, 1, 9, 30), 1200.0, 0.1 + 0.2, True],
    )
    assert values(content) == [["Acme", "2026-03-01", "2026-03-01 09:30:00", "1200", "0.3", "TRUE"]]


def test_what_stands_right_of_the_last_column_that_is_read_is_told_of():
    limits = Limits(columns=2)
    for beyond in (["c"], [None, None, "f"]):
        with pytest.raises(TableRefused, match="Row 1: The header has more than 2 columns"):
            read(workbook(["a", "b", *beyond], ["1", "2"]), limits=limits)
    table, rows = read(workbook(["a", "b", None, " "], ["1", "2", None, "4"]), limits=limits)
    assert (table.headers, [row.values for row in rows]) == (["a", "b"], [["1", "2"]])
    assert table.notes == ["Cells to the right of the last header were left out, first in row 2."]


def test_shared_strings_are_looked_up():
    content = with_shared_strings(workbook(["Name", "City"], [0, 1]), "Acme", "Rome")
    assert values(content) == [["Acme", "Rome"]]


def test_formulas_are_never_evaluated_and_one_without_a_value_is_a_problem():
    content = workbook(["Name", "Sum"], ["Acme", "=1+1"], ["Bluth", 3])
    cached = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b"</f><v></v>", b"</f><v>2</v>")
            .replace(b"</f><v />", b"</f><v>2</v>")
            .replace(b"</f><v/>", b"</f><v>2</v>")
        ),
    )
    _table, rows = read(content)
    assert "B2 holds a formula" in rows[0].problem
    assert rows[1].problem == ""
    assert values(cached) == [["Acme", "2"], ["Bluth", "3"]]


def test_a_formula_that_came_to_an_empty_text_is_an_empty_cell():
    content = workbook(["Name", "City"], ["Acme", '=IF(1,"",2)'])
    empty = repacked(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<c r="B2"', b'<c r="B2" t="str"'))
    _table, rows = read(empty)
    assert (rows[0].values, rows[0].problem) == (["Acme", ""], "")


def test_an_error_value_is_a_problem_of_its_row():
    content = workbook(["Name", "Sum"], ["Acme", "#REF!"])
    _table, rows = read(content)
    assert "B2 shows the error #REF!" in rows[0].problem


def test_a_sheet_that_claims_a_million_rows_and_16384_columns_takes_a_blink():
    content = repacked(
        workbook(["Name", "City"], ["A", "Rome"], ["B"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"'),
    )
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    tracemalloc.start()
    started = time.perf_counter()
    found = values(content)
    assert time.perf_counter() - started < 5
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()
    assert found == [["A", "Rome"], ["B", ""]]


def test_a_lone_cell_in_the_last_row_and_column_costs_nothing_and_is_reported():
    book = Workbook()
    book.active.append(["Name", "City"])
    book.active.append(["A", "Rome"])
    book.active["B1048576"] = "far"
    file = io.BytesIO()
    book.save(file)
    assert [row.number for row in read(file.getvalue())[1]] == [2, 1048576]


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(lambda part: part + b" " * (30 * 2**20), id="ratio"),
    ],
)
def test_a_zip_bomb_is_refused(bomb):
    with pytest.raises(TableRefused, match="unpacks to more"):
        read(repacked(workbook(["Name"], ["A"]), "xl/worksheets/sheet1.xml", bomb))


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(
        repacked(workbook(["Name"], ["A"]), "docProps/core.xml", lambda part: part + b" " * (30 * 2**20))
    )
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
            at = content.find(signature, at + 1)
    with pytest.raises(TableRefused):
        read(bytes(content))


def test_xml_entities_are_refused_wherever_they_hide():
    for prolog in (b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', b'<!-- <x> --><!DOCTYPE x [<!ENTITY a "aaaa">]>'):
        content = repacked(
            workbook(["Name"], ["A"]), "xl/worksheets/sheet1.xml", lambda part, prolog=prolog: prolog + part
        )
        with pytest.raises(TableRefused, match="no spreadsheet program writes"):
            read(content)


def test_a_workbook_whose_parts_are_damaged_is_refused_in_words():
    whole = workbook(["Name", "City"], ["A", 7])
    for part, change in [
        ("xl/workbook.xml", lambda xml: xml[: len(xml) // 2]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b't="n"', b't="s"')),
    ]:
        with pytest.raises(TableRefused, match="damaged"):
            read(repacked(whole, part, change))
    with pytest.raises(TableRefused, match="damaged"):
        read(whole[: len(whole) // 2])


def test_the_first_sheet_with_cells_is_read_unless_another_is_named():
    book = Workbook()
    book.create_sheet("Second").append(["Name"])
    book["Second"].append(["Acme"])
    file = io.BytesIO()
    book.save(file)
    table, rows = read(file.getvalue())
    assert (table.sheet, table.sheets, rows[0].values) == ("Second", ["Sheet", "Second"], ["Acme"])
    with pytest.raises(TableRefused, match="no sheet “Third”"):
        read(file.getvalue(), sheet="Third")
