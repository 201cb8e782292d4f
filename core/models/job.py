"""Long work that a person started: what it is, how far it has come, what came of it."""

from datetime import datetime, timedelta

from django.db import models

from core.choices import JobState
from core.models.user import User

SILENCE = timedelta(minutes=1)
# A worker gives a sign every two seconds.
QUIET = timedelta(seconds=10)
# As long as the file is kept that a failed job was given.
RETRIED_WITHIN = timedelta(days=7)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> "JobQuerySet":
        """A job is seen by the person who started it."""
        return self.filter(created_by=user)

    def drafts(self) -> "JobQuerySet":
        """Work that a person is still describing; no worker knows of it."""
        return self.filter(state=JobState.DRAFT)

    def submitted(self) -> "JobQuerySet":
        return self.exclude(state=JobState.DRAFT)

    def listed(self) -> "JobQuerySet":
        """What a person looks for in a list of jobs: not what is still described, nor the trying of it."""
        return self.submitted().filter(draft__isnull=True)

    def queued(self) -> "JobQuerySet":
        return self.filter(state=JobState.QUEUED)

    def failed(self) -> "JobQuerySet":
        return self.filter(state=JobState.FAILED)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])

    def running(self) -> "JobQuerySet":
        """Jobs that a worker has begun, whether it still lives or not."""
        return self.filter(state=JobState.RUNNING)


class Job(models.Model):
    """One piece of background work. `kind` names the task that knows how to do it, as `customers.import`.

    A worker claims the row with a conditional UPDATE, so that a job handed out twice is done once. `heard_at` tells
    when the worker last gave a sign of life, `attempts` how many workers have begun. A job may do no more than try
    another one that is a `draft` yet. A result that may be had again is thrown away after `result_until`.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    parameters = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    source = models.FileField(upload_to="jobs/", blank=True)
    result = models.FileField(upload_to="jobs/", blank=True)
    result_until = models.DateTimeField(null=True)
    draft = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="trials")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "kind"], name="job_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def is_waiting(self) -> bool:
        return self.state == JobState.QUEUED

    def can_be_retried(self, at: datetime) -> bool:
        """Whether it failed, and what it was given is still there."""
        return self.state == JobState.FAILED and self.finished_at is not None and at - self.finished_at < RETRIED_WITHIN

    def is_silent(self, at: datetime) -> bool:
        """Whether its worker gave no sign of life for so long that it is taken for dead.

        A sign out of the future was given before the clock was set back; who lives gives another within seconds.
        """
        return self.state == JobState.RUNNING and self.heard_at is not None and abs(at - self.heard_at) > SILENCE

    def quiet_for(self, at: datetime) -> int:
        """For how many seconds its worker has missed several signs of life; 0 while it gives them."""
        if self.state != JobState.RUNNING or self.heard_at is None or at - self.heard_at < QUIET:
            return 0
        return int((at - self.heard_at).total_seconds())

    @property
    def percent(self) -> int:
        """How far the work has come, 0-100; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0
