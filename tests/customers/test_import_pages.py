"""Priya imports in the browser: file, columns, check, job; Sam may not."""

import re

import pytest
from django.urls import reverse

from core.actions import jobs
from core.models import Job
from customers import tasks
from customers.models import Customer
from tests.core.workbooks import workbook_of
from tests.customers.shared_files import shared
from tests.customers.wizard import map_columns, upload
from tests.factories import LONG_AGO, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


def test_the_whole_way_from_the_file_to_the_result(as_priya, sent, django_capture_on_commit_callbacks):
    customer("Bluth", industry="Homes")
    upload(as_priya, "Name,Sector,Owner\nAcme,Tech,Priya Nair\nBluth,Bananas,Who Else\n,None,\n")
    job = Job.objects.get()
    page = as_priya.get(reverse("customers:import_columns", args=[job.pk])).content.decode()
    assert "Bananas" in page
    assert map_columns(as_priya, job).url == reverse("customers:import_detail", args=[job.pk])
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
    assert "The row names no customer." in page
    assert "Who Else" in page
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk]) + "?show=updated").content.decode()
    assert "<del>Homes</del>" in page
    assert Customer.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        done = as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    assert (done.url, sent) == (reverse("customers:import_detail", args=[job.pk]), [("customers.import", job.pk)])
    page = as_priya.get(done.url).content.decode()
    assert "every 1s" in page
    tasks.import_rows(job.pk)
    page = as_priya.get(done.url).content.decode()
    assert "every 1s" not in page
    assert "The row names no customer." in page
    assert Customer.objects.get(name="Acme").account_executive.name == "Priya Nair"
    assert Customer.objects.get(name="Bluth").industry == "Bananas"
    result = as_priya.get(reverse("core:job_result", args=[job.pk]))
    assert "attachment" in result["Content-Disposition"]
    assert result["X-Content-Type-Options"] == "nosniff"
    lines = b"".join(result.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2,Created,Acme")
    assert "Industry: Homes → Bananas" in lines[2]
    job.refresh_from_db()
    assert not job.source


def test_a_worker_says_what_it_found_as_the_person_writes_days(
    as_priya, priya, sent, django_capture_on_commit_callbacks
):
    priya.locale = "en-de"
    priya.save()
    upload(as_priya, "Name,Go live\nAcme,05/11/2026\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    with django_capture_on_commit_callbacks(execute=True):
        as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    tasks.import_rows(job.pk)
    job.refresh_from_db()
    [row] = job.report["shown"]["problem"]
    assert "5. Nov 2026 or 11. May 2026" in row["reason"]


def test_the_button_pressed_twice_and_the_task_run_twice_import_once(
    as_priya, sent, django_capture_on_commit_callbacks
):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    for _press in range(2):
        as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    tasks.import_rows(job.pk)
    tasks.import_rows(job.pk)
    job.refresh_from_db()
    assert (Customer.objects.count(), job.attempts, job.state) == (1, 1, "done")


def test_the_mapping_is_kept_for_the_next_file_with_these_headers(as_priya):
    upload(as_priya, "Who,What\nAcme,Tech\n")
    job = Job.objects.get()
    assert map_columns(as_priya, job).status_code == 422
    map_columns(as_priya, job, Who="name", What="industry")
    upload(as_priya, "Who,What\nBluth,Homes\n")
    page = as_priya.get(reverse("customers:import_columns", args=[Job.objects.first().pk])).content.decode()
    assert "as you did the last time" in page
    assert '<option value="industry" selected>' in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "empty"),
        ("a.xlsx", b"PK\x03\x04 nothing", "does not open"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old workbook"),
        ("a.csv", b"a,b\n\x00,1\n", "NUL"),
        ("a.csv", b"%PDF-1.4", "PDF"),
        ("a.csv", b"Name\n" + b"x" * 2 * 2**20, "limit of 1 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(as_priya, name, content, words):
    from core.models import Programme

    programme = Programme.current()
    programme.upload_limit_mb = 1
    programme.save()
    answer = upload(as_priya, content, name=name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Job.objects.exists()


def test_contacts_brought_as_customers_are_refused_before_anything_is_mapped(as_priya):
    people = "Id,IsDeleted,AccountId,LastName,Name\n003A,FALSE,001A,Bluth,Lucille Bluth\n"
    answer = upload(as_priya, people)
    assert (answer.status_code, "The file lists contacts" in answer.text) == (422, True)
    assert upload(as_priya, people, kind="contacts").status_code == 302


def test_a_name_that_is_html_is_shown_as_text(as_priya):
    upload(as_priya, "Name\n<script>alert(1)</script>\n", name="<b>.csv")
    job = Job.objects.get()
    map_columns(as_priya, job)
    for page in ("import_columns", "import_detail"):
        shown = as_priya.get(reverse(f"customers:{page}", args=[job.pk])).content.decode()
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;" in shown


def test_another_sheet_of_a_workbook_can_be_chosen(as_priya):
    upload(as_priya, workbook_of({"Notes": [["Nothing"]], "Accounts": [["Name"], ["Bluth"]]}), name="two.xlsx")
    job = Job.objects.get()
    as_priya.post(reverse("customers:import_sheet", args=[job.pk]), {"sheet": "Accounts"})
    job.refresh_from_db()
    assert job.parameters["headers"] == ["Name"]
    page = as_priya.get(map_columns(as_priya, job).url + "?show=created").content.decode()
    assert "Bluth" in page


def test_a_draft_whose_file_is_gone_says_so(as_priya, tmp_path):
    upload(as_priya, "Name\nAcme\n")
    next(tmp_path.glob("jobs/*")).unlink()
    answer = map_columns(as_priya, Job.objects.get())
    assert (answer.status_code, "no longer here" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("preset", ["", "salesforce-account"])
def test_a_header_over_two_columns_is_left_for_priya_to_map_with_a_preset_too(as_priya, preset):
    upload(as_priya, "Name,Address,Name,Website\nAcme,,Acme Holding,acme.com\n", preset=preset)
    job = Job.objects.get()
    page = as_priya.get(reverse("customers:import_columns", args=[job.pk])).text
    assert "The header “Name” stands more than once; column 3 is called “Name (2)”." in page
    assert not {"Name", "Name (2)"} & job.parameters["columns"].keys()
    map_columns(as_priya, job, **{"Name (2)": "name"})
    job.refresh_from_db()
    assert job.report["shown"]["created"][0]["subject"] == "Acme Holding"


def test_columns_that_cannot_tell_the_customer_are_refused(as_priya):
    upload(as_priya, "Id,Name,Firm\n1,A,B\n")
    job = Job.objects.get()
    answer = map_columns(as_priya, job, Firm="name", Name="name")
    assert (answer.status_code, "Two columns mean the same" in answer.content.decode()) == (422, True)
    answer = map_columns(as_priya, job, Id="external_id", Name="name", Firm="")
    assert "from which system" in answer.content.decode()


def test_a_job_that_meets_trouble_fails_in_words_and_leaves_nothing(as_priya, monkeypatch):
    upload(as_priya, "Name\n" + "".join(f"Company {n}\n" for n in range(2500)))
    job = Job.objects.get()
    map_columns(as_priya, job)
    as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    monkeypatch.setattr("customers.actions.import_jobs.jobs.finish", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.import_rows(job.pk)
    job.refresh_from_db()
    assert (job.state, Customer.objects.count()) == ("failed", 0)
    page = as_priya.get(reverse("core:job_detail", args=[job.pk])).content.decode()
    assert "Nothing was changed" in page


def test_a_draft_can_be_thrown_away_with_its_file(as_priya, django_capture_on_commit_callbacks, tmp_path):
    upload(as_priya, "Name\nAcme\n")
    assert len(list(tmp_path.glob("jobs/*"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        as_priya.post(reverse("customers:import_discard", args=[Job.objects.get().pk]))
    assert not Job.objects.exists()
    assert not list(tmp_path.glob("jobs/*"))


def test_jobs_and_drafts_of_others_are_not_there(client, as_priya, maria):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    jobs.submit(job, by=job.created_by, at=LONG_AGO)
    client.force_login(maria)
    for name in ("core:job_detail", "core:job_result", "customers:import_detail", "customers:import_columns"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    assert "No jobs yet" in client.get(reverse("core:job_index")).content.decode()


def test_sam_reads_the_grid_but_imports_nothing(client, sam):
    client.force_login(sam)
    assert client.get(reverse("customers:import_create")).status_code == 403


@pytest.mark.parametrize(
    ("name", "kind", "created"),
    [("salesforce-org-export/Account.csv", "customers", 22), ("maven-crm/accounts.csv", "customers", 85)],
)
def test_real_files_go_through_the_pages_twice(as_priya, name, kind, created):
    for expected in (created, 0):
        upload(as_priya, shared(name).read_bytes(), name=name.rsplit("/")[-1], kind=kind)
        job = Job.objects.first()
        map_columns(as_priya, job)
        as_priya.post(reverse("customers:import_apply", args=[job.pk]))
        tasks.import_rows(job.pk)
        job.refresh_from_db()
        assert (job.state, job.report["counts"]["created"], job.report["counts"]["problem"]) == ("done", expected, 0)


def test_an_empty_form_is_answered_with_what_is_missing(as_priya):
    answer = as_priya.post(reverse("customers:import_create"), {})
    assert (answer.status_code, "This field is required." in answer.content.decode()) == (422, True)


def test_many_columns_are_shown_by_whether_they_are_taken_over(as_priya):
    headers = ["Name", *(f"Extra {number}" for number in range(20))]
    upload(as_priya, ",".join(headers) + "\nAcme" + ",x" * 20 + "\n" + "Bluth" + "," * 20 + "\n")
    job = Job.objects.get()
    page = as_priya.get(reverse("customers:import_columns", args=[job.pk])).content.decode()
    assert re.search(r"Taken over <span[^>]*>1<.*Not taken over <span[^>]*>20<", page, re.DOTALL)
    assert re.findall(r'name="(column-\d+)"', page) == [f"column-{n}" for n in range(21)]
    map_columns(as_priya, job, **{"Extra 3": "industry"})
    assert "Industry" in as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()


def test_values_are_shown_of_a_column_that_is_blank_in_the_first_rows(as_priya):
    upload(as_priya, "Name,Parent\n" + "".join(f"Company {n},\n" for n in range(50)) + "Acme,Holding\n")
    page = as_priya.get(reverse("customers:import_columns", args=[Job.objects.get().pk])).content.decode()
    assert "Holding" in page


def test_what_keeps_many_rows_from_being_taken_is_said_once_with_their_number(as_priya):
    upload(as_priya, "Name,ARR\nAcme,abc\nBluth,abc\nCancity,-5\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
    assert "No row of this file can be taken as it is" in page
    assert re.search(r"<strong>2 rows:</strong> “abc” is not an amount", page)


def test_an_import_that_was_thrown_away_in_another_tab_says_so(as_priya, client, maria):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    as_priya.post(reverse("customers:import_discard", args=[job.pk]))
    for step in ("apply", "discard"):
        answer = as_priya.post(reverse(f"customers:import_{step}", args=[job.pk]), follow=True)
        assert answer.redirect_chain == [(reverse("customers:import_create"), 302)]
        assert "This import was thrown away; nothing was imported." in answer.content.decode()
    answer = as_priya.get(reverse("customers:import_detail", args=[job.pk]), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("customers:import_create")
    assert as_priya.post(reverse("customers:import_apply", args=[job.pk + 1])).status_code == 404
    assert as_priya.post(reverse("references:grid_import_apply", args=[job.pk])).status_code == 404
    client.force_login(maria)
    assert client.post(reverse("customers:import_apply", args=[job.pk])).status_code == 404


def test_an_import_that_waits_for_its_person_is_called_so(as_priya):
    upload(as_priya, "Name\nAcme\n")
    start = reverse("customers:import_create")
    assert "Waits for its columns" in as_priya.get(start).content.decode()
    map_columns(as_priya, Job.objects.get())
    page = as_priya.get(start).content.decode()
    assert "Waits for your check" in page
    assert "Being prepared" not in page


def test_a_new_customer_that_brings_only_its_name_is_entered_with_it(as_priya):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
    assert "only its name" in page
    assert "as it is here" not in page
