"""Alex, who keeps the program running, looks whether it does what it should, and has failed work done again."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.actions import jobs
from core.choices import JobState, Role
from core.models import AuditEvent, Job
from core.tasks import tend_jobs
from operations.actions import task_runs
from operations.choices import ScheduledTask
from operations.models import TaskRun
from operations.views import task_runs as run_views
from tests.factories import person
from tests.query_counts import assert_query_count

OVERVIEW = "/operations/"


@pytest.fixture
def alex(db):
    return person("Alex Kim", Role.ADMINISTRATOR)


@pytest.fixture
def as_alex(alex):
    client = Client()
    client.force_login(alex)
    return client


def failed_job(maria, title="customers.csv", *, source=None, days=0) -> Job:
    at = timezone.now() - timedelta(days=days)
    job = jobs.enqueue("test.kind", title=title, parameters={}, source=source, by=maria, at=at)
    jobs.claim(job.pk, at=at)
    return jobs.fail(Job.objects.get(pk=job.pk), message="Row 3 names nobody.", at=at)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_on_the_first_day_the_page_says_what_is_missing(as_alex):
    page = text_of(as_alex.get(OVERVIEW))
    for task in ScheduledTask:
        assert str(task.label) in page
    assert "manage.py backup" in page
    assert "done once a day by itself; looked for every hour" in page
    assert "Looks for work" in page
    assert "Every run that is known ended well." in page
    assert "No import, check or export has failed." in page


def test_the_page_shows_what_waits_what_failed_and_why(as_alex, maria, own_files):
    failed_job(maria)
    jobs.enqueue("test.kind", title="waits", parameters={}, by=maria, at=timezone.now() - timedelta(minutes=9))
    run = task_runs.begin(ScheduledTask.DECAY_GREENS, at=timezone.now())
    task_runs.end(run, failure="OperationalError: the disk is full", at=timezone.now())
    page = text_of(as_alex.get(OVERVIEW))
    assert "waiting, the oldest for 9 minutes" in page
    assert "Row 3 names nobody." in page
    assert page.count("OperationalError: the disk is full") == 2
    assert "Fails" in page


def test_an_htmx_call_is_answered_with_the_partial_alone(as_alex):
    partial = as_alex.get(OVERVIEW, headers={"HX-Request": "true"}).content.decode()
    assert partial.lstrip().startswith('<div id="operations-state"')


def test_a_job_that_failed_is_tried_again_once_with_its_file(as_alex, alex, maria, sent, own_files):
    job = failed_job(maria, source=ContentFile(b"name\nAcme\n"))
    for _press in range(2):
        assert as_alex.post(reverse("operations:job_retry", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    with job.source.open() as source:
        assert (job.state, job.message, source.read()) == (JobState.QUEUED, "", b"name\nAcme\n")
    assert AuditEvent.objects.get(event="job.retried").by == alex
    assert jobs.claim(job.pk, at=timezone.now()).attempts == 2


def test_maria_tries_her_own_job_again_and_jonas_may_not(client, maria, jonas, sent, own_files):
    job = failed_job(maria)
    client.force_login(jonas)
    assert client.post(reverse("core:job_retry", args=[job.pk])).status_code == 404
    client.force_login(maria)
    assert "Try again" in client.get(reverse("core:job_detail", args=[job.pk])).content.decode()
    assert client.post(reverse("core:job_retry", args=[job.pk])).status_code == 302
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_after_a_week_the_file_is_gone_and_the_page_says_to_start_anew(as_alex, maria, own_files):
    job = failed_job(maria, source=ContentFile(b"x"), days=8)
    tend_jobs()
    job.refresh_from_db()
    assert not job.source
    assert AuditEvent.objects.filter(event="job.source_forgotten").count() == 1
    assert reverse("operations:job_retry", args=[job.pk]) not in text_of(as_alex.get(OVERVIEW))
    answer = as_alex.post(reverse("operations:job_retry", args=[job.pk]), follow=True)
    assert "start it anew, with its file" in text_of(answer)
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED


def test_a_task_is_run_now_and_the_trail_says_who_asked(as_alex, alex):
    answer = as_alex.post(reverse("operations:task_run_create", args=[ScheduledTask.FORGET_RUNS]), follow=True)
    assert "“Forget old runs of the schedule” was sent to the workers." in text_of(answer)
    assert TaskRun.objects.get().task == ScheduledTask.FORGET_RUNS
    assert AuditEvent.objects.get(event="task.asked").by == alex


def test_a_queue_that_is_away_is_told_and_nothing_is_promised(as_alex, monkeypatch):
    def away(*_sent, **_options):
        raise OperationalError("refused")

    monkeypatch.setattr(run_views.current_app.tasks[ScheduledTask.FORGET_RUNS], "apply_async", away)
    answer = as_alex.post(reverse("operations:task_run_create", args=[ScheduledTask.FORGET_RUNS]), follow=True)
    assert "The queue does not answer, so nothing was sent." in text_of(answer)


def test_runs_are_narrowed_and_exported_as_shown(as_alex):
    for task, failure in ((ScheduledTask.TEND_JOBS, ""), (ScheduledTask.DECAY_GREENS, "=1+1 went wrong")):
        task_runs.end(task_runs.begin(task, at=timezone.now()), failure=failure, at=timezone.now())
    page = text_of(as_alex.get("/operations/runs/?state=failed", headers={"HX-Request": "true"}))
    assert ("went wrong" in page, "Keep the queue" in page) == (True, False)
    exported = b"".join(as_alex.get("/operations/runs/export/?state=failed").streaming_content).decode()
    assert [line.count("went wrong") for line in exported.strip().splitlines()] == [0, 1]
    assert "'=1+1" in exported


def test_jobs_are_found_by_title_and_by_person_and_drafts_are_nobodys_business(as_alex, maria, jonas, own_files):
    failed_job(maria, "spring.csv")
    failed_job(jonas, "autumn.csv")
    jobs.draft("test.kind", title="draft.csv", parameters={}, source=ContentFile(b"x"), by=maria, at=timezone.now())
    page = text_of(as_alex.get("/operations/jobs/"))
    assert ("spring.csv" in page, "autumn.csv" in page, "draft.csv" in page) == (True, True, False)
    found = text_of(as_alex.get("/operations/jobs/?q=maria", headers={"HX-Request": "true"}))
    assert ("spring.csv" in found, "autumn.csv" in found) == (True, False)
    exported = b"".join(as_alex.get("/operations/jobs/export/?q=jonas").streaming_content).decode()
    assert ("spring.csv" in exported, "autumn.csv" in exported) == (False, True)


def test_the_pages_ask_the_same_however_much_there_is(as_alex, maria, own_files):
    for number in range(12):
        failed_job(maria, f"{number}.csv")
        run = task_runs.begin(ScheduledTask.TEND_JOBS, at=timezone.now())
        task_runs.end(run, failure="x", at=timezone.now())
    assert_query_count(as_alex, "/operations/", "operations:overview")
    assert_query_count(as_alex, "/operations/runs/", "operations:task_run_index")
    assert_query_count(as_alex, "/operations/jobs/", "operations:job_index")
