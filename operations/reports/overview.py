"""The queue, the last backup and the last check of the closed quarters, for the operations page and for metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils.translation import ngettext

from core.choices import JobState
from core.models import AuditEvent, Job

CHECKED, BACKED_UP = "closings.verified", "backup.made"
LATELY, OLD = timedelta(days=7), timedelta(days=2)


@dataclass(frozen=True)
class Queue:
    """How many jobs of people wait and run, since when the oldest has waited, and how many failed in a week."""

    waiting: int
    running: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True)
class Event:
    """Something that should happen every day: the last time it did, with what came of it, and whether that is old."""

    last: AuditEvent | None
    is_old: bool


def queue(at: datetime) -> Queue:
    waits = Q(state=JobState.QUEUED)
    found = Job.objects.aggregate(
        waiting=Count("pk", filter=waits),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        failed=Count("pk", filter=Q(state=JobState.FAILED, draft__isnull=True, finished_at__gte=at - LATELY)),
        oldest=Min("created_at", filter=waits),
    )
    return Queue(**found)


def check_in_words(event: AuditEvent) -> str:
    """What came of a check of the closed quarters."""
    count, differences = event.detail["count"], event.detail["differences"]
    if differences:
        return ngettext("%(count)d difference", "%(count)d differences", differences) % {"count": differences}
    return ngettext("%(count)d quarter, no difference", "%(count)d quarters, no difference", count) % {"count": count}


def last_backup(at: datetime) -> Event:
    return _last(BACKED_UP, at)


def last_check(at: datetime) -> Event:
    return _last(CHECKED, at)


def _last(event: str, at: datetime) -> Event:
    last = AuditEvent.objects.filter(event=event).order_by("-pk").first()
    return Event(last, is_old=last is None or last.at < at - OLD)
