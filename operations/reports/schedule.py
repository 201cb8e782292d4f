"""The schedule: what should run and when, and what did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Q

from operations.choices import Punctuality, RunState, ScheduledTask
from operations.models import TaskRun
from operations.rules.punctuality import GRACE, Known, punctuality


@dataclass(frozen=True)
class Scheduled:
    """One task of the schedule: how often it runs, its newest run, when it was last done and when it is due next."""

    task: ScheduledTask
    every: timedelta
    newest: TaskRun | None
    done_at: datetime | None
    due_at: datetime
    state: Punctuality

    @property
    def is_late(self) -> bool:
        return self.state == Punctuality.LATE

    @property
    def failure(self) -> str:
        """What went wrong the last time, if it was not done since."""
        return self.newest.message if self.newest is not None and self.newest.state != RunState.DONE else ""

    @property
    def said(self) -> str:
        """What the newest run said, if all was well."""
        return self.newest.message if self.newest is not None and self.newest.state == RunState.DONE else ""


@dataclass(frozen=True)
class Schedule:
    """All of them, and the instant since when nothing at all has begun, if that is long ago."""

    tasks: list[Scheduled]
    silent_since: datetime | None

    @property
    def late(self) -> list[Scheduled]:
        return [one for one in self.tasks if one.is_late]


def schedule(at: datetime) -> Schedule:
    """How punctual the program is. What never ran is measured from the day it was installed or last updated."""
    newest = {run.task: run for run in _newest(Q())}
    done = {run.task: run for run in _newest(Q(state=RunState.DONE))}
    installed = MigrationRecorder.Migration.objects.aggregate(last=Max("applied"))["last"] or at
    entries = {ScheduledTask(entry["task"]): entry["schedule"] for entry in current_app.conf.beat_schedule.values()}
    tasks = [
        _scheduled(task, entries[task], newest.get(task), done.get(task), installed=installed, at=at)
        for task in ScheduledTask
        if task in entries
    ]
    last = max((run.began_at for run in newest.values()), default=installed)
    return Schedule(tasks, last if last < at - GRACE else None)


def _newest(condition: Q) -> list[TaskRun]:
    """The newest run of each task among those that meet the condition."""
    found = TaskRun.objects.filter(condition).order_by().values("task").annotate(newest=Max("pk"))
    return list(TaskRun.objects.filter(pk__in=found.values("newest")))


def _scheduled(
    task: ScheduledTask, times: Any, newest: TaskRun | None, done: TaskRun | None, *, installed: datetime, at: datetime
) -> Scheduled:
    done_at = done.ended_at if done else None
    first = _due(times, done.began_at if done else installed)
    second = _due(times, first)
    known = Known(
        missed_at=second,
        done_at=done_at,
        running_since=newest.began_at if newest and newest.state == RunState.RUNNING else None,
        has_failed_since=newest is not None and newest.state in (RunState.FAILED, RunState.CUT_OFF),
    )
    due = _due(times, at)
    return Scheduled(task, _due(times, due) - due, newest, done_at, due, punctuality(known, at=at))


def _due(times: Any, after: datetime) -> datetime:
    """The first instant after the given one at which the schedule sends; `times` is what the queue reckons with."""
    last, delta, _now = times.remaining_delta(after)
    due: datetime = last + delta
    return due
