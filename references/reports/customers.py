"""What the references have to say on the page of one customer: its cells, and their part of its timeline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, Window
from django.db.models.functions import Lag
from django.utils.formats import date_format
from django.utils.translation import gettext

from core.models import Programme
from core.quarters import FiscalCalendar
from customers.models import Customer
from customers.reports import timeline
from customers.reports.timeline import Entry, Line
from references.choices import ChangeSource, Confidence, DimensionGroup, Status
from references.models import Cell, CellChange, Definition, Dimension
from references.reports.cells import verdict_of
from references.reports.explanations import explain

# More rows than a page shows, so that deeds of one instant are not torn apart at its end.
SPARE: Final = 60
# Columns whose changes are told, with where their words stand.
TOLD: Final = {
    "note": "note",
    "next_action": "next_action",
    "next_action_due": "next_action_due",
    "owner": "owner__name",
    "forecast_on": "forecast_on",
    "forecast_confidence": "forecast_confidence",
    "blocker": "blocker",
}


@dataclass(frozen=True)
class CustomerCell:
    """One of the customer's cells; `cell` is an unsaved blank one where nobody has written yet."""

    dimension: Dimension
    cell: Cell
    is_pay_trigger: bool
    is_overdue: bool


@dataclass(frozen=True)
class CellGroup:
    label: str
    cells: list[CustomerCell]


@dataclass(frozen=True)
class CustomerCells:
    """All cells by group, and whether the customer counts today and why."""

    groups: list[CellGroup]
    counts: bool
    because: str
    greens: int


def customer_cells(customer: Customer, *, at: datetime) -> CustomerCells:
    """The customer's row of the grid."""
    calendar = Programme.current().calendar
    today = calendar.day_of(at)
    definition = Definition.objects.select_related("dimension").holding_for(calendar.quarter_at(at).label)
    rows = Cell.objects.filter(customer=customer).select_related("owner", "evidence__contact", "updated_by")
    written = {cell.dimension_id: cell for cell in rows}
    shown = []
    for dimension in Dimension.objects.shown():
        cell = written.get(dimension.pk) or Cell(customer=customer, dimension=dimension, version=0)
        due = cell.next_action_due
        overdue = due is not None and due < today and cell.status != Status.GREEN
        shown.append(CustomerCell(dimension, cell, dimension.pk == definition.dimension_id, overdue))
    trigger = written.get(definition.dimension_id) or Cell(customer=customer, dimension=definition.dimension, version=0)
    judged = verdict_of(customer, trigger, definition, on=today)
    return CustomerCells(
        groups=[
            CellGroup(str(label), [row for row in shown if row.dimension.group == group])
            for group, label in DimensionGroup.choices
        ],
        counts=judged.is_referenceable,
        because=explain(customer, trigger, judged, definition),
        greens=sum(row.cell.status == Status.GREEN for row in shown),
    )


def customer_timeline(
    customer: Customer, *, calendar: FiscalCalendar | None = None, before: datetime | None = None, limit: int = 30
) -> tuple[list[Entry], bool]:
    """The customer's own deeds and those in its cells, the latest first, and whether there are earlier ones.

    Those of merged duplicates are included. Gives a few more than `limit` rather than tearing apart what was written
    at one instant.
    """
    names = timeline.family(customer)
    entries = timeline.timeline(customer, calendar=calendar, before=before, limit=limit + SPARE)
    entries += _cell_entries(names, before, limit + SPARE)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    end = limit
    while 0 < end < len(entries) and entries[end].at == entries[end - 1].at:
        end += 1
    return entries[:end], end < len(entries)


def _cell_entries(names: Mapping[int, str], before: datetime | None, limit: int) -> list[Entry]:
    """Cell changes with what differs from the version before."""
    rows = CellChange.objects.filter(customer__in=names).select_related("by", "owner", "dimension", "evidence__contact")
    if before is not None:
        rows = rows.filter(recorded_at__lt=before)
    same_cell = [F("customer"), F("dimension")]
    earlier = {
        f"{name}_before": Window(Lag(words), partition_by=same_cell, order_by=F("version").asc())
        for name, words in {**TOLD, "evidence": "evidence"}.items()
    }
    found = rows.annotate(**earlier).order_by("-recorded_at", "-pk")[:limit]
    return [_cell_entry(row, origin=names[row.customer_id]) for row in found]


def _cell_entry(change: CellChange, *, origin: str) -> Entry:
    lines = list(_lines(change))
    title = str(change.dimension)
    if change.source != ChangeSource.EDIT:
        title = f"{title} · {change.get_source_display()}"
    return Entry(
        at=change.recorded_at,
        by=change.by,
        title=title,
        lines=lines,
        reason=change.reason,
        origin=origin,
        status_before=change.status_before,
        status_after=change.status,
    )


def _lines(change: CellChange) -> Iterator[Line]:
    if change.status != change.status_before:
        labels = {value: str(label) for value, label in Status.choices}
        yield Line(gettext("Status"), labels[change.status_before], labels[change.status])
    if change.evidence is not None and change.evidence.pk != change.evidence_before:  # type: ignore[attr-defined]
        yield Line(gettext("Evidence"), "", f"{change.evidence}: {change.evidence.contact or '–'}")
    for name in TOLD:
        now, was = _words(getattr(change, name)), _words(getattr(change, f"{name}_before"))
        if now != was:
            label = str(getattr(CellChange._meta.get_field(name), "verbose_name", name))
            yield Line(label[:1].upper() + label[1:], was, now)


def _words(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    return str(dict(Confidence.choices).get(value, value)) if value else ""
