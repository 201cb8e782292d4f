"""What workers do with customers."""

from celery import shared_task
from django.utils import timezone

from core.actions import jobs
from core.tasks import failing, progress_of
from customers.actions import import_jobs


@shared_task(name=import_jobs.KIND)
def import_rows(job_id: int) -> None:
    """Take the file of a job in, if no other worker has the job."""
    job = jobs.claim(job_id, at=timezone.now())
    if job is None:
        return
    with failing(job):
        import_jobs.run(job, progress=progress_of(job), at=timezone.now())
