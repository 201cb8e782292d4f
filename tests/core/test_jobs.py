"""The queue keeps going: lost messages are sent again, silent workers replaced, old drafts forgotten."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import tasks
from core.actions import jobs
from core.errors import RuleBroken
from core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr("core.tasks._send", lambda kind, job_id, expires: messages.append((kind, job_id)))
    return messages


@pytest.fixture
def tend(sent, django_capture_on_commit_callbacks):
    def once():
        sent.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tend_jobs()
        return sent

    return once


def job_of(person, *, ago: timedelta) -> Job:
    at = timezone.now() - ago
    return jobs.enqueue("test.kind", title="A job", parameters={}, source=ContentFile(b"x"), by=person, at=at)


def test_a_job_whose_message_was_lost_is_sent_again_and_a_fresh_one_is_left_in_peace(maria, tend):
    lost = job_of(maria, ago=timedelta(minutes=5))
    job_of(maria, ago=timedelta(seconds=5))
    assert tend() == [("test.kind", lost.pk)]


def test_a_job_whose_worker_was_killed_goes_to_another_and_is_given_up_after_three(maria, tend):
    job = job_of(maria, ago=timedelta(hours=2))
    for attempt in (1, 2, 3):
        claimed = jobs.claim(job.pk, at=timezone.now() - timedelta(minutes=30))
        assert claimed.attempts == attempt
        tend()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "stopped three times" in job.message
    assert not job.source


def test_a_worker_that_gives_signs_of_life_keeps_its_job(maria, tend):
    job = job_of(maria, ago=timedelta(hours=2))
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heard_at=timezone.now() - timedelta(minutes=30))
    Job.objects.filter(pk=job.pk).update(heard_at=timezone.now())
    tend()
    job.refresh_from_db()
    assert job.state == "running"


def test_a_worker_that_lost_its_job_cannot_finish_it(maria, tend):
    job = job_of(maria, ago=timedelta(hours=2))
    first = jobs.claim(job.pk, at=timezone.now() - timedelta(minutes=30))
    tend()
    second = jobs.claim(job.pk, at=timezone.now())
    with pytest.raises(RuleBroken, match="Another worker"):
        jobs.finish(first, report={}, at=timezone.now())
    assert jobs.finish(second, report={"counts": {}}, at=timezone.now()).state == "done"


def test_only_one_of_two_workers_gets_the_job(maria):
    job = job_of(maria, ago=timedelta(0))
    assert jobs.claim(job.pk, at=timezone.now()) is not None
    assert jobs.claim(job.pk, at=timezone.now()) is None


def test_without_a_broker_the_job_waits_in_its_row(maria, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*args, **options):
        raise OperationalError

    monkeypatch.setattr("core.tasks.current_app.send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.send(job_of(maria, ago=timedelta(0)))
    assert Job.objects.queued().count() == 1


def test_drafts_that_nobody_came_back_to_are_forgotten_with_their_files(maria, tend, tmp_path):
    jobs.draft(
        "test.kind",
        title="Old",
        parameters={},
        source=ContentFile(b"x"),
        by=maria,
        at=timezone.now() - timedelta(days=3),
    )
    tend()
    assert not Job.objects.exists()
    assert not list(tmp_path.glob("jobs/*"))


def test_a_job_that_waits_says_so(client, maria):
    client.force_login(maria)
    job = job_of(maria, ago=timedelta(minutes=5))
    page = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert "waits for a worker" in page.content.decode()
    assert "<html" not in page.content.decode()


def test_a_worker_that_lost_its_job_does_not_end_the_work_of_the_next_one(maria, tend):
    job = job_of(maria, ago=timedelta(hours=2))
    first = jobs.claim(job.pk, at=timezone.now() - timedelta(minutes=30))
    tend()
    second = jobs.claim(job.pk, at=timezone.now())
    with tasks.failing(first):
        jobs.finish(first, report={}, at=timezone.now())
    second.refresh_from_db()
    assert second.state == "running"
    assert second.source
