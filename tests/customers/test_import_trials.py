"""Priya's file is too large to be checked while she waits for the page: a worker does it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions import jobs
from core.models import Job
from core.tasks import failing
from customers import tasks
from customers.actions import import_jobs
from customers.actions.customer_files import CUSTOMER_FILES
from customers.models import Customer
from tests.customers.wizard import map_columns, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def more_than_two_rows_are_many(monkeypatch):
    monkeypatch.setattr("customers.actions.import_jobs.TRIED_AT_ONCE", 3)


LARGE = "Name,Sector\nAcme,Tech\nBluth,Homes\n,None\nCancity,Cars\n"


def test_a_large_file_is_checked_by_a_worker_and_the_page_waits_for_it(
    as_priya, sent, more_than_two_rows_are_many, django_capture_on_commit_callbacks
):
    upload(as_priya, LARGE)
    job = Job.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        address = map_columns(as_priya, job).url
    trial = job.trials.get()
    assert sent == [("customers.import_trial", trial.pk)]
    page = as_priya.get(address).content.decode()
    assert "Checking the rows" in page
    assert f'hx-get="{address}" hx-trigger="every 1s"' in page
    polled = {"HX-Request": "true", "HX-Target": "job-progress"}
    assert "The job starts in a moment" in as_priya.get(address, headers=polled).content.decode()
    assert "No jobs yet" in as_priya.get(reverse("core:job_index")).content.decode()
    as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    tasks.try_rows(trial.pk)
    tasks.try_rows(trial.pk)
    assert as_priya.get(address, headers=polled)["HX-Refresh"] == "true"
    page = as_priya.get(address).content.decode()
    assert "Import 3 rows" in page
    assert "The row names no customer." in page
    assert not Customer.objects.exists()
    assert not job.trials.exists()
    as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    tasks.import_rows(job.pk)
    assert Customer.objects.count() == 3


def test_columns_changed_during_a_check_are_checked_anew_and_the_first_check_no_longer_counts(
    as_priya, sent, more_than_two_rows_are_many
):
    upload(as_priya, LARGE)
    job = Job.objects.get()
    map_columns(as_priya, job)
    first = jobs.claim(job.trials.get().pk, at=timezone.now())
    map_columns(as_priya, job, Sector="region")
    second = job.trials.get()
    with failing(first):
        import_jobs.run_trial(CUSTOMER_FILES, first, lambda done: None, at=timezone.now())
    job.refresh_from_db()
    assert (job.report, job.trials.get()) == ({}, second)
    tasks.try_rows(second.pk)
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk]) + "?show=created").content.decode()
    assert '<span class="muted">Region</span>' in page


def test_a_check_that_meets_trouble_says_so_and_leaves_the_draft_to_be_mended(
    as_priya, sent, more_than_two_rows_are_many, monkeypatch
):
    upload(as_priya, LARGE)
    job = Job.objects.get()
    address = map_columns(as_priya, job).url
    monkeypatch.setattr("customers.actions.import_jobs.perform", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.try_rows(job.trials.get().pk)
    page = as_priya.get(address).content.decode()
    assert "Something went wrong" in page
    assert "Change the columns" in page
    monkeypatch.undo()
    monkeypatch.setattr("customers.actions.import_jobs.TRIED_AT_ONCE", 3)
    map_columns(as_priya, job)
    tasks.try_rows(job.trials.get().pk)
    assert "Import 3 rows" in as_priya.get(address).content.decode()


def test_a_draft_thrown_away_during_its_check_takes_the_check_with_it(as_priya, sent, more_than_two_rows_are_many):
    upload(as_priya, LARGE)
    job = Job.objects.get()
    map_columns(as_priya, job)
    trial = jobs.claim(job.trials.get().pk, at=timezone.now())
    as_priya.post(reverse("customers:import_discard", args=[job.pk]))
    with failing(trial):
        import_jobs.run_trial(CUSTOMER_FILES, trial, lambda done: None, at=timezone.now())
    assert not Job.objects.exists()
