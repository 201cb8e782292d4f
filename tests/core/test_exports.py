"""What leaves the program does no harm in a spreadsheet."""

import io

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.exports import as_typed, csv_lines, neutralised, write_xlsx


@pytest.mark.parametrize("text", ['=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Acme", "-12.5", "+49", 3, None, ""])
def test_harmless_values_stay_as_they_are(value):
    assert neutralised(value) == value


def test_a_table_is_streamed_with_quotes_and_a_byte_order_mark():
    lines = list(csv_lines(["Name"], [['Müller, "Sons"'], [None], ["=1+1"]]))
    assert lines == ["\ufeffName\r\n", '"Müller, ""Sons"""\r\n', '""\r\n', "'=1+1\r\n"]


def test_a_table_neutralises_text_of_every_kind_and_leaves_a_hole_empty():
    _header, line = csv_lines(["note", "name", "gap", "number"], [[SafeString("=1+1"), "@x", None, -1]])
    assert line == "'=1+1,'@x,,-1\r\n"


def test_a_workbook_never_holds_a_formula():
    file = io.BytesIO()
    write_xlsx(file, ["Name"], [["=1+1"], ["bell\x07"], [3]], title="A/B")
    sheet = load_workbook(file).active
    assert [(cell.value, cell.data_type) for cell in sheet["A"]] == [
        ("Name", "s"),
        ("'=1+1", "s"),
        ("bell", "s"),
        (3, "n"),
    ]


@given(st.text() | st.text("'=+-@.5"))
def test_an_exported_text_comes_back_as_it_was(text):
    assert as_typed(neutralised(text)) == text
