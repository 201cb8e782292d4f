"""What workers do with customers."""

from celery import shared_task
from django.utils import timezone

from core.tasks import work_off
from customers.actions import import_jobs
from customers.actions.customer_files import CUSTOMER_FILES


@shared_task(name=CUSTOMER_FILES.task)
def import_rows(job_id: int) -> None:
    """Take the file of a job in, if no other worker has the job."""
    work_off(job_id, lambda job, progress: import_jobs.run(CUSTOMER_FILES, job, progress, at=timezone.now()))


@shared_task(name=CUSTOMER_FILES.trial_task)
def try_rows(job_id: int) -> None:
    """Tell what the file of a draft would change, if no other worker has the job."""
    work_off(job_id, lambda job, progress: import_jobs.run_trial(CUSTOMER_FILES, job, progress, at=timezone.now()))
