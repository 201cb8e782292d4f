"""The numbers of recruiting that a company may change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.models import User
from customers.actions.customers import plain
from references.actions import recruiting_queue
from references.actions.nomination_history import lock_queue
from references.actions.seen_settings import refuse_stale
from references.models import RecruitingSettings

EDITABLE = frozenset(
    [
        "capacity",
        "verify_after_days",
        "decide_within_days",
        "complete_within_days",
        "answer_within_days",
        "decider",
        "sponsor",
    ]
)


@transaction.atomic
def edit(*, changes: Mapping[str, Any], seen: str = "", by: User | None, at: datetime) -> RecruitingSettings:
    """Write what differs; the queue is planned anew. Days that are due already keep their dates.

    StaleVersion if somebody else changed them since `seen`, the mark of what was looked at.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not recruiting settings: {', '.join(sorted(unknown))}")
    row = lock_queue()
    refuse_stale(row, EDITABLE, seen=seen)
    fields = {name: [getattr(row, name), value] for name, value in changes.items() if getattr(row, name) != value}
    if not fields:
        return row
    for name, (_before, after) in fields.items():
        setattr(row, name, after)
    row.save()
    told = {name: [plain(before), plain(after)] for name, (before, after) in fields.items()}
    audit.record("recruiting_settings.edited", row, by=by, at=at, fields=told)
    recruiting_queue.plan(at=at)
    return row
