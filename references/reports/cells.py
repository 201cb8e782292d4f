"""One cell with everything behind it: whether it counts today and why, its history, its evidence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.models import Programme
from customers.models import Customer
from references.choices import ChangeSource, EvidenceKind, Status
from references.models import Cell, CellChange, Definition, Dimension, Evidence, EvidenceSettings
from references.models.evidence import EvidenceQuerySet
from references.reports.explanations import explain
from references.rules import evidence as evidence_rule
from references.rules.verdicts import CellFacts, CustomerFacts, Verdict, verdict

HISTORY = 50


@dataclass(frozen=True)
class EvidenceState:
    """A piece of evidence as it stands today."""

    evidence: Evidence
    is_current: bool
    is_usable: bool
    is_withdrawn: bool
    is_unproven: bool
    ends_soon: bool
    has_ended: bool
    contact_left: bool


@dataclass(frozen=True)
class CellReport:
    """A cell as the panel beside the grid shows it.

    `offered` is earlier evidence that still holds and that a new Green may stand on without asking again;
    `taken_back_at` says when the change that let the cell stand on it was undone, if it was.
    """

    cell: Cell
    is_pay_trigger: bool
    verdict: Verdict | None
    because: str
    history: list[CellChange]
    evidence: list[EvidenceState]
    offered: Evidence | None
    taken_back_at: datetime | None

    @property
    def counts(self) -> bool:
        return self.verdict is not None and self.verdict.is_referenceable


def reason_of_last_change(cell: Cell) -> str:
    """Why the cell was changed to what it is; empty where nobody said."""
    same = CellChange.objects.filter(customer_id=cell.customer_id, dimension_id=cell.dimension_id)
    return same.filter(version=cell.version).values_list("reason", flat=True).first() or ""


def cell_report(customer: Customer, dimension: Dimension, *, at: datetime) -> CellReport:
    """The cell of the customer in the dimension, as of now."""
    calendar = Programme.current().calendar
    today = calendar.day_of(at)
    definition = Definition.objects.holding_for(calendar.quarter_at(at).label)
    cell = Cell.objects.of(customer, dimension)
    holders = with_duplicates(customer)
    states = evidence_states(
        Evidence.objects.filter(customer_id__in=holders, dimension=dimension), {cell.evidence_id}, today=today
    )
    is_trigger = definition.dimension_id == dimension.pk
    judged = verdict_of(customer, cell, definition, on=today) if is_trigger else None
    usable = [state.evidence for state in states if state.is_usable and not state.is_current]
    offered = usable[0] if usable and cell.status != Status.GREEN else None
    return CellReport(
        cell=cell,
        is_pay_trigger=is_trigger,
        verdict=judged,
        because=explain(customer, cell, judged, definition),
        history=history(holders, dimension),
        evidence=states,
        offered=offered,
        taken_back_at=taken_back([offered.pk]).get(offered.pk) if offered else None,
    )


def taken_back(evidence_ids: Collection[int]) -> dict[int, datetime]:
    """When the last change that let a cell stand on the evidence was undone; a redo takes nothing back."""
    rows = CellChange.objects.filter(evidence_id__in=evidence_ids).order_by("recorded_at", "pk")
    undone = "change_set__undone_by__"
    latest = {pk: back for pk, *back in rows.values_list("evidence_id", f"{undone}source", f"{undone}made_at")}
    return {pk: made_at for pk, (source, made_at) in latest.items() if source == ChangeSource.UNDO}


def verdict_of(customer: Customer, cell: Cell, definition: Definition, *, on: date) -> Verdict:
    """The verdict on the present state of a customer and its pay-trigger cell."""
    customer_facts = CustomerFacts(customer.lifecycle, customer.churned_on, customer.merged_into_id is not None)
    cell_facts = CellFacts(
        cell.status, cell.evidence_id is not None, cell.evidence_agreed_on, cell.evidence_valid_until
    )
    return verdict(customer_facts, cell_facts, evidence_needed=definition.evidence_needed, on=on)


def history(holders: Iterable[int], dimension: Dimension, *, limit: int = HISTORY) -> list[CellChange]:
    """The latest changes of the cell and of the cells of duplicates that were merged into its customer."""
    rows = CellChange.objects.filter(customer_id__in=holders, dimension=dimension)
    rows = rows.select_related("by", "customer", "evidence__contact", "change_set")
    return list(rows.order_by("-recorded_at", "-pk")[:limit])


def with_duplicates(customer: Customer) -> list[int]:
    """The ids of the customer and of all customers that were merged into it, one after another."""
    return list(survivors([customer.pk]))


def survivors(customer_ids: Iterable[int]) -> dict[int, int]:
    """Of each of the customers, and of each that was merged into one of them, which of these it is now."""
    known = latest = {pk: pk for pk in customer_ids}
    while latest:
        rows = Customer.objects.filter(merged_into_id__in=latest).values_list("pk", "merged_into_id")
        latest = {pk: known[into] for pk, into in rows if into is not None}
        known = known | latest
    return known


def evidence_states(rows: EvidenceQuerySet, current: Collection[int | None], *, today: date) -> list[EvidenceState]:
    """What each piece of evidence is worth today, newest first; `current` are the ids that support a Green now."""
    policy = EvidenceSettings.current().as_policy()
    found = rows.select_related("contact", "customer", "dimension", "by", "withdrawal__by")
    return [_state(row, row.pk in current, policy, today) for row in found]


def _state(row: Evidence, is_current: bool, policy: evidence_rule.EvidencePolicy, today: date) -> EvidenceState:
    is_withdrawn = hasattr(row, "withdrawal")
    contact_left = row.contact is not None and row.contact.left_on is not None
    has_ended = row.valid_until is not None and row.valid_until < today
    return EvidenceState(
        evidence=row,
        is_current=is_current,
        is_usable=not (is_withdrawn or contact_left or has_ended) and row.agreed_on <= today,
        is_withdrawn=is_withdrawn,
        is_unproven=row.kind == EvidenceKind.IMPORT,
        ends_soon=evidence_rule.expires_soon(row.valid_until, today=today, policy=policy),
        has_ended=has_ended,
        contact_left=contact_left,
    )
