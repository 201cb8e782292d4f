"""Old RAG sheets as people kept them: letters, words, colours, comments, titles above and sums below."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color

from core.tables import Limits, TableRefused
from references.choices import Status
from references.formats.fill_colours import status_of_rgb
from references.formats.rag_headers import guess
from references.formats.rag_rows import RawCell
from references.formats.rag_sheets import open_sheet, read_cell

FOLDERS = [folder / "shared/data/rag-workbooks" for folder in Path(__file__).parents]
SHARED = next((folder for folder in FOLDERS if folder.exists()), None)
NAMES = {"press_release": "Press release", "logo": "Logo", "reference_call": "Reference call"}


def saved(book):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read(file, **options):
    with open_sheet(file, names=NAMES, **options) as sheet:
        rows = [
            {sheet.columns[at]: read_cell(raw) for at, raw in row.cells.items() if sheet.columns.get(at) in NAMES}
            for row in sheet.rows
        ]
        return sheet, rows


def solid(colour):
    return PatternFill("solid", fgColor=colour)


@pytest.mark.parametrize(
    ("rgb", "status"),
    [
        ("FFFF0000", "red"), ("00FF8080", "red"), ("FFC7CE", "red"), ("C00000", "red"), ("FFC0CB", "red"),
        ("FFFFC000", "amber"), ("00FFBF00", "amber"), ("FFEB9C", "amber"), ("FFFF00", "amber"), ("ED7D31", "amber"),
        ("FF00B050", "green"), ("92D050", "green"), ("C6EFCE", "green"), ("00FF00", "green"), ("E2EFDA", "green"),
        ("FFFFFFFF", None), ("F2F2F2", None), ("000000", None), ("4472C4", None), ("7030A0", None), ("nonsense", None),
    ],
)  # fmt: skip
def test_any_red_amber_or_green_hue_is_read_with_and_without_alpha(rgb, status):
    assert status_of_rgb(rgb) == status


@given(st.text(max_size=12))
def test_no_colour_code_breaks_the_reader(text):
    status_of_rgb(text)


def test_headers_are_matched_by_name_key_and_what_companies_write():
    headers = ["Account Name", "PR", "Logo on web-site", "Reference call\nor email", "Owner", "Logo note"]
    assert guess(headers, NAMES) == {
        0: "customer",
        1: "press_release",
        2: "logo",
        3: "reference_call",
        5: "logo note",
    }


def test_the_columns_of_our_own_export_are_no_dimensions_whatever_those_are_called():
    """The company has dimensions from a time when such names were accepted."""
    names = {"region": "Régión", "impact": "Impact", "company": "Company", "logo": "Logo"}
    headers = ["Customer", "CSM", "Region", "Impact", "Logo", "Company"]
    assert guess(headers, names) == {0: "customer", 4: "logo"}
    assert guess(["Company", "Logo"], names) == {0: "customer", 1: "logo"}


def test_a_name_goes_before_the_key_of_another_and_before_what_companies_usually_write():
    names = {"logo": "Trademark", "logo_2": "Logo", "social_media": "Social media", "networks": "LinkedIn"}
    headers = ["Name", "Logo", "LinkedIn", "Logo note", "Trademark"]
    assert guess(headers, names) == {0: "customer", 1: "logo_2", 2: "networks", 3: "logo_2 note", 4: "logo"}


def test_a_dimension_may_be_called_in_any_alphabet():
    names = {"logo": "Логотип", "quote": "Παράθεση", "call": "参考電話"}
    headers = ["Customer", "логотип", "Логотип: note", "ΠΑΡΆΘΕΣΗ", "参考電話", "Цитата"]
    assert guess(headers, names) == {0: "customer", 1: "logo", 2: "logo note", 3: "quote", 4: "call"}


def test_of_headers_that_mean_the_same_none_is_taken_and_no_other_phrase_is_tried():
    assert guess(["Customer", "Reference call", "reference-call", "Reference"], NAMES) == {0: "customer"}


def test_a_sheet_with_a_title_words_letters_colours_and_comments():
    book = Workbook()
    sheet = book.active
    sheet.append(["Reference-ability, status of Q3"])
    sheet.append([])
    sheet.append(["Customer", "Press release", "Logo", "Reference call"])
    sheet.append(["Acme", "g", "Amber", "A/R"])
    sheet.append(["Bluth", None, "Green - signed in May", "in talks"])
    sheet["B5"].fill = solid("00FFBF00")
    sheet["B5"].comment = Comment("Maria:\nLegal reads it.", "Maria")
    sheet["D5"].fill = solid("FFC6EFCE")
    found, rows = read(saved(book))
    assert found.header_row == 3
    acme, bluth = rows
    assert [acme[key].status for key in NAMES] == ["green", "amber", "red"]
    assert acme["reference_call"].remark == "“A/R” was taken as Red, the worse one."
    assert (bluth["press_release"].status, bluth["press_release"].note) == ("amber", "Legal reads it.")
    assert (bluth["logo"].status, bluth["logo"].note) == ("green", "Green - signed in May")
    assert (bluth["reference_call"].status, bluth["reference_call"].note) == ("green", "in talks")


@pytest.mark.parametrize("text", ["Green by Q4", "green?", "should be green soon"])
def test_a_green_that_is_only_hoped_for_is_a_note_and_reported(text):
    plain, filled = read_cell(RawCell(text)), read_cell(RawCell(text, Status.AMBER))
    assert (plain.status, plain.note) == (None, text)
    assert plain.remark == f"“{text}” is no status; it was kept as the note."
    assert (filled.status, filled.note) == ("amber", text)
    assert filled.remark == f"the colour says Amber; “{text}” was kept as the note."


def test_a_green_with_words_beside_it_is_read_and_reported():
    read = read_cell(RawCell("Green - signed in May"))
    assert (read.status, read.note) == ("green", "Green - signed in May")
    assert read.remark == "“Green - signed in May” was taken as Green; all of it was kept as the note."


def test_theme_and_indexed_colours_are_read_and_conditional_ones_reported():
    book = Workbook()
    sheet = book.active
    sheet.append(["Customer", "Press release", "Logo", "Reference call"])
    sheet.append(["Acme", None, None, "soon"])
    sheet["B2"].fill = PatternFill("solid", fgColor=Color(theme=9, tint=0.4))
    sheet["C2"].fill = PatternFill("solid", fgColor=Color(indexed=10))
    sheet.conditional_formatting.add("D2:D9", CellIsRule(operator="equal", formula=['"x"'], fill=solid("FF0000")))
    found, rows = read(saved(book))
    # The theme that this library writes has an orange sixth accent.
    assert rows[0]["press_release"].status == "amber"
    assert rows[0]["logo"].status == "red"
    assert rows[0]["reference_call"].remark == "“soon” is no status; it was kept as the note."
    assert any("conditional formatting" in note for note in found.notes)


def test_the_sheet_that_fits_best_is_taken_and_a_missing_one_named():
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(["Please", "read", "me"])
    book.active.append(["a", "b", "c"])
    grid = book.create_sheet("Grid")
    grid.append(["Customer", "Logo"])
    grid.append(["Acme", "R"])
    file = saved(book)
    assert read(file)[0].sheet == "Grid"
    with pytest.raises(TableRefused, match="no sheet “Nope”"):
        read(file, sheet="Nope")


def test_a_csv_is_read_too_and_what_is_no_table_is_refused():
    _found, rows = read(io.BytesIO(b"Customer;Logo;Press release\nAcme;G;red\n"))
    assert [rows[0][key].status for key in ("logo", "press_release")] == ["green", "red"]
    for content in (b"", b"PK\x03\x04 nothing", b"%PDF-1.7", b"one\ntwo\n"):
        with pytest.raises(TableRefused):
            read(io.BytesIO(content))
    with pytest.raises(TableRefused, match="more than 2 rows"):
        read(io.BytesIO(b"Customer,Logo\n" + b"Acme,G\n" * 3), limits=Limits(rows=2))


@pytest.mark.skipif(SHARED is None, reason="../shared/data/rag-workbooks is not here")
def test_real_workbooks_give_their_red_and_amber_fills():
    with (SHARED / "test_data_query_red_amber_fills.xlsx").open("rb") as file:
        for title, status in (("Q4_17_18", "amber"), ("Q4_16_17", "red")):
            with open_sheet(file, names=NAMES, sheet=title) as sheet:
                seen = [read_cell(row.cells[2]).status for row in sheet.rows if 2 in row.cells]
            assert status in seen
    master = (SHARED / "test_dashboards_master_altered.xlsx").open("rb")
    with master as file, open_sheet(file, names=NAMES, sheet="Overall") as sheet:
        assert "Project Name" in sheet.headers
        assert [read_cell(raw) for row in sheet.rows for raw in row.cells.values()]


def test_a_colour_without_a_letter_counts_in_a_foreign_sheet_and_is_told_of():
    book = Workbook()
    book.active.append(["Customer", "Logo", "Reference call"])
    book.active.append(["Acme", "G", None])
    book.active["C2"].fill = solid("FFC6EFCE")
    found, [acme] = read(saved(book))
    assert acme["reference_call"].status == "green"
    assert found.notes == ["1 cell has no letter; its colour was taken for the status."]


def test_a_cell_emptied_in_a_sheet_of_the_programs_own_changes_nothing_whatever_its_colour():
    book = Workbook()
    book.active.append(["Customer", "Logo", "Reference call", "RefProgram id"])
    book.active.append(["Acme", "G", None, 7])
    book.active["C2"].fill = solid("FFC6EFCE")
    found, [acme] = read(saved(book))
    assert "reference_call" not in acme or acme["reference_call"].status is None
    assert found.notes == ["1 cell is coloured but empty, and an empty cell changes nothing: the letter counts here."]
