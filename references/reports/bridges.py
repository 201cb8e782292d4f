"""How the count came from one quarter's end to the next, customer by customer, with who caused it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from customers.choices import ChangeKind, Lifecycle
from customers.models import Customer, CustomerChange
from references.choices import Movement, Reason
from references.models import Cell, CellChange, Closing, ClosingEntry, Correction
from references.reports import closings
from references.reports.counts import Present, referenceable
from references.rules.bridges import Bridge
from references.rules.verdicts import BLANK_CELL, CellFacts, CustomerFacts, verdict

CUSTOMER_REASONS = (Reason.CHURNED, Reason.MERGED, Reason.PROSPECTIVE)


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


@dataclass(frozen=True)
class Before:
    """Who counted at the end of the quarter before, corrections included."""

    closing: Closing | None
    put_in: frozenset[int]
    taken_out: frozenset[int]

    def is_corrected(self, customer_id: int) -> bool:
        return customer_id in self.put_in or customer_id in self.taken_out

    def counted(self) -> "QuerySet[Any, Any]":
        """The ids of the customers that counted then."""
        by_entry = self._entries().order_by().values("customer_id")
        put_in = Customer.objects.filter(pk__in=self.put_in).order_by().values("pk")
        return by_entry.union(put_in) if self.put_in else by_entry

    def did_not_count(self) -> Q:
        """A condition on cells and entries: their customer did not count then."""
        return Q(~Exists(self._entries().filter(customer_id=OuterRef("customer_id")))) & ~Q(customer_id__in=self.put_in)

    def _entries(self) -> "QuerySet[ClosingEntry]":
        if self.closing is None:
            return ClosingEntry.objects.none()
        found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=self.closing, is_referenceable=True)
        return found.exclude(customer_id__in=self.taken_out)


@dataclass(frozen=True)
class Passage:
    """From the end of the quarter before to the end of this one, or to the present while it is not closed."""

    closing: Closing | None
    before: Before


def passage(label: str) -> Passage:
    return Passage(Closing.objects.filter(quarter=label).first(), before(label))


def before(label: str) -> Before:
    """Who counted when the quarter opened, seen with today's corrections."""
    closing = closings.previous(label)
    latest: dict[int, bool] = {}
    if closing is not None:
        approved = Correction.objects.filter(closing=closing, decision__is_approved=True)
        latest = dict(approved.order_by("decision__pk").values_list("customer_id", "is_referenceable"))
    put_in = frozenset(customer for customer, counts in latest.items() if counts)
    return Before(closing, put_in, frozenset(latest) - put_in)


def bridge(way: Passage, *, now: Present) -> Bridge:
    """The numbers: of a closed quarter up to its end, of a running one up to now."""
    closing, start = way.closing, way.before
    opening = closings.corrected_count(start.closing) if start.closing else 0
    if closing is None:
        left = _left_by(_left_now(start, now), churned=_churned_on(now.today))
        return Bridge(opening, 0, _gained_now(start, now).count(), left["lost"], left["churned"], now.count)
    left = _left_by(_left_then(closing, start), churned=Q(reason=Reason.CHURNED))
    lost = left["lost"] + len(_unknown_then(closing, start))
    gained = _gained_then(closing, start).count()
    return Bridge(closing.opening, opening - closing.opening, gained, lost, left["churned"], closing.count)


def _left_by(rows: "QuerySet[Any]", *, churned: Q) -> dict[str, int]:
    return rows.aggregate(churned=Count("pk", filter=churned), lost=Count("pk", filter=~churned))


def movements(way: Passage, *, now: Present, kind: Movement, limit: int = 200) -> list[MovementRow]:
    """The customers behind one number of the bridge, by name; at most `limit` of them."""
    if way.closing is not None:
        return _rows_then(way.closing, way.before, kind, limit)
    return _rows_now(way.before, kind, now, limit)


def late_corrections(label: str) -> "QuerySet[Correction]":
    """Corrections of the quarter before that were approved after this quarter was closed."""
    closing = Closing.objects.filter(quarter=label).first()
    start = closings.previous(label)
    if closing is None or start is None:
        return Correction.objects.none()
    found: QuerySet[Correction] = Correction.objects.filter(
        closing=start, decision__is_approved=True, decision__decided_at__gt=closing.closed_at
    )
    return found.select_related("customer", "proposed_by", "decision__decided_by").order_by("decision__pk")


