"""Set how many new references the programme aims at."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from core.quarters import Quarter
from references.actions.seen_settings import refuse_replaced
from references.models import RecruitingTarget

HIGHEST = 1_000_000


@transaction.atomic
def set_target(
    quarter: Quarter, *, count: int, reason: str, seen: int | None = None, by: User | None, at: datetime
) -> RecruitingTarget:
    """Aim at so many new references in the running or a later quarter. The first target needs no reason, a change does.

    A quarter that has ended keeps its target, or has none for ever: a company may pay a bonus of its own by it.
    StaleVersion if somebody set another one since `seen`, the newest target that the person saw.
    """
    if not 0 < count <= HIGHEST:
        raise RuleBroken(_("A target is a number of new references, at least 1."))
    _refuse_past(quarter, running=Programme.locked().calendar.quarter_at(at))
    holding = RecruitingTarget.objects.holding_for(quarter.label)
    if holding is not None and holding.count == count:
        raise RuleBroken(_("The target of %(quarter)s is %(count)d already.") % {"quarter": quarter, "count": count})
    refuse_replaced(holding, seen=seen)
    if holding is not None and not reason.strip():
        raise RuleBroken(_("Say why the target changes; colleagues work towards it."))
    target = RecruitingTarget.objects.create(
        quarter=quarter.label, count=count, reason=reason.strip(), recorded_at=at, by=by
    )
    before = holding.count if holding else None
    audit.record("recruiting_target.set", target, by=by, at=at, quarter=quarter.label, before=before, after=count)
    return target


def _refuse_past(quarter: Quarter, *, running: Quarter) -> None:
    if quarter < running:
        raise RuleBroken(
            _("%(quarter)s has ended; choose the running quarter %(running)s or a later one.")
            % {"quarter": quarter, "running": running}
        )
