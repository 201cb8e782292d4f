"""The schedule is looked after: what ran is kept, and what did not run is told, once, to those who can do something."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core.choices import Role
from core.models import Notice
from operations.actions import task_runs, watches
from operations.choices import Punctuality, RunState, ScheduledTask
from operations.models import TaskRun
from operations.reports.schedule import schedule
from operations.rules.punctuality import Known, punctuality
from operations.tasks import verify_closings
from refprogram import watch
from refprogram.celery import SCHEDULE, app
from tests.factories import person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = timezone.make_aware(datetime(2026, 11, 20, 12, 0, 30))


@pytest.fixture
def alex(db):
    """Alex Kim, the administrator, of a program that was installed a year ago."""
    MigrationRecorder.Migration.objects.update(applied=NOON - 365 * DAY)
    return person("Alex Kim", Role.ADMINISTRATOR)


def ran(task: ScheduledTask, at: datetime, failure: str = "") -> TaskRun:
    return task_runs.end(task_runs.begin(task, at=at), failure=failure, at=at + timedelta(seconds=2))


def all_is_well(but: ScheduledTask | None = None, at: datetime = NOON) -> None:
    for task in ScheduledTask:
        if task != but:
            ran(task, at - timedelta(seconds=20))


def states(at: datetime = NOON) -> dict[str, Punctuality]:
    return {one.task: one.state for one in schedule(at).tasks}


def test_everything_in_the_schedule_has_a_name_and_the_other_way_round():
    assert sorted(entry["task"] for entry in SCHEDULE.values()) == sorted(ScheduledTask.values)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(missed_at=NOON), Punctuality.EXPECTED),
        (Known(missed_at=NOON, done_at=NOON - HOUR), Punctuality.ON_TIME),
        (Known(missed_at=NOON - HOUR), Punctuality.LATE),
        (Known(missed_at=NOON - HOUR, done_at=NOON - DAY), Punctuality.LATE),
        (Known(missed_at=NOON - HOUR, running_since=NOON - MINUTE), Punctuality.RUNNING),
        (Known(missed_at=NOON - HOUR, running_since=NOON - 2 * HOUR), Punctuality.LATE),
        (Known(missed_at=NOON, done_at=NOON - HOUR, has_failed_since=True), Punctuality.FAILING),
        (Known(missed_at=NOON - HOUR, has_failed_since=True), Punctuality.LATE),
    ],
)
def test_who_is_late(known, expected):
    assert punctuality(known, at=NOON) == expected


def test_a_task_is_late_when_it_has_missed_two_of_its_times(alex):
    all_is_well(but=ScheduledTask.DECAY_GREENS)
    ran(ScheduledTask.DECAY_GREENS, NOON.replace(hour=9, minute=10))
    # Due at 10:10, which a restart may have swallowed, and at 11:10.
    assert states(NOON.replace(hour=11, minute=20))[ScheduledTask.DECAY_GREENS] == Punctuality.ON_TIME
    assert states(NOON.replace(hour=11, minute=26))[ScheduledTask.DECAY_GREENS] == Punctuality.LATE
    decays = next(one for one in schedule(NOON).tasks if one.task == ScheduledTask.DECAY_GREENS)
    assert (decays.every, decays.due_at) == (HOUR, NOON.replace(minute=10, second=0))


def test_when_all_is_well_nobody_is_told_anything(alex):
    all_is_well()
    seen = watches.watch(at=NOON)
    assert (seen.late, seen.silent_since) == ([], None)
    assert not Notice.objects.exists()


def test_a_program_that_was_just_installed_is_given_its_time(alex):
    MigrationRecorder.Migration.objects.update(applied=NOON - 5 * MINUTE)
    assert set(states().values()) == {Punctuality.EXPECTED}
    assert schedule(NOON).silent_since is None


def test_what_is_late_is_told_to_administrators_once_until_it_was_done_again(alex, priya):
    all_is_well(but=ScheduledTask.CLOSE_QUARTERS)
    ran(ScheduledTask.CLOSE_QUARTERS, NOON - DAY)
    ran(ScheduledTask.CLOSE_QUARTERS, NOON - MINUTE, failure="OperationalError: the disk is full")
    for _again in range(3):
        watches.watch(at=NOON)
    notice = Notice.objects.get()
    assert notice.to == alex
    assert "“Close quarters that have ended” has not been done since" in notice.text
    assert "OperationalError: the disk is full" in notice.text
    assert notice.url == "/operations/"
    ran(ScheduledTask.CLOSE_QUARTERS, NOON)
    all_is_well(but=ScheduledTask.CLOSE_QUARTERS, at=NOON + DAY)
    watches.watch(at=NOON + DAY)
    assert Notice.objects.count() == 2


def test_a_dead_worker_is_one_notice_and_not_nine(alex):
    all_is_well(at=NOON - DAY)
    assert schedule(NOON).silent_since == NOON - DAY - timedelta(seconds=20)
    watches.watch(at=NOON)
    watches.watch(at=NOON + HOUR)
    assert [notice.text.partition(" since")[0] for notice in Notice.objects.all()] == [
        "Nothing of the schedule has run"
    ]


@pytest.mark.django_db
def test_a_web_server_mails_it_because_the_worker_that_mails_may_be_what_is_dead(alex):
    all_is_well(at=timezone.now() - HOUR)
    watch.look()
    watch.look()
    [sent] = mail.outbox
    assert sent.to == [alex.email]
    assert "Nothing of the schedule has run" in sent.body


def test_a_run_that_a_worker_did_leaves_a_row_with_its_end(alex):
    app.tasks[ScheduledTask.TEND_JOBS].apply()
    run = TaskRun.objects.get()
    assert (run.task, run.state, run.message) == (ScheduledTask.TEND_JOBS, RunState.DONE, "")
    assert run.ended_at >= run.began_at


def test_what_a_task_has_to_say_is_kept_and_agrees_with_the_tile(alex, client):
    verify_closings.apply()
    assert TaskRun.objects.get().message == "0 quarters, no difference"
    verify_closings.apply()
    newest = TaskRun.objects.first()
    assert (newest.state, newest.message) == (RunState.DONE, "done today already: 0 quarters, no difference")
    [verifies] = [one for one in schedule(timezone.now()).tasks if one.task == ScheduledTask.VERIFY_CLOSINGS]
    assert (verifies.failure, verifies.said) == ("", newest.message)
    client.force_login(alex)
    assert client.get("/operations/").content.decode().count("0 quarters, no difference") == 2
    assert newest.message in client.get("/operations/runs/").content.decode()


def test_a_run_that_fails_leaves_the_first_line_of_what_went_wrong_and_no_row_of_the_database(alex, monkeypatch):
    def refused(**_told):
        raise ValueError("not like that\nDETAIL: Failing row contains (Lucille is ill)")

    monkeypatch.setattr("operations.tasks.checks.verify_daily", refused)
    with pytest.raises(ValueError, match="not like that"):
        app.tasks[ScheduledTask.VERIFY_CLOSINGS].apply()
    run = TaskRun.objects.get()
    assert (run.state, run.message) == (RunState.FAILED, "ValueError: not like that")
    assert states(timezone.now())[ScheduledTask.VERIFY_CLOSINGS] in (Punctuality.FAILING, Punctuality.LATE)


def test_a_run_that_was_killed_is_cut_off_and_old_runs_are_forgotten_but_not_the_newest(alex):
    killed = task_runs.begin(ScheduledTask.MAIL_NOTICES, at=NOON - 2 * HOUR)
    living = task_runs.begin(ScheduledTask.MAIL_NOTICES, at=NOON - MINUTE)
    old, newest = ran(ScheduledTask.TEND_JOBS, NOON - 30 * DAY), ran(ScheduledTask.TEND_JOBS, NOON - 20 * DAY)
    failed = ran(ScheduledTask.TEND_JOBS, NOON - 20 * DAY, failure="a")
    ran(ScheduledTask.TEND_JOBS, NOON - 100 * DAY, failure="b")
    task_runs.tidy(at=NOON)
    kept = dict(TaskRun.objects.values_list("pk", "state"))
    assert kept == {killed.pk: "cut_off", living.pk: "running", newest.pk: "done", failed.pk: "failed"}
    assert old.pk not in kept
