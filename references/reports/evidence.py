"""All evidence of one customer, by dimension, as it stands today."""

from dataclasses import dataclass
from datetime import date, datetime

from core.models import Programme
from customers.models import Customer
from references.choices import Status
from references.models import Cell, Dimension, Evidence
from references.reports.cells import EvidenceState, evidence_states, with_duplicates


@dataclass(frozen=True)
class DimensionEvidence:
    """What stands behind one cell: the evidence of the Green first, then earlier ones."""

    dimension: Dimension
    status: str
    states: list[EvidenceState]
    lacks_evidence: bool


def of_customer(customer: Customer, *, at: datetime) -> list[DimensionEvidence]:
    """The dimensions that need evidence or have some, in the order of the grid."""
    today = Programme.current().calendar.day_of(at)
    cells = {cell.dimension_id: cell for cell in Cell.objects.filter(customer=customer)}
    current = {cell.evidence_id for cell in cells.values() if cell.evidence_id}
    by_dimension: dict[int, list[EvidenceState]] = {}
    rows = Evidence.objects.filter(customer_id__in=with_duplicates(customer))
    for state in evidence_states(rows, current, today=today):
        by_dimension.setdefault(state.evidence.dimension_id, []).append(state)
    return [
        _of_dimension(dimension, cells.get(dimension.pk), by_dimension.get(dimension.pk, []), today)
        for dimension in Dimension.objects.shown()
        if dimension.needs_evidence or dimension.pk in by_dimension
    ]


def _of_dimension(
    dimension: Dimension, cell: Cell | None, states: list[EvidenceState], today: date
) -> DimensionEvidence:
    is_green = cell is not None and cell.status == Status.GREEN
    return DimensionEvidence(
        dimension=dimension,
        status=cell.status if cell else "",
        states=sorted(states, key=lambda state: (not state.is_current, -state.evidence.pk)),
        lacks_evidence=is_green and dimension.needs_evidence and not any(state.is_current for state in states),
    )
