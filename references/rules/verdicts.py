"""Whether a customer is reference-able, and why: the rule the team is paid by."""

from dataclasses import dataclass
from datetime import date

from customers.choices import Lifecycle
from references.choices import Reason, Status


@dataclass(frozen=True)
class CustomerFacts:
    """What the verdict needs to know of a customer as of an instant."""

    lifecycle: str
    churned_on: date | None = None
    is_merged: bool = False


@dataclass(frozen=True)
class CellFacts:
    """What the verdict needs to know of the pay-trigger cell as of the same instant.

    `agreed_on` and `valid_until` belong to the evidence that the cell pointed to then; `valid_until` None means
    that the evidence has no end.
    """

    status: str = Status.BLANK
    has_evidence: bool = False
    agreed_on: date | None = None
    valid_until: date | None = None


BLANK_CELL = CellFacts()


@dataclass(frozen=True)
class Verdict:
    """Yes or no, and the one reason that decided."""

    is_referenceable: bool
    reason: Reason


STATUS_REASONS = {Status.BLANK: Reason.BLANK, Status.RED: Reason.RED, Status.AMBER: Reason.AMBER}


def verdict(customer: CustomerFacts, cell: CellFacts, *, evidence_needed: bool, on: date) -> Verdict:
    """Whether the customer counts on the programme's calendar day `on` (design, sections 1 and 3.5).

    Evidence is valid through the whole day of `valid_until`. A customer counts as churned from the day given on.
    """
    reason = _customer_reason(customer, on) or _cell_reason(cell, evidence_needed, on)
    return Verdict(reason is None, reason or Reason.COUNTS)


def _customer_reason(customer: CustomerFacts, on: date) -> Reason | None:
    if customer.is_merged:
        return Reason.MERGED
    if customer.lifecycle == Lifecycle.PROSPECTIVE:
        return Reason.PROSPECTIVE
    if customer.lifecycle == Lifecycle.CHURNED and (customer.churned_on is None or customer.churned_on <= on):
        return Reason.CHURNED
    return None


def _cell_reason(cell: CellFacts, evidence_needed: bool, on: date) -> Reason | None:
    if cell.status != Status.GREEN:
        return STATUS_REASONS[Status(cell.status)]
    if not evidence_needed:
        return None
    if not cell.has_evidence:
        return Reason.NO_EVIDENCE
    if cell.agreed_on is not None and cell.agreed_on > on:
        return Reason.NOT_YET_VALID
    if cell.valid_until is not None and cell.valid_until < on:
        return Reason.EXPIRED
    return None
