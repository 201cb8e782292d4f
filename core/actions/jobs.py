"""Jobs: prepared, put in the queue, claimed by one worker, brought to an end."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit, signs
from core.choices import JobState
from core.errors import RuleBroken
from core.models import Job, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ATTEMPTS = 3
UNEXPECTED = _("Something went wrong that should not have. Nothing was changed; the administrator finds it in the log.")
STOPPED = _(
    "The worker stopped three times in the middle of this job. Nothing was changed by it; try again, or with a smaller "
    "file."
)


@transaction.atomic
def draft(kind: str, *, title: str, parameters: dict[str, Any], source: File, by: User, at: datetime) -> Job:
    """A job that its person still describes; it keeps the file between the steps and waits for `submit`."""
    job = Job(kind=kind, title=title, state=JobState.DRAFT, parameters=parameters, created_by=by, created_at=at)
    job.source.save(f"{kind}-{at:%Y%m%d%H%M%S%f}", source, save=False)
    job.save()
    audit.record("job.drafted", job, by=by, at=at, kind=kind)
    return job


@transaction.atomic
def describe(
    job: Job, *, title: str = "", parameters: dict[str, Any], report: dict[str, Any], by: User, at: datetime
) -> Job:
    """Keep what the person decided about a draft, and what the program foresees. Trials of it are over or void.

    Its title stays as it is if none is given.
    """
    job.title = title or job.title
    described = {"title": job.title, "parameters": parameters, "report": report}
    if not Job.objects.drafts().filter(pk=job.pk).update(**described):
        raise RuleBroken(gettext("This job was started already; what it does can no longer be changed."))
    job.trials.all().delete()
    job.parameters, job.report = parameters, report
    audit.record("job.described", job, by=by, at=at, kind=job.kind)
    return job


@transaction.atomic
def submit(job: Job, *, by: User, at: datetime) -> Job:
    """Put a draft in the queue; a second press of the button changes nothing. The caller sends the message."""
    if Job.objects.drafts().filter(pk=job.pk).update(state=JobState.QUEUED, created_at=at):
        audit.record("job.queued", job, by=by, at=at, kind=job.kind)
    job.refresh_from_db()
    return job


@transaction.atomic
def discard(job: Job, *, by: User | None, at: datetime) -> None:
    """Throw a draft and its file away."""
    if not Job.objects.drafts().select_for_update().filter(pk=job.pk).exists():
        raise RuleBroken(gettext("Only a job that was not started yet can be thrown away."))
    audit.record("job.discarded", job, by=by, at=at, kind=job.kind)
    _forget_source(job)
    job.delete()


@transaction.atomic
def enqueue(
    kind: str,
    *,
    title: str,
    parameters: dict[str, Any],
    source: File | None = None,
    draft: Job | None = None,
    by: User,
    at: datetime,
) -> Job:
    """A job row that waits for a worker. The caller sends the message; a schedule re-sends what was lost.

    With a `draft` it only tries what that one would do.
    """
    job = Job(kind=kind, title=title, parameters=parameters, draft=draft, created_by=by, created_at=at)
    if source is not None:
        job.source.save(f"{kind}-{at:%Y%m%d%H%M%S%f}", source, save=False)
    job.save()
    audit.record("job.queued", job, by=by, at=at, kind=kind)
    return job


def claim(job_id: int, *, at: datetime) -> Job | None:
    """The job, if it was waiting and now belongs to the caller; None if another worker has it or had it."""
    claimed = (
        Job.objects.queued()
        .filter(pk=job_id)
        .update(state=JobState.RUNNING, started_at=at, heard_at=at, done=0, attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job_id) if claimed else None


def progress(job: Job, *, done: int, total: int, at: datetime) -> None:
    """Tell how far the work has come, in rows, and that the worker lives: outside the transaction of the work.

    SQLite has one writer at a time, and that is the work; so there it stands beside the database.
    """
    if connection.vendor == "sqlite":
        signs.leave(job, done=done, total=total, at=at)
    else:
        mine = Job.objects.running().filter(pk=job.pk, attempts=job.attempts)
        mine.update(done=done, total=total, heard_at=at)


@transaction.atomic
def finish(
    job: Job,
    *,
    report: dict[str, Any],
    result: File | None = None,
    result_name: str = "",
    result_until: datetime | None = None,
    at: datetime,
) -> Job:
    """Mark the job as done, with its report and, if there is one, the file the person may fetch, for ever or until.

    Refused if the job was given to another worker meanwhile, so that work in the same transaction is undone.
    """
    if not _is_held(job):
        raise RuleBroken(gettext("Another worker has taken this job over."))
    if result is not None:
        job.result.save(result_name, result, save=False)
    job.state, job.finished_at, job.report, job.done = JobState.DONE, at, report, job.total
    job.result_until = result_until
    job.save(update_fields=["state", "finished_at", "report", "result", "result_until", "done", "total"])
    audit.record("job.done", job, by=None, at=at, kind=job.kind)
    _forget_source(job)
    return job


@transaction.atomic
def fail(job: Job, *, message: "StrOrPromise", at: datetime) -> Job:
    """Mark the job as failed, with words for the person who waits, lazy ones in that person's language.

    Nothing happens if the job was given to another worker.
    """
    if not _is_held(job):
        return job
    with translation.override(job.created_by.locale):
        words = str(message)
    job.state, job.finished_at, job.message = JobState.FAILED, at, words
    job.save(update_fields=["state", "finished_at", "message"])
    audit.record("job.failed", job, by=None, at=at, kind=job.kind, message=words)
    return job


@transaction.atomic
def retry(job: Job, *, by: User, at: datetime) -> Job:
    """Put a failed job in the queue again, from its beginning: a failed one has changed nothing. The caller sends the
    message. Refused when what it was given is no longer kept; a second press of the button changes nothing."""
    if not (job.can_be_retried(at) or job.is_waiting):
        raise RuleBroken(gettext("This cannot be tried again: start it anew, with its file."))
    again = {"state": JobState.QUEUED, "created_at": at, "finished_at": None, "message": "", "done": 0}
    if Job.objects.failed().filter(pk=job.pk).update(**again):
        audit.record("job.retried", job, by=by, at=at, kind=job.kind)
    job.refresh_from_db()
    return job


@transaction.atomic
def release(job: Job, *, at: datetime) -> Job:
    """Give a job whose worker fell silent back to the queue, or up if that happened too often."""
    if job.attempts >= MOST_ATTEMPTS:
        return fail(job, message=STOPPED, at=at)
    if Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(state=JobState.QUEUED):
        audit.record("job.released", job, by=None, at=at, kind=job.kind)
    job.refresh_from_db()
    return job


@transaction.atomic
def forget_result(job: Job, *, at: datetime) -> None:
    """Throw a result away whose time is over."""
    if Job.objects.filter(pk=job.pk, result_until__lt=at).exclude(result="").update(result=""):
        audit.record("job.result_forgotten", job, by=None, at=at, kind=job.kind)
        _delete_file(job.result)


@transaction.atomic
def forget_source(job: Job, *, at: datetime) -> None:
    """Throw the file of a failed job away, which nobody has tried again in time."""
    if Job.objects.failed().filter(pk=job.pk).exclude(source="").exists():
        audit.record("job.source_forgotten", job, by=None, at=at, kind=job.kind)
        _forget_source(job)


def _is_held(job: Job) -> bool:
    """Whether the caller still has the job, and keeps it until the transaction ends."""
    mine = Job.objects.running().filter(pk=job.pk, attempts=job.attempts)
    return mine.select_for_update().first() is not None


def _forget_source(job: Job) -> None:
    """The file that a person uploaded is kept only as long as the job, or trying it again, needs it."""
    if job.source:
        Job.objects.filter(pk=job.pk).update(source="")
        _delete_file(job.source)


def _delete_file(file: FieldFile) -> None:
    storage, name = file.storage, str(file.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)
