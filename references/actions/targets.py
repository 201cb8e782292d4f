"""Set the closing count that the team aims at."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from core.quarters import Quarter
from references.actions.definitions import refuse_past
from references.actions.seen_settings import refuse_replaced
from references.models import QuarterTarget

HIGHEST = 1_000_000


@transaction.atomic
def set_target(
    quarter: Quarter, *, count: int, reason: str, seen: int | None = None, by: User | None, at: datetime
) -> QuarterTarget:
    """Aim at the count in the running or a later quarter. The first target needs no reason, a change does.

    A quarter that ended without any target may be given its first one, so that it can be paid; the reason says why.
    StaleVersion if somebody set another one since `seen`, the newest target that the person saw.
    """
    if not 0 < count <= HIGHEST:
        raise RuleBroken(_("A target is a number of customers, at least 1."))
    running = Programme.locked().calendar.quarter_at(at)
    holding = QuarterTarget.objects.holding_for(quarter.label)
    if holding is not None or quarter >= running:
        refuse_past(quarter, running=running)
    if holding is not None and holding.count == count:
        raise RuleBroken(_("The target of %(quarter)s is %(count)d already.") % {"quarter": quarter, "count": count})
    refuse_replaced(holding, seen=seen)
    if (holding is not None or quarter < running) and not reason.strip():
        raise RuleBroken(_("Say why the target changes or comes late; people are paid by it."))
    target = QuarterTarget.objects.create(
        quarter=quarter.label, count=count, reason=reason.strip(), recorded_at=at, by=by
    )
    before = holding.count if holding else None
    audit.record("target.set", target, by=by, at=at, quarter=quarter.label, before=before, after=count)
    return target
