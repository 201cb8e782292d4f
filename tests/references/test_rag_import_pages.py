"""Maria brings the old sheet in the browser, and Priya from the command line: the same counts, nothing by surprise."""

import io
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from core.actions import jobs
from core.models import Job, Programme
from references.actions import cells
from references.formats.rag_rows import RawCell
from references.formats.rag_sheets import read_cell
from references.models import Cell, ChangeSet, Dimension
from references.tasks import import_grid, try_grid
from tests.factories import customer

FOLDERS = [folder / "shared/data/rag-workbooks" for folder in Path(__file__).parents]
SHARED = next((folder for folder in FOLDERS if folder.exists()), None)


pytestmark = pytest.mark.usefixtures("own_files")


def workbook():
    book = Workbook()
    book.active.title = "Q3"
    book.active.append(["Client", "Logo", "Talks", "Budget"])
    book.active.append(["Acme", "G", "A/R", 12])
    book.active.append(["Bluth", None, "soon", 13])
    book.active["B3"].fill = PatternFill("solid", fgColor="FFFFC000")
    book.active.append(["Nobody Ltd", "R", None, 14])
    other = book.create_sheet("Other")
    other.append(["Customer", "Nothing else"])
    other.append(["Acme", "x"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def two(maria):
    return [customer(name, csm=maria) for name in ("Acme", "Bluth")]


def upload(client, content, name="old.xlsx"):
    return client.post(reverse("references:grid_import_create"), {"file": SimpleUploadedFile(name, content)})


MAPPED = {"column-0": "customer", "column-1": "logo", "column-2": "reference_call", "column-3": ""}


def test_maria_maps_a_column_by_hand_sees_what_would_happen_and_imports(client, maria, two):
    client.force_login(maria)
    page = client.get(upload(client, workbook()).url).content.decode()
    assert "2 of 4 columns recognised" in page
    job = Job.objects.get()
    answer = client.post(reverse("references:grid_import_columns", args=[job.pk]), MAPPED)
    assert answer.url == reverse("references:grid_import_detail", args=[job.pk])
    page = client.get(answer.url).content.decode()
    assert "There is no customer of this name" in page
    page = client.get(answer.url, {"show": "updated"}).content.decode()
    assert "the worse one" in page
    assert "kept as the note" in page
    assert not Cell.objects.exists()
    started = client.post(reverse("references:grid_import_apply", args=[job.pk]))
    assert started.url == reverse("references:grid_import_detail", args=[job.pk])
    import_grid(job.pk)
    import_grid(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["counts"]["updated"], job.report["counts"]["problem"]) == ("done", 2, 1)
    assert ChangeSet.objects.count() == 1
    cells = dict(Cell.objects.values_list("customer__name", "status").filter(dimension__key="logo"))
    assert cells == {"Acme": "green", "Bluth": "amber"}
    assert Cell.objects.get(customer__name="Bluth", dimension__key="reference_call").note == "soon"
    with job.result.open() as result:
        assert "Nobody Ltd" in result.read().decode()
    assert client.get(started.url).status_code == 200


def test_the_mapping_is_remembered_for_the_next_sheet_with_these_headers(client, maria, two):
    client.force_login(maria)
    upload(client, workbook())
    client.post(reverse("references:grid_import_columns", args=[Job.objects.get().pk]), MAPPED)
    page = client.get(upload(client, workbook()).url).content.decode()
    assert "mapped as you did the last time" in page
    assert "choose again" not in page
    Dimension.objects.filter(key="reference_call").update(name="Reference call", is_active=False)
    page = client.get(upload(client, workbook()).url).content.decode()
    assert "“Talks” meant the dimension Reference call, which is retired; choose again." in page


def test_a_mapping_that_cannot_work_is_refused_in_words(client, maria, two):
    client.force_login(maria)
    address = upload(client, workbook()).url
    for values, words in (
        ({"column-1": "logo"}, "customer&#x27;s name"),
        ({"column-0": "customer"}, "nothing to import"),
        ({"column-0": "customer", "column-1": "logo", "column-2": "logo"}, "mean the same"),
    ):
        answer = client.post(address, values)
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_another_sheet_of_the_workbook_can_be_chosen(client, maria, two):
    client.force_login(maria)
    address = upload(client, workbook()).url
    job = Job.objects.get()
    client.post(reverse("references:grid_import_sheet", args=[job.pk]), {"sheet": "Other"})
    assert "Nothing else" in client.get(address).content.decode()
    client.post(reverse("references:grid_import_discard", args=[job.pk]))
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nothing", b"%PDF-1.7", b"<html>", b"\xd0\xcf\x11\xe0" + b"x" * 99]
)
def test_files_that_are_no_sheet_get_a_message(client, maria, content):
    client.force_login(maria)
    answer = upload(client, content)
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_a_file_over_the_limit_is_refused(client, maria):
    Programme.current()
    Programme.objects.update(upload_limit_mb=0)
    client.force_login(maria)
    assert "larger than the limit" in upload(client, workbook()).content.decode()


def test_sam_may_not_import_and_jonas_does_not_see_marias_draft(client, maria, jonas, sam):
    client.force_login(maria)
    address = upload(client, workbook()).url
    client.force_login(jonas)
    assert client.get(address).status_code == 404
    client.force_login(sam)
    assert client.get(reverse("references:grid_import_create")).status_code == 403


def test_a_job_that_fails_leaves_nothing_half_written(client, maria, two, monkeypatch):
    client.force_login(maria)
    upload(client, workbook())
    job = Job.objects.get()
    client.post(reverse("references:grid_import_columns", args=[job.pk]), MAPPED)
    client.post(reverse("references:grid_import_apply", args=[job.pk]))

    def broken(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(jobs, "finish", broken)
    with pytest.raises(OSError, match="disk"):
        import_grid(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert not Cell.objects.exists()


def command(tmp_path, capsys, *options):
    path = tmp_path / "old.xlsx"
    path.write_bytes(workbook())
    try:
        call_command("import_grid", str(path), *options)
        code = 0
    except CommandError as refusal:
        code = refusal.returncode
    return code, capsys.readouterr().out


def test_the_command_prints_the_counts_and_ends_with_0_only_if_every_row_was_taken(two, tmp_path, capsys):
    code, told = command(tmp_path, capsys, "--map", "Talks=reference_call", "--dry-run")
    assert (code, "updated: 2" in told, "problem: 1" in told) == (1, True, True)
    assert not Cell.objects.exists()
    code, told = command(tmp_path, capsys, "--map", "Talks=reference_call", "--create-customers")
    assert (code, "created: 1" in told, "updated: 2" in told) == (0, True, True)
    code, told = command(tmp_path, capsys, "--map", " Talks = reference_call ")
    assert (code, "unchanged: 3" in told) == (0, True)


@pytest.mark.parametrize(
    "options", [("--sheet", "Nope"), ("--map", "Nope=logo"), ("--map", "Logo=nope"), ("--by", "nobody@example.com")]
)
def test_the_command_refuses_what_it_cannot_do(two, tmp_path, capsys, options):
    assert command(tmp_path, capsys, *options)[0] == 1
    assert not Cell.objects.exists()


@pytest.mark.skipif(SHARED is None, reason="../shared/data is not here")
def test_a_real_workbook_is_taken_over_by_its_fills(db, capsys):
    path = SHARED / "test_data_query_red_amber_fills.xlsx"
    options = ["--map", "Project=customer", "--map", "Total Forecast=logo", "--create-customers"]
    call_command("import_grid", str(path), "--sheet", "Q4_17_18", *options)
    assert set(Cell.objects.values_list("status", "note")) == {("amber", "md")}
    call_command("import_grid", str(path), "--sheet", "Q4_16_17", *options)
    assert Cell.objects.get(customer__name="SoT").status == "red"
    capsys.readouterr()


def test_a_large_sheet_is_checked_by_a_worker_and_says_the_same(client, maria, two, sent, monkeypatch):
    monkeypatch.setattr("customers.actions.import_jobs.SAMPLES", 1)
    monkeypatch.setattr("customers.actions.import_jobs.TRIED_AT_ONCE", 2)
    client.force_login(maria)
    upload(client, workbook())
    job = Job.objects.get()
    address = client.post(reverse("references:grid_import_columns", args=[job.pk]), MAPPED).url
    assert "Checking the rows" in client.get(address).content.decode()
    try_grid(job.trials.get().pk)
    page = client.get(address).content.decode()
    assert "There is no customer of this name" in page
    assert "Import 2 rows" in page
    assert not Cell.objects.exists()


def test_a_cell_that_jonas_changed_after_marias_check_stays_as_he_left_it(client, maria, jonas, two):
    client.force_login(maria)
    upload(client, workbook())
    job = Job.objects.get()
    client.post(reverse("references:grid_import_columns", args=[job.pk]), MAPPED)
    cell = Cell.objects.of(two[0], Dimension.objects.get(key="logo"))
    later = timezone.now() + timedelta(seconds=1)
    changes = {"status": "red", "note": "Asked today: no."}
    cells.edit(cell, seen_version=0, changes=changes, by=jonas, at=later)
    Job.objects.filter(pk=job.pk).update(state="queued")
    import_grid(job.pk)
    logo = Cell.objects.get(customer=two[0], dimension__key="logo")
    assert (logo.status, logo.note, logo.updated_by) == ("red", "Asked today: no.", jonas)
    assert Cell.objects.get(customer=two[0], dimension__key="reference_call").status == "red"
    job.refresh_from_db()
    acme = next(row for row in job.report["shown"]["updated"] if row["subject"] == "Acme")
    assert "Logo: changed here since the check, so it stays as it is." in acme["reason"]
    page = client.get(reverse("references:grid_import_detail", args=[job.pk])).content.decode()
    assert "1 value was changed here since the check and left alone." in page
    assert '<a href="#left-alone">See the row</a>' in page


def test_words_that_are_no_status_are_seen_at_once_and_lead_to_their_rows(client, maria, two):
    client.force_login(maria)
    sheet = b"Customer,Logo,Talks\nAcme,probably,G\nBluth,A,soon\nNobody Ltd,later,R\n"
    upload(client, sheet, "old.csv")
    job = Job.objects.get()
    address = client.post(
        reverse("references:grid_import_columns", args=[job.pk]),
        {"column-0": "customer", "column-1": "logo", "column-2": "quotation"},
    ).url
    page = client.get(address).content.decode()
    assert "2 cells are no status and will be kept as notes." in page
    assert 'href="?show=kept_as_notes"' in page
    page = client.get(address, {"show": "kept_as_notes"}).content.decode()
    assert "“probably” is no status; it will be kept as the note." in page
    assert "“soon” is no status; it will be kept as the note." in page
    assert "Nobody Ltd" not in page
    Job.objects.filter(pk=job.pk).update(state="queued")
    import_grid(job.pk)
    page = client.get(address).content.decode()
    assert "2 cells were no status and were kept as notes." in page
    with Job.objects.get().result.open() as result:
        assert "“soon” is no status; it was kept as the note." in result.read().decode()


def test_a_sheet_without_strange_words_says_nothing_of_them(client, maria, two):
    client.force_login(maria)
    upload(client, b"Customer,Logo\nAcme,G\n", "old.csv")
    job = Job.objects.get()
    client.post(reverse("references:grid_import_columns", args=[job.pk]), {"column-0": "customer", "column-1": "logo"})
    address = reverse("references:grid_import_detail", args=[job.pk])
    assert "no status" not in client.get(address).content.decode()
    assert client.get(address, {"show": "kept_as_notes"}).status_code == 200


def test_of_two_columns_for_one_dimension_none_is_guessed_and_maria_is_told_of_it(client, maria, two):
    client.force_login(maria)
    page = client.get(upload(client, b"Customer,Logo,LOGO,Budget\nAcme,G,R,12\n", name="old.csv").url).content.decode()
    job = Job.objects.get()
    assert job.parameters["columns"] == {"0": "customer"}
    assert "The headers “Logo”, “LOGO” mean the same column; none of them is taken" in page
    chosen = {"column-0": "customer", "column-1": "", "column-2": "logo", "column-3": ""}
    answer = client.post(reverse("references:grid_import_columns", args=[job.pk]), chosen, follow=True)
    assert "mean the same column" not in answer.text, "she has said which"
    assert "2 columns of the file are left out: “Logo”, “Budget”." in " ".join(answer.content.decode().split())


def test_the_page_says_truly_which_texts_are_read_as_a_status(client, maria):
    client.force_login(maria)
    page = unescape(client.get(reverse("references:grid_import_create")).text)
    assert "a whole word counts where a sign sets it apart, as in “Green - signed in May”" in page
    assert "so does a capital R, A or G, as in “R - lost it”" in page
    assert read_cell(RawCell("R - lost it")).status == "red"
    assert "other text, such as “maybe Amber soon”, become the note" in page
    signed, maybe = (read_cell(RawCell(text)) for text in ("Green - signed in May", "maybe Amber soon"))
    assert (signed.status, signed.note) == ("green", "Green - signed in May")
    assert (maybe.status, maybe.note) == (None, "maybe Amber soon")
