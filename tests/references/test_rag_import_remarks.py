"""What the import of a RAG sheet says of a row is what became of it."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from core.models import Job
from references.actions import cells
from references.models import Cell, Dimension
from references.tasks import import_grid
from tests.factories import customer

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria)


def checked(client, content, name, **columns):
    """Maria uploads the sheet and sees what would become of it; the page and its job."""
    client.post(reverse("references:grid_import_create"), {"file": SimpleUploadedFile(name, content)})
    job = Job.objects.get()
    said = {"column-0": "customer", "column-1": "logo"}
    said |= {name.replace("column_", "column-"): meaning for name, meaning in columns.items()}
    page = client.post(reverse("references:grid_import_columns", args=[job.pk]), said, follow=True)
    return page, job


def applied(job):
    Job.objects.filter(pk=job.pk).update(state="queued")
    import_grid(job.pk)
    job.refresh_from_db()
    return job.report["shown"]


def test_no_text_is_said_to_be_kept_where_jonas_wrote_meanwhile(client, maria, jonas, acme):
    client.force_login(maria)
    page, job = checked(client, b"Customer,Logo\nAcme,probably\n", "old.csv")
    assert "“probably” is no status; it will be kept as the note." in page.text
    logo = Cell.objects.of(acme, Dimension.objects.get(key="logo"))
    later = timezone.now() + timedelta(seconds=1)
    cells.edit(logo, seen_version=0, changes={"note": "Asked today."}, by=jonas, at=later)
    [row] = applied(job)["problem"]
    words = "Logo: changed here since the check, so it stays as it is. Import the file again to see both."
    assert (row["reason"], Cell.objects.get().note) == (words, "Asked today.")


def test_an_unquoted_comma_moves_no_letter_below_another_dimension(client, maria, acme):
    client.force_login(maria)
    sheet = b"Customer,Logo,Case study,\nOther,,,\nAcme,G,see mail, R, A\nAcme, Inc,G,,\nTotal,,,,3\n"
    page, job = checked(client, sheet, "old.csv")
    assert "The row has 5 cells, the header only 4: put a text in which the separator" in page.text
    moved = [row["row"] for row in applied(job)["problem"] if "has 5 cells" in row["reason"]]
    assert (moved, Cell.objects.exists()) == ([3, 4], False)


def test_a_separator_at_the_end_of_every_line_moves_nothing(client, maria, acme):
    client.force_login(maria)
    page, job = checked(client, b"Customer,Logo\nAcme,G,\nOther,,\n", "old.csv")
    assert "has 3 cells" not in page.text
    applied(job)
    assert Cell.objects.get().status == "green"


def test_what_stands_right_of_the_last_header_is_named_as_left_out(client, maria, acme):
    client.force_login(maria)
    page, _job = checked(client, b"Customer,Logo,\nAcme,G,ask in May\n", "old.csv")
    assert "Cells to the right of the last header were left out, first in row 2." in page.text
    assert "has 3 cells" not in page.text


def test_a_formula_that_nobody_computed_is_a_problem_of_its_row(client, maria, acme):
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Customer", "Logo"])
    book.active.append(["Acme", "=1+1"])
    book.save(file)
    client.force_login(maria)
    page, job = checked(client, file.getvalue(), "old.xlsx")
    assert "holds a formula without a computed value" in page.text
    [row] = applied(job)["problem"]
    assert row["subject"] == "Acme"
    assert not Cell.objects.exists()


def test_cells_of_a_customer_entered_after_the_check_stay_even_if_a_clock_was_behind(client, maria, jonas):
    client.force_login(maria)
    sheet = b"Customer,Logo,Talks\nQuasar One,G,G\n"
    _page, job = checked(client, sheet, "old.csv", column_2="case_study", create_unknown="on")
    assert Job.objects.get().report["counts"]["created"] == 1
    quasar = customer("Quasar One", csm=maria)
    logo = Cell.objects.of(quasar, Dimension.objects.get(key="logo"))
    early = timezone.now() - timedelta(minutes=5)
    cells.edit(logo, seen_version=0, changes={"status": "red", "note": "They said no."}, by=jonas, at=early)
    [row] = applied(job)["updated"]
    assert row["reason"].startswith("Logo: changed here since the check, so it stays as it is.")
    assert dict(Cell.objects.values_list("dimension__key", "status")) == {"logo": "red", "case_study": "green"}


def test_a_letter_in_front_ends_a_green_that_stands(client, maria, acme):
    logo = Cell.objects.of(acme, Dimension.objects.get(key="logo"))
    cells.edit(logo, seen_version=0, changes={"status": "green"}, by=maria, at=timezone.now())
    client.force_login(maria)
    page, job = checked(client, b"Customer,Logo\nAcme,R - was Green until May\n", "old.csv")
    assert "“R - was Green until May” will be taken as Red; all of it will be kept as the note." in page.text
    applied(job)
    assert list(Cell.objects.values_list("status", "note")) == [("red", "R - was Green until May")]
