"""What the schedule does for those who keep the program running."""

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext

from operations import partitions
from operations.actions import checks, task_runs
from operations.reports import overview


@shared_task
def verify_closings(*, again: bool = False) -> str:
    """Check every closed quarter once a day (`again`: now), and tell the administrators of a difference."""
    at = timezone.now()
    if done := checks.verify_daily(again=again, at=at):
        return overview.check_in_words(done)
    last = overview.last_check(at).last
    return gettext("done today already: %s") % overview.check_in_words(last) if last else ""


@shared_task
def extend_history() -> None:
    """Make the partitions of the quarters to come, where the history is divided."""
    partitions.extend(timezone.now())


@shared_task
def forget_runs() -> None:
    """Once a day: what is known of old runs of the schedule, which nobody looks for."""
    task_runs.tidy(at=timezone.now())
