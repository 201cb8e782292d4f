"""What the schedule does for those who keep the program running."""

from celery import shared_task
from django.utils import timezone

from operations import partitions
from operations.actions import checks, task_runs


@shared_task
def verify_closings(*, again: bool = False) -> None:
    """Check every closed quarter once a day (`again`: now), and tell the administrators of a difference."""
    checks.verify_daily(again=again, at=timezone.now())


@shared_task
def extend_history() -> None:
    """Make the partitions of the quarters to come, where the history is divided."""
    partitions.extend(timezone.now())


@shared_task
def forget_runs() -> None:
    """Once a day: what is known of old runs of the schedule, which nobody looks for."""
    task_runs.tidy(at=timezone.now())
