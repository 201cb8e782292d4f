"""What a RAG sheet hides, or does not say in its formulas: Maria is told before the import and after it."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from core.models import Job
from references.models import Cell
from tests.factories import customer
from tests.references.test_rag_import_remarks import applied, checked

pytestmark = pytest.mark.usefixtures("own_files")
HEAD = ["Customer", "Logo", "Logo note", "Case study", "Web domain"]
COLUMNS = {"column_2": "logo note", "column_3": "case_study", "column_4": "domain"}
FORMULA = "holds a formula without a computed value; open and save the workbook once."


@pytest.fixture
def two(client, maria):
    client.force_login(maria)
    return [customer(name, csm=maria) for name in ("Acme", "Bluth")]


def book_of(*rows):
    book = Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    return book


def shown(client, book, **more):
    """The page of the check with what `more` asks for, and its job."""
    file = io.BytesIO()
    book.save(file)
    page, job = checked(client, file.getvalue(), "old.xlsx", **COLUMNS)
    return client.get(page.redirect_chain[-1][0], more).text if more else page.text, job


def test_formulas_without_a_value_are_counted_before_the_import_and_after_it(client, two):
    book = book_of(["Acme", "=1+1", None, "G"], ["Bluth", "A", '=A1&""', "#REF!"])
    page, job = shown(client, book, show="unreadable")
    assert "3 cells hold a formula without a value, or an error, and will be left out." in page
    assert "Those rows stand below." in page
    assert f"Logo: {FORMULA}" in page
    assert f"Logo: the note beside it {FORMULA}" in page
    assert "Case study: shows the error #REF!." in page
    assert 'href="?show=unreadable"' in client.get(reverse("references:grid_import_detail", args=[job.pk])).text
    assert [row["subject"] for row in applied(job)["updated"]] == ["Acme", "Bluth"]
    assert sorted(Cell.objects.values_list("customer__name", "status")) == [("Acme", "green"), ("Bluth", "amber")]
    page = client.get(reverse("references:grid_import_detail", args=[job.pk])).text
    assert "3 cells held a formula without a value, or an error, and were left out." in page
    with Job.objects.get().result.open() as result:
        assert f"Logo: {FORMULA}" in result.read().decode()


def test_the_command_names_such_a_row_once(two, tmp_path, capsys):
    file = tmp_path / "old.xlsx"
    book_of(["Acme", "=1+1", None, "G"]).save(file)
    call_command("import_grid", file)
    assert capsys.readouterr().out.count(f"row 2: Acme: Logo: {FORMULA}") == 1


def test_a_domain_that_is_not_said_is_left_out_and_a_name_that_is_not_said_is_a_problem(client, two):
    book = book_of(["Acme", "G", None, None, "=1+1"], ["=1+1", "=1+1"], ["=1+1", "R"])
    page, job = shown(client, book)
    assert "1 cell holds a formula without a value, or an error, and will be left out." in page
    outcome = applied(job)
    assert [(row["row"], row["reason"]) for row in outcome["problem"]] == [
        (3, f"Customer: {FORMULA}"),
        (4, f"Customer: {FORMULA}"),
    ]
    [acme] = outcome["updated"]
    assert acme["reason"] == f"Web domain: {FORMULA}"


def test_where_a_formula_without_a_value_is_coloured_the_colour_counts_and_the_row_says_it(client, two):
    book = book_of(["Acme", "=1+1"])
    book.active["B2"].fill = PatternFill("solid", fgColor="00B050")
    page, job = shown(client, book)
    assert "1 cell has no letter; its colour was taken for the status." in page
    assert "or an error" not in page
    [acme] = applied(job)["updated"]
    assert (acme["reason"], Cell.objects.get().status) == (f"Logo: {FORMULA}", "green")


def test_a_sheet_whose_cells_can_be_read_says_nothing_of_formulas_and_of_what_is_hidden(client, two):
    page, _job = shown(client, book_of(["Acme", "G"]))
    assert "formula" not in page
    assert "idden row" not in page
    assert "idden column" not in page


def test_hidden_rows_and_columns_are_read_and_told_of(client, two):
    book = book_of(["Acme", "G"], ["Bluth", "R", "They said no"])
    for number in (3, 7):
        book.active.row_dimensions[number].hidden = True
    for letter in "CDK":
        book.active.column_dimensions[letter].hidden = True
    page, job = shown(client, book)
    seen = page.partition("Seen in the file")[2]
    assert "1 hidden row is read too, row 3." in seen
    assert "Hidden columns are read too: C–D." in seen
    applied(job)
    bluth = Cell.objects.get(customer=two[1])
    assert (bluth.status, bluth.note) == ("red", "They said no")


def test_words_that_mean_an_empty_cell_are_told_where_the_reading_is_explained(client, two):
    page = client.get(reverse("references:grid_import_create")).text
    assert "n/a, na, none, blank and a dash or dot alone are as good as empty." in page
    page, _job = shown(client, book_of(["Acme", "N/A", None, "G"], ["Bluth", "–", None, "none"]))
    assert "no status" not in page
