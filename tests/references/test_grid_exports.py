"""The grid leaves the program as it is filtered, with its colours, and harmless."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import islice

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.exports import csv_lines
from core.models import Job
from core.tasks import tend_jobs
from customers.actions.customer_files import CUSTOMER_FILES
from customers.models import Attribute, Customer
from references import tasks
from references.actions import cells
from references.formats import grid_sheets
from references.formats.grid_sheets import Head, Heading
from references.formats.rag_sheets import open_sheet, read_cell
from references.models import Cell, Dimension
from references.reports import grid_exports
from references.reports.grid_exports import ExportRow
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NASTY = "-1 for them,\r\n\"quoted\"; says '=SUM'"

CELLS = (("logo", "red", NASTY), ("case_study", "", "only a note"), ("user_group", "amber", ""))


@pytest.fixture
def three(maria):
    """Names and notes as nasty as people make them."""
    rows = [customer(name, region="EMEA", csm=maria) for name in ("Acme", "=cmd|' /C calc'!A0", "<b>Bold</b>")]
    for row in rows:
        for key, value, note in (
            ("logo", "red", NASTY),
            ("case_study", "", "only a note"),
            ("user_group", "amber", ""),
        ):
            cell = Cell.objects.of(row, Dimension.objects.get(key=key))
            cells.edit(cell, seen_version=0, changes={"status": value, "note": note}, by=maria, at=NOON)
    ContactFactory(customer=rows[0], evangelist_level="prompted")
    return rows


def fetched(client, **query):
    answer = client.get(reverse("references:grid_export"), query)
    assert answer.status_code == 200
    return answer, io.BytesIO(b"".join(answer.streaming_content))


def test_the_workbook_has_colours_comments_frozen_heads_and_no_formula(client, sam, three):
    client.force_login(sam)
    answer, file = fetched(client)
    assert answer["Content-Disposition"].startswith('attachment; filename="grid-')
    found = load_workbook(file).active
    assert found.freeze_panes == "B3"
    by_name = {row[0].value: row for row in found.iter_rows(min_row=3)}
    heads = [cell.value for cell in found[2]]
    logo = by_name["'=cmd|' /C calc'!A0"][heads.index("Logo")]
    assert (logo.value, logo.fill.fgColor.rgb) == ("R", "FFF4A6A6")
    assert logo.comment.text.startswith("-1 for them,\n")
    assert found.cell(2, heads.index("Logo") + 1).comment.text.startswith("The customer's logo")
    assert not [cell for line in found.iter_rows() for cell in line if cell.data_type == "f"]
    assert by_name["Acme"][heads.index("Evangelists")].value == 1
    assert by_name["Green of 3"][heads.index("Logo")].value == 0


def test_the_csv_holds_exactly_the_filtered_rows_and_is_harmless(client, sam, three):
    customer("Elsewhere", region="APAC")
    client.force_login(sam)
    _answer, file = fetched(client, region="EMEA", sort="-name", format="csv")
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert [row["Customer"] for row in rows] == ["'=cmd|' /C calc'!A0", "<b>Bold</b>", "Acme"]
    assert (rows[2]["Logo"], rows[2]["User group"], rows[2]["Case study note"]) == ("Red", "Amber", "only a note")
    assert rows[2]["Logo note"].startswith("'-1 for them")


def test_a_format_that_nobody_knows_is_refused_in_words(client, sam, three):
    client.force_login(sam)
    refused = client.get(reverse("references:grid_export"), {"format": "pdf"})
    assert (refused.status_code, "The grid is written as xlsx or csv, not as “pdf”." in refused.text) == (400, True)
    assert fetched(client, format="xlsx")[0].status_code == 200


@pytest.mark.parametrize("many", [0, 2])
def test_an_export_is_read_back_cell_by_cell(three, many, monkeypatch):
    monkeypatch.setattr(grid_exports, "MANY", many)
    dimensions = list(Dimension.objects.shown())
    headings = [Heading(one.name, one.get_group_display(), one.definition) for one in dimensions]
    names = {one.key: one.name for one in dimensions}
    rows = list(grid_exports.rows(Customer.objects.order_by("pk"), dimensions=dimensions))
    workbook, table = io.BytesIO(), io.BytesIO()
    grid_sheets.write_workbook(workbook, Head(headings), rows)
    table.write("".join(csv_lines(*grid_sheets.csv_table(Head(headings), rows))).encode())
    for file in (workbook, table):
        with open_sheet(file, names=names) as sheet:
            assert set(names) < set(sheet.columns.values())
            logo = next(at for at, meaning in sheet.columns.items() if meaning == "logo")
            read = [(row.text(0), read_cell(row.cells[logo]).status) for row in sheet.rows if row.text(0)]
        assert read[:3] == [("Acme", "red"), ("=cmd|' /C calc'!A0", "red"), ("<b>Bold</b>", "red")]


def test_the_number_of_statements_does_not_grow_with_the_rows(three):
    dimensions = list(Dimension.objects.shown())
    with CaptureQueriesContext(connection) as few:
        list(grid_exports.rows(Customer.objects.order_by("pk")[:1], dimensions=dimensions))
    with CaptureQueriesContext(connection) as all_of_them:
        list(grid_exports.rows(Customer.objects.order_by("pk"), dimensions=dimensions))
    assert len(all_of_them) == len(few) == 3


def test_who_has_no_role_gets_no_export(client, sam):
    sam.role_list = []
    sam.save()
    client.force_login(sam)
    assert client.get(reverse("references:grid_export")).status_code == 403


@pytest.fixture
def two_are_many(monkeypatch, own_files):
    monkeypatch.setattr("references.views.exports.WRITTEN_AT_ONCE", 2)
    return own_files


def ask(client, query="region=EMEA&sort=-name") -> Job:
    """Sam asks for a workbook that takes long to write."""
    page = client.get(f"{reverse('references:grid_export')}?{query}").content.decode()
    assert "Make the workbook" in page
    assert f'action="{reverse("references:grid_export_start")}?{escape(query)}"' in page
    answer = client.post(f"{reverse('references:grid_export_start')}?{query}")
    job = Job.objects.get()
    assert answer.url == reverse("core:job_detail", args=[job.pk])
    return job


def test_a_large_workbook_is_written_by_a_worker_and_fetched_by_the_one_who_asked(
    client, sam, priya, three, sent, two_are_many, django_capture_on_commit_callbacks
):
    customer("Elsewhere", region="APAC")
    client.force_login(sam)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(client)
        ask(client)
    assert sent == [("references.grid_export", job.pk)] * 2
    tasks.export_grid(job.pk)
    tasks.export_grid(job.pk)
    page = client.get(reverse("core:job_detail", args=[job.pk])).content.decode()
    assert "3 rows" in page
    assert "Only you can fetch it, until" in page
    answer = client.get(reverse("core:job_result", args=[job.pk]))
    assert answer["Content-Disposition"].startswith('attachment; filename="grid-')
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    found = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    names = [row[0].value for row in found.iter_rows(min_row=3)]
    assert names == ["'=cmd|' /C calc'!A0", "<b>Bold</b>", "Acme", "Green of 3"]
    client.force_login(priya)
    for name in ("core:job_result", "core:job_detail"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404


def test_a_workbook_that_nobody_fetched_is_thrown_away_after_two_days(
    client, sam, three, two_are_many, sent, django_capture_on_commit_callbacks
):
    client.force_login(sam)
    job = ask(client)
    tasks.export_grid(job.pk)
    tend_jobs()
    assert b"".join(client.get(reverse("core:job_result", args=[job.pk])).streaming_content)
    later = timezone.now() + timedelta(days=2, minutes=1)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        tend_jobs()
    assert client.get(reverse("core:job_result", args=[job.pk])).status_code == 404
    assert not list(two_are_many.glob("jobs/*"))
    assert "export the grid again" in client.get(reverse("core:job_detail", args=[job.pk])).content.decode()


def test_a_workbook_is_written_in_memory_that_does_not_grow_with_its_notes(tmp_path):
    headings = [Heading("Logo", "Public", "The customer's logo")]

    def peak(number: int) -> int:
        rows = (
            ExportRow(n, f"C{n}", "", "", "", "", 0, "", ["red"], [f"Note {n}, " + "x" * 200]) for n in range(number)
        )
        tracemalloc.start()
        with (tmp_path / "grid.xlsx").open("wb") as file:
            grid_sheets.write_workbook(file, Head(headings), rows)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(3_000) < peak(300) + 500_000
    with (tmp_path / "grid.xlsx").open("rb") as file, open_sheet(file, names={"logo": "Logo"}) as sheet:
        row = next(islice((row for row in sheet.rows if row.text(0) == "C299"), 1))
        assert row.cells[6].comment.startswith("Note 299, xxx")


def test_two_columns_of_one_name_are_left_for_a_person_to_tell_apart(client, priya, three):
    """Before a name was compared with the dimensions' an attribute could be called like one of them."""
    Attribute.objects.create(key="reference_call", name="Logo", position=9)
    client.force_login(priya)
    _answer, file = fetched(client, format="csv")
    with CUSTOMER_FILES.opened(file) as table:
        known = {"kind": "customers", "preset": ""}
        suggested = CUSTOMER_FILES.suggestion(table, known)["columns"]
    assert [header for header in table.headers if header.startswith("Logo")] == ["Logo", "Logo note", "Logo (2)"]
    assert not {"Logo", "Logo (2)"} & suggested.keys()
    assert suggested["Customer"] == "name"
    file.seek(0)
    with open_sheet(file, names={"logo": "Logo", "case_study": "Case study"}) as sheet:
        assert "logo" not in sheet.columns.values()
        assert "case_study" in sheet.columns.values()
