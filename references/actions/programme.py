"""The settings of the whole programme."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from core import audit
from core.actions import people
from core.errors import RuleBroken
from core.models import Programme, User
from references.actions.seen_settings import refuse_stale
from references.models import BonusStatement, Closing

CALENDAR = {"first_month", "time_zone"}


@transaction.atomic
def configure(
    programme: Programme, *, values: dict[str, Any], seen: str = "", by: User | None, at: datetime
) -> Programme:
    """Change settings. The calendar stands still once a quarter is closed: closed quarters would move; and so does the
    currency once a statement is issued.

    StaleVersion if somebody else changed them since `seen`, the mark of what was looked at.
    """
    row = Programme.locked()
    refuse_stale(row, values, seen=seen)
    before = {name: getattr(row, name) for name in values}
    changed = {name: [before[name], value] for name, value in values.items() if before[name] != value}
    if CALENDAR & set(changed) and Closing.objects.exists():
        raise RuleBroken(
            gettext(
                "The first month of the fiscal year and the time zone cannot change any more, because a quarter has "
                "been closed with them."
            )
        )
    if "currency" in changed and BonusStatement.objects.exists():
        raise RuleBroken(
            gettext("The currency cannot change any more, because statements were issued and are settled in it.")
        )
    for name, (_before, value) in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
        people.apply_second_factor(row)
        audit.record("programme.configured", row, by=by, at=at, **changed)
    return row
