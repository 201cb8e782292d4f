"""What the schedule did: one row for each run of one of its tasks."""

from datetime import datetime, timedelta

from django.db import models

from operations.choices import RunState, ScheduledTask
from operations.rules.punctuality import LONGEST


class TaskRunQuerySet(models.QuerySet["TaskRun"]):
    def silent(self, at: datetime) -> "TaskRunQuerySet":
        """Runs that never told their end and cannot be going on any more: their worker was killed."""
        return self.filter(state=RunState.RUNNING, began_at__lt=at - LONGEST)

    def done(self) -> "TaskRunQuerySet":
        return self.filter(state=RunState.DONE)

    def unwell(self) -> "TaskRunQuerySet":
        """Runs from which nothing came."""
        return self.filter(state__in=[RunState.FAILED, RunState.CUT_OFF])


class TaskRun(models.Model):
    """One run of one task, begun by a worker. It says `running` until the worker tells the end.

    A worker that is killed tells none; such a run is marked as cut off after LONGEST.
    `message` is the first line of what went wrong, without notes or rows; of what went well, what the task said.
    """

    task = models.CharField(max_length=80, choices=ScheduledTask)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=500, blank=True)

    objects = TaskRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=RunState.RUNNING, ended_at__isnull=True)
                | (~models.Q(state=RunState.RUNNING) & models.Q(ended_at__isnull=False)),
                name="task_run_ends_once",
            )
        ]
        indexes = [
            models.Index(fields=["task", "state", "-id"], name="task_run_by_task"),
            models.Index(fields=["state", "-id"], name="task_run_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()}, {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def took(self) -> timedelta | None:
        """How long it ran; None while it runs."""
        return None if self.ended_at is None else self.ended_at - self.began_at
