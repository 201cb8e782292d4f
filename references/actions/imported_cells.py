"""Cells that a sheet changes, compared as tuples and written by the thousand; their customers are locked meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from core import bulk
from core.models import User
from references.actions.cell_history import VALUES
from references.actions.cells import NewEvidence, blanked_by, new_evidence
from references.choices import ChangeSource, EvidenceKind
from references.models import Cell, CellChange, ChangeSet, Dimension, Evidence
from references.reports.cells import survivors, taken_back

Place = tuple[int, int]


class CellRow(NamedTuple):
    """A cell as it stands, version 0 where nobody has written yet; the columns are called as on the model."""

    pk: int
    customer_id: int
    dimension_id: int
    version: int
    updated_at: datetime | None
    status: str
    note: str
    next_action: str
    next_action_due: date | None
    owner_id: int | None
    forecast_on: date | None
    forecast_confidence: str
    blocker: str
    evidence_id: int | None
    evidence_agreed_on: date | None
    evidence_valid_until: date | None


class KnownEvidence(NamedTuple):
    """Evidence that a cell had before, and whether it can still support a Green; what a sheet says proves nothing.

    `was_undone` if a person took the Green that stood on a proven consent back: no sheet knows better.
    """

    pk: int
    agreed_on: date
    valid_until: date | None
    is_usable: bool
    is_proven: bool = False
    was_undone: bool = False


@dataclass(slots=True)
class ImportedCell:
    """What a sheet makes of one cell. A Green that needs evidence has what was known, else it gets its own."""

    before: CellRow
    changes: dict[str, Any]
    needs_evidence: bool = False
    evidence: KnownEvidence | None = None


BLANK = CellRow(0, 0, 0, 0, None, "", "", "", None, None, None, "", "", None, None, None)


def cell_rows(customer_ids: Iterable[int]) -> dict[Place, CellRow]:
    rows = Cell.objects.filter(customer_id__in=customer_ids).values_list(*CellRow._fields)
    return {(row[1], row[2]): CellRow._make(row) for row in rows}


def earlier_evidence(cells: Mapping[Place, CellRow], *, today: date) -> dict[Place, KnownEvidence]:
    """Of each cell the latest evidence that can still support a Green, else the latest that once could: its own, or of
    a customer that was merged into its.

    No sheet brings back a Green whose consent was withdrawn, has ended, or was taken back by undo.
    """
    holders = survivors({row.customer_id for row in cells.values()})
    rows = Evidence.objects.filter(customer_id__in=holders)
    usable = set(rows.usable(today).values_list("pk", flat=True))
    standing = {row.evidence_id for row in cells.values()}
    proven = rows.filter(pk__in=usable - standing).exclude(kind=EvidenceKind.IMPORT)
    undone = taken_back(list(proven.values_list("pk", flat=True)))
    usable -= undone.keys()
    columns = ("customer_id", "dimension_id", "pk", "agreed_on", "valid_until", "kind")
    found = sorted(rows.values_list(*columns), key=lambda row: (row[2] in usable, row[2]))
    return {
        (holders[customer], dimension): KnownEvidence(
            pk, agreed_on, until, pk in usable, kind != EvidenceKind.IMPORT, pk in undone
        )
        for customer, dimension, pk, agreed_on, until, kind in found
    }


class CellWriter:
    """Writes the cells of one import into its change set: evidence, cells and history, a statement or two for each."""

    def __init__(self, change_set: ChangeSet, *, reason: str, by: User | None, at: datetime) -> None:
        self.change_set, self.reason, self.at = change_set, reason[:500], at
        self.by_id = by.pk if by else None
        self.written = 0

    def write(self, cells: list[ImportedCell], *, evidence: NewEvidence, dimensions: Mapping[int, Dimension]) -> None:
        """`evidence` is what a Green gets that needs some and has none from before."""
        given = self._evidence([cell for cell in cells if cell.needs_evidence], evidence, dimensions)
        numbers = iter(bulk.numbers(Cell, sum(not cell.before.pk for cell in cells)))
        after = [self._after(cell, given.get(_place(cell.before)), numbers) for cell in cells]
        new = [row for row, cell in zip(after, cells, strict=True) if not cell.before.pk]
        changed = [row for row, cell in zip(after, cells, strict=True) if cell.before.pk]
        columns = (*CellRow._fields[1:], "updated_by_id")
        bulk.insert(Cell, ("id", *columns), ((*row, self.by_id) for row in new))
        bulk.update(Cell, columns, ((*row, self.by_id) for row in changed))
        history = zip(after, (cell.before.status for cell in cells), strict=True)
        self._append(history)
        self.written += len(cells)

    def _evidence(
        self, cells: list[ImportedCell], new: NewEvidence, dimensions: Mapping[int, Dimension]
    ) -> dict[Place, KnownEvidence]:
        """For each cell the evidence known from before, else what is written for it now as its dimension demands."""
        needed = {cell.before.dimension_id for cell in cells}
        alike = {pk: new_evidence(Cell(dimension=dimensions[pk]), new, by=None, at=self.at) for pk in needed}
        given = {_place(cell.before): cell.evidence for cell in cells if cell.evidence}
        places = [place for cell in cells if (place := _place(cell.before)) not in given]
        numbers = bulk.numbers(Evidence, len(places))
        columns = (
            "id",
            "customer_id",
            "dimension_id",
            "agreed_on",
            "valid_until",
            "kind",
            "note",
            "recorded_at",
            "by_id",
        )
        told = (new.kind, new.note, self.at, self.by_id)
        rows = [
            (pk, customer, dimension, alike[dimension].agreed_on, alike[dimension].valid_until, *told)
            for pk, (customer, dimension) in zip(numbers, places, strict=True)
        ]
        bulk.insert(Evidence, columns, rows)
        return given | {(row[1], row[2]): KnownEvidence(row[0], row[3], row[4], is_usable=True) for row in rows}

    def _after(self, cell: ImportedCell, evidence: KnownEvidence | None, numbers: Iterator[int]) -> CellRow:
        before = cell.before
        # A clock that was set back never puts a change before an older one.
        moment = max(self.at, before.updated_at) if before.updated_at else self.at
        after = before._replace(
            **cell.changes,
            **blanked_by(cell.changes.get("status", before.status)),
            pk=before.pk or next(numbers),
            version=before.version + 1,
            updated_at=moment,
        )
        if evidence is None:
            return after
        return after._replace(
            evidence_id=evidence.pk, evidence_agreed_on=evidence.agreed_on, evidence_valid_until=evidence.valid_until
        )

    def _append(self, rows: Iterable[tuple[CellRow, str]]) -> None:
        values = attrgetter(*VALUES)
        told = (self.by_id, ChangeSource.IMPORT.value, self.change_set.pk, self.reason)
        columns = ("customer_id", "dimension_id", "version", "recorded_at", "status_before", *VALUES)
        bulk.insert(
            CellChange,
            (*columns, "by_id", "source", "change_set_id", "reason"),
            (
                (row.customer_id, row.dimension_id, row.version, row.updated_at, status_before, *values(row), *told)
                for row, status_before in rows
            ),
        )


def _place(row: CellRow) -> Place:
    return row.customer_id, row.dimension_id
