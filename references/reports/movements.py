"""The customers behind each number of a bridge, with the change that moved them and its author."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from core.paging import Page, keyset_page
from customers.choices import ChangeKind
from customers.models import Customer, CustomerChange
from references.choices import CUSTOMER_REASONS, Movement, Reason
from references.models import Cell, CellChange, Closing
from references.reports.bridges import (
    Before,
    Passage,
    churned_on,
    gained_now,
    gained_then,
    left_now,
    left_then,
    redefined,
    unknown_then,
)
from references.reports.cells import verdict_of
from references.reports.counts import Present
from references.reports.redefinitions import verdicts_then

EXPORTED_AT_ONCE = 500


@dataclass(frozen=True)
class MovementRow:
    """One customer that moved the count: why, and through whose change. `change` is the pay-trigger cell's change
    in force at the end; `customer_change` the churn or merge where that decided. `corrected_before` says that a
    correction of the quarter before put the customer in or out, so that the cell itself need not have changed."""

    movement: Movement
    customer_id: int
    name: str
    reason: Reason
    change: CellChange | None
    customer_change: CustomerChange | None
    corrected_before: bool = False

    @property
    def decided_by(self) -> Any:
        """The change that decided: of the customer where it churned or was merged, of the cell otherwise."""
        return self.customer_change or self.change

    @property
    def step(self) -> int:
        """What the customer adds to the count: +1 or -1."""
        return 1 if self.reason == Reason.COUNTS else -1


def page(way: Passage, *, now: Present, kind: Movement, cursor: str | None = None, size: int) -> Page[MovementRow]:
    """The customers behind one number of the bridge by name, a page at a time."""
    start = way.start(now)
    if kind == Movement.REDEFINED:
        return _page_redefined(way.before, start, cursor, size)
    if way.closing is not None:
        return _page_then(way.closing, start, kind, cursor, size)
    return _page_now(start, kind, now, cursor, size)


def _page_redefined(before: Before, start: Before, cursor: str | None, size: int) -> Page[MovementRow]:
    """Who counted by one of two definitions alone when the quarter opened, with the verdict by the later one."""
    closing, definition = start.closing, start.definition
    if closing is None or definition is None:
        return Page([], None, None)
    found = keyset_page(redefined(before, start), order=("name_key", "pk"), cursor=cursor, size=size)
    judged = verdicts_then(closing, definition, [who.pk for who in found.rows])
    left = [pk for pk, (reason, _change) in judged.items() if reason in CUSTOMER_REASONS]
    decided = _customer_changes(left, until=closing.ends_at)
    rows = [
        MovementRow(
            Movement.REDEFINED,
            who.pk,
            who.name,
            *judged[who.pk],
            customer_change=decided.get(who.pk),
            corrected_before=before.is_corrected(who.pk),
        )
        for who in found.rows
    ]
    return Page(rows, found.next, found.previous)


def _page_then(closing: Closing, start: Before, kind: Movement, cursor: str | None, size: int) -> Page[MovementRow]:
    entries = gained_then(closing, start) if kind == Movement.GAINED else left_then(closing, start)
    if kind != Movement.GAINED:
        churned = Q(reason=Reason.CHURNED)
        entries = entries.filter(churned if kind == Movement.CHURNED else ~churned)
    named = entries.select_related("change__by", "change__evidence__contact").annotate(sort_name=Lower("name"))
    found = keyset_page(named, order=("sort_name", "customer_id"), cursor=cursor, size=size)
    left = [entry.customer_id for entry in found.rows if entry.reason in CUSTOMER_REASONS]
    customer_changes = _customer_changes(left, until=closing.ends_at)
    rows = [
        MovementRow(
            kind,
            entry.customer_id,
            entry.name,
            Reason(entry.reason),
            entry.change,
            customer_changes.get(entry.customer_id),
            start.is_corrected(entry.customer_id),
        )
        for entry in found.rows
    ]
    if kind == Movement.LOST and found.next is None:
        unknown = unknown_then(closing, start)
        rows += [MovementRow(kind, who.pk, who.name, Reason.BLANK, None, None, True) for who in unknown]
    return Page(rows, found.next, found.previous)


def _page_now(start: Before, kind: Movement, now: Present, cursor: str | None, size: int) -> Page[MovementRow]:
    found: Page[Any]
    if kind == Movement.GAINED:
        gained = gained_now(start, now).annotate(sort_name=F("customer__name_key"))
        found = keyset_page(gained, order=("sort_name", "customer_id"), cursor=cursor, size=size)
        ids = [cell.customer_id for cell in found.rows]
    else:
        churned = churned_on(now.today)
        left = left_now(start, now).filter(churned if kind == Movement.CHURNED else ~churned)
        found = keyset_page(left, order=("name_key", "pk"), cursor=cursor, size=size)
        ids = [customer.pk for customer in found.rows]
    return Page(_judged_now(ids, start, kind, now), found.next, found.previous)


def _judged_now(ids: list[int], start: Before, kind: Movement, now: Present) -> list[MovementRow]:
    trigger = now.definition.dimension
    who = Customer.objects.in_bulk(ids)
    cells = {cell.customer_id: cell for cell in Cell.objects.filter(dimension=trigger, customer_id__in=ids)}
    changes = _cell_changes(cells.values())
    customer_changes = _customer_changes(ids)
    rows = []
    for pk in ids:
        cell = cells.get(pk) or Cell(customer=who[pk], dimension=trigger, version=0)
        judged = verdict_of(who[pk], cell, now.definition, on=now.today)
        decided = customer_changes.get(pk) if judged.reason in CUSTOMER_REASONS else None
        rows.append(
            MovementRow(kind, pk, who[pk].name, judged.reason, changes.get(pk), decided, start.is_corrected(pk))
        )
    return rows


def _cell_changes(cells: Iterable[Cell]) -> dict[int, CellChange]:
    """The change that made each cell what it is, by customer."""
    wanted = Q(pk__in=[])
    for cell in cells:
        wanted |= Q(customer_id=cell.customer_id, dimension_id=cell.dimension_id, version=cell.version)
    found = CellChange.objects.filter(wanted).select_related("by", "evidence__contact")
    return {change.customer_id: change for change in found}


def _customer_changes(ids: list[int], *, until: datetime | None = None) -> dict[int, CustomerChange]:
    """The latest churn, merge or other change of lifecycle of each customer."""
    changes = CustomerChange.objects.filter(customer_id__in=ids, kind__in=[ChangeKind.LIFECYCLE, ChangeKind.MERGED])
    if until is not None:
        changes = changes.filter(recorded_at__lt=until)
    return {change.customer_id: change for change in changes.select_related("by").order_by("recorded_at", "pk")}


def export_header() -> list[str]:
    return [
        _("Customer"),
        _("Customer number"),
        _("Movement"),
        _("Why"),
        _("Changed by"),
        _("Changed at (UTC)"),
        _("Note"),
        _("Step"),
    ]


def export_rows(way: Passage, *, now: Present, kind: Movement) -> Iterator[list[Any]]:
    """All rows behind the number, read page by page."""
    cursor: str | None = None
    while True:
        found = page(way, now=now, kind=kind, cursor=cursor, size=EXPORTED_AT_ONCE)
        yield from map(_cells_of, found.rows)
        cursor = found.next
        if cursor is None:
            return


def _cells_of(row: MovementRow) -> list[Any]:
    decided = row.decided_by
    author = str(decided.by or _("the program")) if decided else ""
    at = f"{decided.recorded_at:%Y-%m-%d %H:%M:%S}" if decided else ""
    note = decided.reason or getattr(decided, "note", "") if decided else ""
    if row.corrected_before:
        note = " · ".join(filter(None, [_("the quarter before was corrected"), note]))
    return [row.name, row.customer_id, str(row.movement.label), str(row.reason.label), author, at, note, row.step]
