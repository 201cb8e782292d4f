"""The one number, counted now: who is reference-able at an instant, as a set."""

from datetime import datetime

from django.db.models import Q

from core.models import Programme
from customers.choices import Lifecycle
from references.choices import Status
from references.models import Cell, Definition
from references.models.cell import CellQuerySet


def referenceable(at: datetime) -> CellQuerySet:
    """The pay-trigger cells that count at the instant, one per reference-able customer.

    This is `rules.verdicts.verdict` over the present state as SQL; count it, or group it by `customer__region` and
    the like. The definition is the one that holds for the quarter of the instant.
    """
    calendar = Programme.current().calendar
    definition = Definition.objects.holding_for(calendar.quarter_at(at).label)
    today = calendar.day_of(at)
    churned = Q(customer__lifecycle=Lifecycle.CHURNED) & (
        Q(customer__churned_on__isnull=True) | Q(customer__churned_on__lte=today)
    )
    counting = (
        Cell.objects.filter(status=Status.GREEN)
        .filter(dimension_id=definition.dimension_id, customer__merged_into__isnull=True)
        .exclude(customer__lifecycle=Lifecycle.PROSPECTIVE)
        .exclude(churned)
    )
    if not definition.evidence_needed:
        return counting
    open_ended = Q(evidence_valid_until__isnull=True) | Q(evidence_valid_until__gte=today)
    begun = Q(evidence_agreed_on__isnull=True) | Q(evidence_agreed_on__lte=today)
    return counting.filter(open_ended, begun, evidence__isnull=False)
