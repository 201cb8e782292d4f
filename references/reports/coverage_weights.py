"""What a hidden value of the coverage matrix weighed before: the trail of changes remembers it."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.models import AuditEvent
from references.models import CoverageWeight
from references.reports.coverage_matrix import Axis, AxisValue
from references.rules.coverage import HIDDEN, USUAL_WEIGHT

MOST_SHOWN = 12


@dataclass(frozen=True)
class Hidden:
    """A value of weight 0; `before` is what it weighs once it is brought back."""

    axis: Axis
    entry: AxisValue
    before: int


def hidden(put_away: Iterable[tuple[Axis, AxisValue]]) -> list[Hidden]:
    """The first of the hidden values, each with its last weight above 0; two statements."""
    shown = list(put_away)[:MOST_SHOWN]
    rows = CoverageWeight.objects.filter(axis__in={axis.key for axis, _entry in shown}, weight=HIDDEN)
    ids = {(axis, value): pk for axis, value, pk in rows.values_list("axis", "value", "pk")} if shown else {}
    before = _last_weights(ids.values()) if ids else {}
    return [Hidden(axis, entry, before.get(ids.get((axis.key, entry.key), 0), USUAL_WEIGHT)) for axis, entry in shown]


def _last_weights(ids: Iterable[int]) -> dict[int, int]:
    """By row of the weights the last one above 0 that the trail of changes knows."""
    kind = CoverageWeight._meta.label_lower
    events = AuditEvent.objects.filter(event="coverage.weighed", subject_type=kind, subject_id__in=ids)
    found: dict[int, int] = {}
    for pk, detail in events.order_by("-pk").values_list("subject_id", "detail"):
        before, after = detail.get("weight", (None, None))
        weight = after or before
        if pk is not None and weight:
            found.setdefault(pk, weight)
    return found
