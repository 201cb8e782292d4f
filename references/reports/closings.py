"""Closings read back: their canonical text, their corrected count, their place in the row of quarters."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core.models import Programme
from core.prepared import Question
from core.quarters import FiscalCalendar, Quarter
from customers.models import CustomerChange
from references.models import Closing, ClosingEntry, Correction
from references.reports.as_of import ENTRY_COLUMNS
from references.rules import seals

SEALED = (
    "quarter",
    "starts_at",
    "ends_at",
    "time_zone",
    "definition_id",
    "definition_text",
    "pay_trigger",
    "evidence_needed",
    "statuses_order",
    "opening",
    "count",
    "customers",
    "high_impact",
    "target",
    "closed_at",
    "closed_by_id",
)
CHUNK = 2_000
# Asked by every page of the grid, for the count with which the quarter began.
APPROVED = Question(
    lambda pk: (
        Correction.objects.filter(closing=pk, decision__is_approved=True).order_by().values_list("is_referenceable")
    )
)
LATEST_BEFORE = Question(lambda label: Closing.objects.filter(quarter__lt=label).order_by("-quarter")[:1])


def entry_rows(closing_id: int) -> "Iterator[tuple[Any, ...]]":
    """The entries in the order of the canonical text, a tuple of ENTRY_COLUMNS each."""
    rows = ClosingEntry.objects.filter(closing_id=closing_id).order_by("customer_id")
    return rows.values_list(*ENTRY_COLUMNS).iterator(chunk_size=CHUNK)


def seal_of(closing: Closing) -> str:
    """The seal computed from what is stored now. It takes in the seal of the closing before, so that a closing
    cannot be replaced without breaking all later ones."""
    before = previous(closing.quarter)
    head = {name: getattr(closing, name) for name in SEALED}
    return seals.seal({**head, "previous_seal": before.seal if before else ""}, entry_rows(closing.pk))


def previous(label: str) -> Closing | None:
    """The closing before a quarter."""
    return LATEST_BEFORE.first(label)


def corrected_count(closing: Closing) -> int:
    """The count with every approved correction: shown next to the closed count, which stays as it is."""
    return closing.count + sum(1 if counts else -1 for (counts,) in APPROVED.all(closing.pk))


def corrected_verdict(closing: Closing, customer_id: int) -> bool:
    """Whether the customer counts in the quarter after all approved corrections; False where it has no entry."""
    approved = Correction.objects.filter(closing=closing, customer_id=customer_id, decision__is_approved=True)
    latest = approved.order_by("-decision__pk").values_list("is_referenceable", flat=True).first()
    if latest is not None:
        return latest
    return ClosingEntry.objects.filter(closing=closing, customer_id=customer_id, is_referenceable=True).exists()


def first_quarter(calendar: FiscalCalendar) -> Quarter | None:
    """The quarter in which the first customer was recorded: nothing before it needs to be closed."""
    first = CustomerChange.objects.order_by("pk").values_list("recorded_at", flat=True).first()
    return calendar.quarter_at(first) if first else None


def earliest_unclosed(calendar: FiscalCalendar) -> Quarter | None:
    """The next quarter to be closed, ended or not; None while there is no customer."""
    last = Closing.objects.order_by("-quarter").values_list("quarter", flat=True).first()
    if last is not None:
        return max(Quarter.parse(last).next, first_quarter(calendar) or Quarter.parse(last).next)
    return first_quarter(calendar)


def due(*, calendar: FiscalCalendar | None = None, at: datetime) -> list[Quarter]:
    """Quarters that have ended and are not closed, oldest first."""
    calendar = calendar or Programme.current().calendar
    quarter = earliest_unclosed(calendar)
    quarters: list[Quarter] = []
    while quarter is not None and calendar.has_ended(quarter, at=at):
        quarters.append(quarter)
        quarter = quarter.next
    return quarters
