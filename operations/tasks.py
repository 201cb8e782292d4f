"""What the schedule does for those who keep the program running."""

from celery import shared_task
from django.utils import timezone

from operations.actions import checks


@shared_task
def verify_closings() -> None:
    """Check every closed quarter once a day, and tell the administrators of a difference."""
    checks.verify_daily(at=timezone.now())
