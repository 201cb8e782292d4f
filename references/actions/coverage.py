"""What the company wants where: targets of the coverage matrix, and the weight of each value."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from references.actions import impact
from references.models import CoverageTarget, CoverageWeight
from references.reports.coverage_matrix import Axis
from references.reports.coverage_places import has_value
from references.rules.coverage import MOST_WEIGHT, USUAL_WEIGHT

MOST_WANTED = 100_000


@transaction.atomic
def set_target(
    rows_axis: Axis,
    *,
    columns_axis: Axis,
    row: str,
    column: str,
    target: int | None,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """How many reference-able customers are wanted where two values meet; None takes the target away.

    `seen` is the target that the person saw, empty for none; StaleVersion if it is another one now.
    """
    if rows_axis == columns_axis:
        raise RuleBroken(_("Choose two different ways of looking at the customers."))
    if target is not None and not 0 <= target <= MOST_WANTED:
        raise RuleBroken(_("A target lies between 0 and %d.") % MOST_WANTED)
    _refuse_unknown((rows_axis, row), (columns_axis, column))
    (axis, value), (other_axis, other_value) = sorted([(rows_axis.key, row), (columns_axis.key, column)])
    place: dict[str, Any] = {"axis": axis, "value": value, "other_axis": other_axis, "other_value": other_value}
    here = CoverageTarget.objects.filter(**place)
    Programme.locked()
    subject = here.first()
    before = subject.target if subject else None
    if before == target:
        return
    _refuse_replaced(subject, seen=seen)
    if target is None:
        here.delete()
    else:
        subject, _is_new = CoverageTarget.objects.update_or_create(**place, defaults={"target": target})
    told = f"{value} × {other_value}"
    audit.record("coverage.target_set", subject or CoverageTarget(), by=by, at=at, name=told, target=[before, target])


def _refuse_replaced(locked: CoverageTarget | None, *, seen: str | None) -> None:
    """StaleVersion unless the locked target is the one that the person saw; who says nothing has seen it just now."""
    held = "–" if locked is None else str(locked.target)
    if seen is not None and (seen or "–") != held:
        words = _("Somebody has set it to %(target)s meanwhile. Set it again to replace that.")
        raise StaleVersion(words % {"target": held}, current=locked)


def _refuse_unknown(*places: tuple[Axis, str]) -> None:
    for axis, value in places:
        if not has_value(axis, value):
            raise RuleBroken(_("No customer has “%(value)s” as %(axis)s.") % {"value": value, "axis": axis.name})


@transaction.atomic
def set_weight(axis: Axis, *, value: str, weight: int, seen: int | None = None, by: User | None, at: datetime) -> None:
    """How much a value matters, 0-3; 0 hides it. The impact of customers follows the weight of their industry.

    `seen` is the weight that the person saw; StaleVersion if it is another one now.
    """
    if not 0 <= weight <= MOST_WEIGHT:
        raise RuleBroken(_("A weight lies between 0 and %d.") % MOST_WEIGHT)
    _refuse_unknown((axis, value))
    Programme.locked()
    found = CoverageWeight.objects.filter(axis=axis.key, value=value).first()
    before = found.weight if found else None
    if before == weight:
        return
    held = USUAL_WEIGHT if found is None else found.weight
    if seen is not None and seen != held:
        words = _("Somebody has set it to ×%(weight)d meanwhile. Set it again to replace that.")
        if not held:
            words = _("Somebody has hidden it meanwhile, by the weight ×%(weight)d. Bring it back first.")
        raise StaleVersion(words % {"weight": held}, current=found)
    found, _is_new = CoverageWeight.objects.update_or_create(axis=axis.key, value=value, defaults={"weight": weight})
    audit.record("coverage.weighed", found, by=by, at=at, name=f"{axis.name}: {value}", weight=[before, weight])
    if axis.key == "industry":
        impact.refresh(by=by, at=at)
