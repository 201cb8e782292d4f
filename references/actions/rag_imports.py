"""An existing RAG sheet taken over into the grid: every row matched, compared and written, tried or meant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core.choices import ImportOutcome
from core.exports import as_typed
from core.models import Programme, User
from customers.actions.import_rows import append_changes, candidates_of, survivors
from customers.actions.importers import Plan
from customers.models import Customer
from customers.rules.import_outcomes import Outcome
from customers.rules.matching import Wanted, match
from customers.rules.names import domain_of, name_key
from references.actions import change_sets
from references.actions.cell_batches import CellEdit
from references.actions.cells import NewEvidence
from references.choices import ChangeSource, EvidenceKind, Status
from references.formats.cell_comments import clean
from references.formats.rag_headers import CUSTOMER, DOMAIN, IDENTIFIER, NOTE
from references.formats.rag_sheets import RawRow, ReadCell, is_footer, read_cell
from references.models import Cell, ChangeSet, Dimension, Evidence, EvidenceSettings
from references.permissions import customers_editable_by

CHUNK = 40
Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class RagPlan(Plan):
    """Columns by {position: meaning}, as headers may be the same, and whether customers nobody knows are entered."""

    create_unknown: bool = False

    def position(self, meaning: str) -> int | None:
        return next((position for position, found in self.columns.items() if found == meaning), None)


@dataclass
class Entry:
    """A row understood: whom it means, and what it says about the cells, by dimension."""

    row: int
    name: str
    wanted: Wanted
    identifier: int | None
    cells: dict[int, ReadCell]
    customer: Customer | None = None


class RagImport:
    """One run over a sheet. `write` False tells what would happen and touches nothing.

    An empty cell of the sheet says nothing and leaves the grid's cell alone. A Green that needs evidence stands on
    evidence of kind `import`; what was imported as Green once and never proven is not made Green by importing again.
    """

    def __init__(self, plan: RagPlan, *, write: bool, by: User | None, at: datetime) -> None:
        self.plan, self.write, self.by, self.at = plan, write, by, at
        calendar = Programme.current().calendar
        self.today = calendar.day_of(at)
        self.until: date | None = None
        if EvidenceSettings.current().import_until_quarter_end:
            self.until = calendar.ends_on(calendar.quarter_at(at))
        self.dimensions = {dimension.key: dimension for dimension in Dimension.objects.all()}
        self.by_id = {dimension.pk: dimension for dimension in self.dimensions.values()}
        self.seen: dict[int, int] = {}
        self.new_names: dict[tuple[str, str], int] = {}
        self.change_set: ChangeSet | None = None

    def run(self, rows: Iterable[RawRow]) -> Iterator[Outcome]:
        """The outcome of every row, in the order of the sheet. The caller holds the transaction when it writes."""
        written, waiting = 0, iter(rows)
        if self.write:
            self.change_set = ChangeSet.objects.create(
                source=ChangeSource.IMPORT, title=self.plan.reason[:200], made_at=self.at, by=self.by
            )
        while chunk := list(islice(waiting, CHUNK)):
            entries = [entry for entry in map(self._read, chunk) if entry is not None]
            known = self._known([entry for entry in entries if isinstance(entry, Entry)])
            outcomes = [entry if isinstance(entry, Outcome) else self._find(entry, known) for entry in entries]
            self._create([entry for entry in outcomes if isinstance(entry, Entry)])
            found = [entry for entry in outcomes if isinstance(entry, Entry)]
            edits, told = self._compare(found)
            if self.change_set is not None:
                written += change_sets.extend(self.change_set, edits, reason=self.plan.reason, by=self.by, at=self.at)
            yield from (told[entry.row] if isinstance(entry, Entry) else entry for entry in outcomes)
        if self.change_set is not None:
            change_sets.seal(self.change_set, cells_written=written, by=self.by, at=self.at)

    def _read(self, row: RawRow) -> Entry | Outcome | None:
        """The row understood; None for a row that is about no customer: blank, a subtitle or a sum."""
        name = row.text(self.plan.position(CUSTOMER))
        cells = dict(self._cells(row))
        says = any(cell.status is not None for cell in cells.values())
        if not (cells or name) or (is_footer(name) and not says):
            return None
        if not name:
            reason = _("The row has statuses but names no customer.")
            return Outcome(row.number, ImportOutcome.PROBLEM, reason=reason) if says else None
        if len(name) > 200:
            return Outcome(row.number, ImportOutcome.PROBLEM, name[:200], reason=_("The name is too long."))
        domain = domain_of(row.text(self.plan.position(DOMAIN)))
        identifier = row.text(self.plan.position(IDENTIFIER))
        number = int(identifier) if identifier.isdecimal() and len(identifier) < 19 else None
        return Entry(row.number, name, Wanted("", name_key(name), domain), number, cells)

    def _cells(self, row: RawRow) -> Iterator[tuple[int, ReadCell]]:
        for position, meaning in self.plan.columns.items():
            dimension = self.dimensions.get(meaning)
            notes = self.plan.position(f"{meaning}{NOTE}")
            if dimension is None:
                continue
            read = read_cell(row.cells[position]) if position in row.cells else ReadCell(None, "")
            if notes is not None and notes in row.cells:
                beside = read_note(row, notes)
                read = ReadCell(read.status, beside or read.note, read.remark)
            if read.status is not None or read.note or read.remark:
                yield dimension.pk, read

    def _known(self, entries: list[Entry]) -> dict[int, Customer]:
        keys = {entry.wanted.name_key for entry in entries}
        ids = {entry.identifier for entry in entries if entry.identifier}
        rows = Customer.objects.order_by("pk").select_related("merged_into")
        if self.write:
            # Every edit of a cell locks its customer first, so nothing moves between the comparison and the write.
            rows = rows.select_for_update(of=("self",))
        found = {row.pk: row for row in rows.filter(name_key__in=keys)} | {
            row.pk: row for row in rows.filter(pk__in=ids)
        }
        self.ends = survivors(found.values())
        self.editable = self._editable({row.pk for row in self.ends.values()})
        return found

    def _editable(self, ids: set[int]) -> set[int]:
        if self.by is None:
            return ids
        return set(customers_editable_by(self.by).filter(pk__in=ids).values_list("pk", flat=True))

    def _find(self, entry: Entry, known: dict[int, Customer]) -> Entry | Outcome:
        same_name = [row for row in known.values() if row.name_key == entry.wanted.name_key]
        candidates = candidates_of(same_name, self.ends, {})
        numbered = known.get(entry.identifier) if entry.identifier else None
        by_id = self.ends[numbered.pk].pk if numbered and numbered.name_key == entry.wanted.name_key else None
        found = match(entry.wanted, by_external_id=by_id, candidates=candidates)
        if found.problem:
            return self._problem(entry, str(found.problem))
        if found.pk is None:
            return self._unknown(entry)
        if found.pk in self.seen:
            return self._problem(entry, _("Row %d is about the same customer.") % self.seen[found.pk])
        if found.pk not in self.editable:
            return self._problem(entry, _("The cells of this customer are not yours to edit."))
        self.seen[found.pk] = entry.row
        entry.customer = next(row for row in self.ends.values() if row.pk == found.pk)
        return entry

    def _unknown(self, entry: Entry) -> Entry | Outcome:
        who = (entry.wanted.name_key, entry.wanted.domain)
        if not self.plan.create_unknown:
            reason = _("There is no customer of this name. Enter or import it first, or let the import enter it.")
            return self._problem(entry, reason)
        if who in self.new_names:
            return self._problem(entry, _("Row %d is about the same customer.") % self.new_names[who])
        self.new_names[who] = entry.row
        return entry

    def _problem(self, entry: Entry, reason: str) -> Outcome:
        return Outcome(entry.row, ImportOutcome.PROBLEM, entry.name, reason=reason)

    def _create(self, entries: list[Entry]) -> None:
        """Enter the customers nobody knows: three statements for a chunk."""
        new = [entry for entry in entries if entry.customer is None]
        if not new or not self.write:
            return
        rows = [
            Customer(
                name=entry.name, name_key=entry.wanted.name_key, domain=entry.wanted.domain, created_at=self.at,
                csm=self.by if self.by and "csm" in self.by.roles else None,
            )
            for entry in new
        ]  # fmt: skip
        for entry, customer in zip(new, Customer.objects.bulk_create(rows), strict=True):
            entry.customer = customer
        append_changes(rows, fields={}, reason=self.plan.reason, by=self.by, at=self.at)

    def _compare(self, entries: list[Entry]) -> tuple[list[CellEdit], dict[int, Outcome]]:
        customers = {entry.customer.pk for entry in entries if entry.customer}
        rows = Cell.objects.filter(customer_id__in=customers)
        cells = {(cell.customer_id, cell.dimension_id): cell for cell in rows}
        earlier = self._earlier(customers)
        edits: list[CellEdit] = []
        told: dict[int, Outcome] = {}
        for entry in entries:
            fields: dict[str, list[Any]] = {}
            remarks: list[str] = []
            for dimension_id, read in entry.cells.items():
                place = (entry.customer.pk if entry.customer else 0, dimension_id)
                edit = self._edit(place, read, cells.get(place), earlier.get(place), fields, remarks)
                if edit is not None:
                    edits.append(edit)
            kind = ImportOutcome.UPDATED if fields else ImportOutcome.UNCHANGED
            if self._is_new(entry):
                kind = ImportOutcome.CREATED
            customer = entry.customer
            name, pk = (customer.name, customer.pk) if customer else (entry.name, None)
            told[entry.row] = Outcome(entry.row, kind, name, pk, fields, " ".join(remarks)[:2000])
        return edits, told

    def _is_new(self, entry: Entry) -> bool:
        return self.new_names.get((entry.wanted.name_key, entry.wanted.domain)) == entry.row

    def _earlier(self, customers: set[int]) -> dict[Place, tuple[Evidence, bool]]:
        """The evidence that an earlier import gave to each cell, and whether it can still support a Green."""
        rows = Evidence.objects.filter(customer_id__in=customers, kind=EvidenceKind.IMPORT).order_by("pk")
        usable = set(rows.usable(self.today).values_list("pk", flat=True))
        return {(row.customer_id, row.dimension_id): (row, row.pk in usable) for row in rows}

    def _edit(
        self,
        place: Place,
        read: ReadCell,
        cell: Cell | None,
        earlier: tuple[Evidence, bool] | None,
        fields: dict[str, list[Any]],
        remarks: list[str],
    ) -> CellEdit | None:
        """What the sheet changes in the cell, if anything; told in `fields` and `remarks` as well."""
        dimension = self.by_id[place[1]]
        if read.remark:
            remarks.append(f"{dimension}: {read.remark}")
        changes: dict[str, Any] = {}
        evidence: NewEvidence | Evidence | None = None
        before, note = (cell.status, cell.note) if cell else ("", "")
        if read.status is not None and read.status != before:
            after, evidence = self._earned(dimension, read.status, earlier)
            if after != read.status:
                remarks.append(_("%s was imported as Green before and never proven, so it stays as it is.") % dimension)
            elif after is not None:
                changes["status"] = after.value
                shown = _("Green, to be proven") if evidence else after.label
                fields[str(dimension)] = [str(Status(before).label), str(shown)]
        if read.note and clean(read.note) != clean(note):
            changes["note"] = read.note
            fields[_("%s, note") % dimension] = [note[:200], read.note[:200]]
        if not changes:
            return None
        return CellEdit(place[0], place[1], cell.version if cell else 0, changes, evidence)

    def _earned(
        self, dimension: Dimension, status: Status, earlier: tuple[Evidence, bool] | None
    ) -> tuple[Status | None, NewEvidence | Evidence | None]:
        """The status that the cell may take, and the evidence that stands behind it."""
        if status != Status.GREEN or not dimension.needs_evidence:
            return status, None
        if earlier is not None:
            return (status, earlier[0]) if earlier[1] else (None, None)
        return status, NewEvidence(EvidenceKind.IMPORT.value, self.today, valid_until=self.until, note=self.plan.reason)


def read_note(row: RawRow, position: int) -> str:
    """The text of a column that holds notes."""
    raw = row.cells[position]
    return clean(as_typed(raw.text))
