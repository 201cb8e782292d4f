"""Signs of life of running jobs on SQLite, where a job's own transaction keeps everybody else from writing.

They stand beside the database, in files. On other databases the job's row itself tells.
"""

from datetime import datetime

from django.core.cache import caches
from django.db import connection

from core.choices import JobState
from core.models import Job


def leave(job: Job, *, done: int, total: int, at: datetime) -> None:
    caches["signs"].set(_key(job), (done, total, at))


def seen(job: Job) -> Job:
    """The job with what its worker told last."""
    if job.state == JobState.RUNNING and connection.vendor == "sqlite":
        job.done, job.total, job.heard_at = caches["signs"].get(_key(job), (job.done, job.total, job.heard_at))
    return job


def _key(job: Job) -> str:
    """Of this attempt alone: an earlier worker may be alive as well, and numbers are given anew in a new database."""
    return f"{job.pk}-{job.attempts}-{job.created_at:%Y%m%d%H%M%S%f}"
