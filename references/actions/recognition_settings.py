"""What a company may set about the ranking, and the reward levels it names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from references.actions.seen_settings import mark_of, refuse_stale
from references.models import RecognitionSettings, RewardLevel

EDITABLE = frozenset(["participants", "top_count", "bottom_visibility", "sends_mails", "uses_levels"])
OF_A_LEVEL = frozenset(["name", "needed"])


class LevelRemoved(RuleBroken):
    """Somebody removed the level while somebody else looked at it."""

    def __init__(self) -> None:
        super().__init__(_("Somebody removed this level meanwhile."))


@transaction.atomic
def edit(*, changes: Mapping[str, Any], seen: str = "", by: User | None, at: datetime) -> RecognitionSettings:
    """Write what differs. StaleVersion if somebody else changed them since `seen`, the mark of what was looked at."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not recognition settings: {', '.join(sorted(unknown))}")
    row = RecognitionSettings.objects.select_for_update().get(pk=RecognitionSettings.current().pk)
    refuse_stale(row, EDITABLE, seen=seen)
    fields = {name: [getattr(row, name), value] for name, value in changes.items() if getattr(row, name) != value}
    for name, (_before, after) in fields.items():
        setattr(row, name, after)
    if fields:
        row.save()
        audit.record("recognition_settings.edited", row, by=by, at=at, fields=fields)
    return row


@transaction.atomic
def add_level(*, name: str, needed: int, by: User | None, at: datetime) -> RewardLevel:
    """A level for so many enrolled nominations in a fiscal year."""
    Programme.locked()
    level = RewardLevel(name=_one_line(name), needed=needed)
    _refuse_taken(level)
    level.save()
    audit.record("reward_level.added", level, by=by, at=at, needed=needed)
    return level


@transaction.atomic
def edit_level(
    level: RewardLevel, *, name: str, needed: int, seen: str = "", by: User | None, at: datetime
) -> RewardLevel:
    """Call a level something else, or ask for more or less; it holds at once, for quarters gone by too.

    StaleVersion if somebody else changed it since `seen`, the mark of what was looked at, LevelRemoved if it is gone.
    """
    current = _lock(level)
    refuse_stale(current, OF_A_LEVEL, seen=seen)
    before = [current.name, current.needed]
    current.name, current.needed = _one_line(name), needed
    Programme.locked()
    _refuse_taken(current)
    current.save()
    audit.record("reward_level.edited", current, by=by, at=at, before=before, after=[current.name, needed])
    return current


@transaction.atomic
def remove_level(level: RewardLevel, *, seen: str = "", by: User | None, at: datetime) -> None:
    """Nobody reaches it any more; the audit trail keeps that it was there. `seen` as for `edit_level`."""
    current = _lock(level)
    if seen and seen != mark_of(current, OF_A_LEVEL):
        words = ngettext(
            "Somebody else changed this level meanwhile: it is “%(name)s” for %(count)d enrolled nomination now. "
            "Remove it again if that is meant.",
            "Somebody else changed this level meanwhile: it is “%(name)s” for %(count)d enrolled nominations now. "
            "Remove it again if that is meant.",
            current.needed,
        )
        raise StaleVersion(words % {"name": current.name, "count": current.needed}, current=current)
    audit.record("reward_level.deleted", current, by=by, at=at, needed=current.needed)
    current.delete()


def _lock(level: RewardLevel) -> RewardLevel:
    current = RewardLevel.objects.select_for_update().filter(pk=level.pk).first()
    if current is None:
        raise LevelRemoved
    return current


def _refuse_taken(level: RewardLevel) -> None:
    others = RewardLevel.objects.exclude(pk=level.pk)
    if not level.name:
        raise RuleBroken(_("A level has a name."))
    if others.filter(name__iexact=level.name).exists():
        raise RuleBroken(_("There is a level called %(name)s already.") % {"name": level.name})
    if others.filter(needed=level.needed).exists():
        words = ngettext(
            "There is a level for %(count)d enrolled nomination already; each needs a number of its own.",
            "There is a level for %(count)d enrolled nominations already; each needs a number of its own.",
            level.needed,
        )
        raise RuleBroken(words % {"count": level.needed})


def _one_line(name: str) -> str:
    return " ".join(name.split())