def _gained_then(closing: Closing, start: Before) -> "QuerySet[ClosingEntry]":
    found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=closing, is_referenceable=True)
    return found.filter(start.did_not_count())


def _left_then(closing: Closing, start: Before) -> "QuerySet[ClosingEntry]":
    found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=closing, is_referenceable=False)
    return found.filter(customer_id__in=start.counted())


def _unknown_then(closing: Closing, start: Before) -> "QuerySet[Customer]":
    """Customers put in by a correction of the quarter before who were recorded only after this quarter's end."""
    known = ClosingEntry.objects.filter(closing=closing, customer_id__in=start.put_in).values("customer_id")
    return Customer.objects.filter(pk__in=start.put_in).exclude(pk__in=known)


def _gained_now(start: Before, now: Present) -> "QuerySet[Cell]":
    return referenceable(now).filter(start.did_not_count())


def _left_now(start: Before, now: Present) -> "QuerySet[Customer]":
    counting = referenceable(now).filter(customer_id=OuterRef("pk"))
    return Customer.objects.filter(~Exists(counting), pk__in=start.counted())


def _churned_on(today: date) -> Q:
    gone = Q(churned_on__isnull=True) | Q(churned_on__lte=today)
    return Q(lifecycle=Lifecycle.CHURNED, merged_into__isnull=True) & gone


def _rows_then(closing: Closing, start: Before, kind: Movement, limit: int) -> list[MovementRow]:
    entries = _gained_then(closing, start) if kind == Movement.GAINED else _left_then(closing, start)
    if kind != Movement.GAINED:
        churned = Q(reason=Reason.CHURNED)
        entries = entries.filter(churned if kind == Movement.CHURNED else ~churned)
    found = list(
        entries.select_related("change__by", "change__evidence__contact").order_by("name", "customer_id")[:limit]
    )
    customer_changes = _customer_changes(
        [entry.customer_id for entry in found if entry.reason in CUSTOMER_REASONS], until=closing.ends_at
    )
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
        for entry in found
    ]
    if kind == Movement.LOST:
        unknown = _unknown_then(closing, start)[:limit]
        rows += [MovementRow(kind, who.pk, who.name, Reason.BLANK, None, None, True) for who in unknown]
    return rows


def _rows_now(start: Before, kind: Movement, now: Present, limit: int) -> list[MovementRow]:
    if kind == Movement.GAINED:
        gained = _gained_now(start, now).order_by("customer__name_key", "pk")
        ids = list(gained.values_list("customer_id", flat=True)[:limit])
    else:
        churned = _churned_on(now.today)
        left = _left_now(start, now).filter(churned if kind == Movement.CHURNED else ~churned)
        ids = list(left.order_by("name_key", "pk").values_list("pk", flat=True)[:limit])
    return _judged_now(ids, start, kind, now)


def _judged_now(ids: list[int], start: Before, kind: Movement, now: Present) -> list[MovementRow]:
    definition = now.definition
    who = Customer.objects.in_bulk(ids)
    cells = {
        cell.customer_id: cell for cell in Cell.objects.filter(dimension=definition.dimension_id, customer_id__in=ids)
    }
    changes = _cell_changes(cells.values())
    customer_changes = _customer_changes(ids)
    rows = []
    for pk in ids:
        cell = cells.get(pk)
        facts = CustomerFacts(who[pk].lifecycle, who[pk].churned_on, who[pk].merged_into_id is not None)
        judged = verdict(facts, facts_of(cell), evidence_needed=definition.evidence_needed, on=now.today)
        decided = customer_changes.get(pk) if judged.reason in CUSTOMER_REASONS else None
        rows.append(
            MovementRow(kind, pk, who[pk].name, judged.reason, changes.get(pk), decided, start.is_corrected(pk))
        )
    return rows


def facts_of(cell: Cell | CellChange | None) -> CellFacts:
    """What the verdict asks of a cell, or of the change that stands for it."""
    if cell is None:
        return BLANK_CELL
    return CellFacts(cell.status, cell.evidence_id is not None, cell.evidence_agreed_on, cell.evidence_valid_until)


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
