"""The queue of jobs kept going: what was lost is sent again, what fell silent is given to another worker."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from time import monotonic
from typing import Self, TypeVar

from celery import current_app, shared_task
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from core import broker, signs
from core.actions import jobs
from core.errors import RuleBroken
from core.models import Job
from core.models.job import RETRIED_WITHIN

PATIENCE = timedelta(minutes=1)
# A connection that the broker has closed is noticed when it is used.
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
EVERY, LONGEST_STEP = 2.0, 900.0
DRAFTS_KEPT = timedelta(days=2)
Waiting = TypeVar("Waiting")


def send(job: Job, *, expires: int | None = None) -> None:
    """Tell the workers of a job, once the transaction is through. `job.kind` is the name of the task that does it.

    If nobody hears it, the job waits in its row and is sent again by the schedule.
    """
    transaction.on_commit(lambda: _send(job.kind, job.pk, expires))


def _send(kind: str, job_id: int, expires: int | None) -> None:
    try:
        current_app.send_task(kind, args=[job_id], expires=expires, retry=True, retry_policy=ONCE_MORE)
    except broker.UNREACHABLE:
        return


@contextmanager
def failing(job: Job) -> Iterator[None]:
    """The work of a job that was claimed: what it raises becomes the end of the job, in words."""
    try:
        yield
    except RuleBroken as refusal:
        jobs.fail(job, message=str(refusal), at=timezone.now())
    except (OperationalError, InterfaceError):
        # The database went away or had no room: that is not the job's fault, so it is tried again.
        jobs.release(job, at=timezone.now())
        raise
    except Exception:
        jobs.fail(job, message=jobs.UNEXPECTED, at=timezone.now())
        raise


def work_off(job_id: int, work: Callable[[Job, Callable[[int], None]], object]) -> None:
    """Do the work of a job, which gets the job and what tells its progress, unless another worker has the job.

    What the work says, it says in the language of the person who started it.
    """
    job = jobs.claim(job_id, at=timezone.now())
    if job is not None:
        with translation.override(job.created_by.locale), failing(job), Progress(job) as progress:
            if not job.created_by.has_perm("core.use_program"):
                raise RuleBroken(gettext("Whoever started this may not use the program any more, so it was not done."))
            work(job, progress)


def send_each(waiting: Iterable[Waiting], send_one: Callable[[Waiting], None]) -> None:
    """Send a mail to each; an address that is refused keeps nobody else from the mail, and is told at the end."""
    failures = []
    for one in waiting:
        try:
            send_one(one)
        except OSError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


class Progress(Thread):
    """What the work of a job calls with the number of rows done, as often as it likes.

    Every few seconds a thread tells it, in a connection of its own, so that it shows while the work's transaction is
    open, and that the worker lives while one step takes long, as it does if it waits for the rows of another import.
    After LONGEST_STEP it falls silent, and the job goes to another worker.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"progress of job {job.pk}", daemon=True)
        self.job, self.done, self.moved, self.over = job, 0, monotonic(), Event()

    def __call__(self, done: int) -> None:
        self.done, self.moved = done, monotonic()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        while not self.over.wait(EVERY) and monotonic() - self.moved < LONGEST_STEP:
            with suppress(DatabaseError):
                jobs.progress(self.job, done=self.done, total=self.job.total, at=timezone.now())
        connection.close()


@shared_task
def tend_jobs() -> None:
    """Every minute: release jobs whose worker fell silent, send waiting ones again, forget old drafts and files."""
    now = timezone.now()
    for job in Job.objects.running():
        if signs.seen(job).is_silent(now):
            jobs.release(job, at=now)
    for job in Job.objects.queued().filter(created_at__lt=now - PATIENCE):
        send(job, expires=55)
    for job in Job.objects.drafts().filter(created_at__lt=now - DRAFTS_KEPT):
        jobs.discard(job, by=None, at=now)
    for job in Job.objects.filter(result_until__lt=now).exclude(result=""):
        jobs.forget_result(job, at=now)
    for job in Job.objects.failed().filter(finished_at__lt=now - RETRIED_WITHIN).exclude(source=""):
        jobs.forget_source(job, at=now)
