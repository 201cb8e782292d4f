"""The queue keeps going: lost messages are sent again, silent workers replaced, old drafts forgotten."""

from datetime import timedelta
from queue import Queue

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.db import OperationalError as DatabaseAway
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from core import signs, tasks
from core.actions import jobs
from core.errors import RuleBroken
from core.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


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
    # The file stays for a week, so that it can be tried again.
    assert job.source


def begun(person, *, ago: timedelta) -> Job:
    """A job that a worker began so long ago, and of which nothing has been heard since."""
    job = job_of(person, ago=ago)
    return jobs.claim(job.pk, at=timezone.now() - ago)


def test_a_worker_that_gives_signs_of_life_keeps_its_job(maria, tend):
    job = begun(maria, ago=timedelta(hours=2))
    hear_of(job)
    tend()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 1)


def hear_of(job, *, done=300, total=900):
    """The worker tells how far it is; where it would use a connection of its own, that cannot see this test's rows."""
    if connection.vendor == "sqlite":
        jobs.progress(job, done=done, total=total, at=timezone.now())
    else:
        Job.objects.filter(pk=job.pk).update(done=done, total=total, heard_at=timezone.now())


def test_a_job_whose_worker_was_killed_is_shown_as_stopped_and_taken_up_again_after_a_minute(client, maria, tend):
    client.force_login(maria)
    job = begun(maria, ago=timedelta(seconds=45))
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Running" in page
    assert "The worker has not been heard of for 4" in page
    assert "the job goes on without you" not in page
    assert tend() == []
    Job.objects.update(heard_at=timezone.now() - timedelta(seconds=65))
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Stopped" in page
    assert "taken up again by itself" in page
    assert "every 1s" in page
    assert "Stopped" in client.get("/jobs/").content.decode()
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert tend() == [("test.kind", job.pk)]
    assert "Waiting to be taken up again" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert jobs.claim(job.pk, at=timezone.now()).attempts == 2


def test_a_job_whose_worker_died_before_the_clock_was_set_back_an_hour_is_taken_up_again(maria, tend):
    job = begun(maria, ago=timedelta(hours=-1))
    tend()
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_job_to_which_the_database_was_lost_is_tried_again_and_not_called_a_failure(maria):
    job = begun(maria, ago=timedelta(0))
    with pytest.raises(DatabaseError), tasks.failing(job):
        raise DatabaseAway("server closed the connection unexpectedly")
    job.refresh_from_db()
    assert (job.state, bool(job.source)) == ("queued", True)


def test_a_job_that_works_in_one_transaction_is_seen_to_move_on(client, maria):
    client.force_login(maria)
    job = begun(maria, ago=timedelta(minutes=10))
    hear_of(job)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "300 of 900 rows" in page
    assert "the job goes on without you" in page
    assert "Stopped" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="there is one connection to a database in memory")
def test_the_row_tells_of_the_progress_while_the_transaction_is_open(maria, heard):
    job = begun(maria, ago=timedelta(minutes=10))
    with transaction.atomic(), tasks.Progress(job) as progress:
        job.total = 900
        progress(300)
        heard(300)
        beside = connection.copy()
        with beside.cursor() as cursor:
            cursor.execute("SELECT done, total, heard_at > now() - interval '5 minutes' FROM core_job")
            assert cursor.fetchall() == [(300, 900, True)]
        beside.close()


@pytest.fixture
def heard(monkeypatch):
    """Waits until the worker has told that so many rows are done."""
    told, tell = Queue(), jobs.progress
    monkeypatch.setattr(tasks, "EVERY", 0.01)

    def tell_and_note(job, *, done, total, at):
        tell(job, done=done, total=total, at=at)
        told.put(done)

    def wait_for(done):
        while told.get(timeout=30) != done:
            pass

    monkeypatch.setattr(jobs, "progress", tell_and_note)
    return wait_for


@pytest.mark.skipif(connection.vendor != "sqlite", reason="this test's rows are there for its own connection alone")
def test_a_worker_that_waits_for_long_in_one_step_is_heard_of_and_one_that_hangs_is_not(maria, heard, monkeypatch):
    job = begun(maria, ago=timedelta(minutes=10))
    with tasks.Progress(job) as progress:
        progress(7)
        for _time in range(3):
            heard(7)
        assert not signs.seen(job).is_silent(timezone.now())
        monkeypatch.setattr(tasks, "LONGEST_STEP", 0)
        progress.join(timeout=30)
        assert not progress.is_alive()


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


@pytest.mark.parametrize("trouble", [OperationalError, RedisAway])
def test_without_a_broker_the_job_waits_in_its_row(trouble, maria, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*args, **options):
        raise trouble

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


def test_a_job_that_waits_for_the_queue_to_come_back_says_so(client, maria, monkeypatch):
    client.force_login(maria)
    monkeypatch.setattr("core.broker.is_away", lambda: True)
    page = client.get(f"/jobs/{job_of(maria, ago=timedelta(0)).pk}/").content.decode()
    assert "The queue does not answer at the moment. The job waits in the database and starts by itself" in page


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
