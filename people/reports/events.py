"""The audit trail, searched."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.cache import caches
from django.db.models import QuerySet

from core.models import AuditEvent, User

KEPT_SECONDS = 300


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty does not narrow. `until` is the first instant that is left out."""

    text: str = ""
    person: User | None = None
    by_program: bool = False
    event: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def found(wanted: Wanted, *, user: User) -> QuerySet[AuditEvent]:
    """The events that match and the user may read, with their authors, in no particular order."""
    events = AuditEvent.objects.visible_to(user).select_related("by").order_by()
    narrowing = {
        "by": wanted.person,
        "event": wanted.event,
        "subject_type": wanted.subject_type,
        "subject_id": wanted.subject_id,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    events = events.filter(**{name: value for name, value in narrowing.items() if value not in ("", None)})
    events = events.about(wanted.text, user=user) if wanted.text else events
    return events.filter(by__isnull=True) if wanted.by_program else events


def kinds() -> list[str]:
    """Every kind of event that has happened, looked up again every few minutes."""
    return cast("list[str]", caches["menus"].get_or_set("people.event-kinds", _kinds, KEPT_SECONDS))


def _kinds() -> list[str]:
    return sorted(AuditEvent.objects.order_by().values_list("event", flat=True).distinct())
