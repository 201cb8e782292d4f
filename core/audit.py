"""The one way into the audit trail; only actions use it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from core.models import AuditEvent, User


def record(event: str, subject: Model, *, by: User | None, at: datetime, **detail: Any) -> AuditEvent:
    """Append one event about `subject`. `detail` holds plain JSON values: never secrets."""
    recorded = event_of(event, subject, by=by, at=at, **detail)
    recorded.save()
    return recorded


def record_each(events: Iterable[AuditEvent]) -> None:
    """Append many events, each made by `event_of`."""
    AuditEvent.objects.bulk_create(events, batch_size=500)


def event_of(event: str, subject: Model, *, by: User | None, at: datetime, **detail: Any) -> AuditEvent:
    """The same, not yet saved, for an action that writes it together with other rows."""
    return AuditEvent(
        at=at,
        by=by,
        event=event,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_text=str(subject)[:200],
        detail=detail,
    )
