"""The numbers of the evidence rules that a company may change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.models import User
from references.actions.seen_settings import refuse_stale
from references.models import EvidenceSettings

EDITABLE = frozenset(["warn_days", "default_days", "import_until_quarter_end"])


@transaction.atomic
def edit(*, changes: Mapping[str, Any], seen: str = "", by: User | None, at: datetime) -> EvidenceSettings:
    """Write what differs. Evidence that exists keeps its dates; the new numbers hold for what comes.

    StaleVersion if somebody else changed them since `seen`, the mark of what was looked at.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not evidence settings: {', '.join(sorted(unknown))}")
    settings = EvidenceSettings.objects.select_for_update().get(pk=EvidenceSettings.current().pk)
    refuse_stale(settings, EDITABLE, seen=seen)
    fields = {name: [getattr(settings, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if fields:
        for name, (_before, after) in fields.items():
            setattr(settings, name, after)
        settings.save()
        audit.record("evidence_settings.edited", settings, by=by, at=at, fields=fields)
    return settings
