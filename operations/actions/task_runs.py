"""Runs of the schedule: begun, ended, asked for by a person, forgotten."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from core import audit
from core.models import Programme, User
from operations.choices import RunState, ScheduledTask
from operations.models import TaskRun

DONE_KEPT, FAILED_KEPT = timedelta(days=7), timedelta(days=90)


def begin(task: ScheduledTask, *, at: datetime) -> TaskRun:
    """Note that a worker has begun. What the program does by itself every minute stands in no audit trail."""
    return TaskRun.objects.create(task=task, began_at=at)


def end(run: TaskRun, *, failure: str = "", said: str = "", at: datetime) -> TaskRun:
    """Note what became of it; `failure` in a line, or what the task had to say if all is well."""
    run.state = RunState.FAILED if failure else RunState.DONE
    run.message, run.ended_at = (failure or said)[:500], at
    run.save(update_fields=["state", "message", "ended_at"])
    return run


@transaction.atomic
def ask(task: ScheduledTask, *, by: User, at: datetime) -> None:
    """A person wants it done now. The caller sends the message."""
    audit.record("task.asked", Programme.current(), by=by, at=at, task=str(task.label))


@transaction.atomic
def tidy(*, at: datetime) -> None:
    """Mark as cut off what can no longer be running, and forget what nobody looks for: what went well after a week,
    the rest after three months. The newest run that was done stays for each task, however old it is."""
    TaskRun.objects.silent(at).update(state=RunState.CUT_OFF, ended_at=at)
    newest = (
        TaskRun.objects.done().order_by().values("task").annotate(newest=Max("pk")).values_list("newest", flat=True)
    )
    TaskRun.objects.done().filter(ended_at__lt=at - DONE_KEPT).exclude(pk__in=list(newest)).delete()
    TaskRun.objects.unwell().filter(ended_at__lt=at - FAILED_KEPT).delete()
