"""An existing RAG sheet taken over into the grid: every row matched, compared and written, tried or meant."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core import bulk
from core.choices import ImportOutcome
from core.models import Programme, User
from customers.actions.import_rows import append_changes, changed_since
from customers.actions.importers import Plan
from customers.actions.known_customers import BLANK as BLANK_CUSTOMER
from customers.actions.known_customers import COLUMNS
from customers.models import Customer
from customers.rules.import_outcomes import Outcome
from customers.rules.matching import Wanted
from customers.rules.names import domain_of, name_key
from references.actions import change_sets
from references.actions.cells import NewEvidence
from references.actions.imported_cells import (
    BLANK,
    CellRow,
    CellWriter,
    ImportedCell,
    KnownEvidence,
    Place,
    cell_rows,
    earlier_evidence,
)
from references.actions.rag_customers import Entry, KnownCustomers
from references.choices import ChangeSource, EvidenceKind, Status
from references.formats.cell_comments import clean
from references.formats.rag_headers import CUSTOMER, DOMAIN, IDENTIFIER, NOTE, WHO
from references.formats.rag_rows import RawRow
from references.formats.rag_sheets import CellReader, ReadCell, is_footer, with_note
from references.models import ChangeSet, Dimension, EvidenceSettings

CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class RagPlan(Plan):
    """Columns by {position: meaning}, as headers may be the same, and whether customers nobody knows are entered."""

    create_unknown: bool = False

    def position(self, meaning: str) -> int | None:
        return next((position for position, found in self.columns.items() if found == meaning), None)


class RagImport:
    """One run over a sheet. `write` False tells what would happen and touches nothing.

    An empty cell of the sheet says nothing and leaves the grid's cell alone. A Green that needs evidence stands on
    evidence of kind `import`; what was imported as Green once and never proven is not made Green by importing again.
    A cell that somebody changed after the import was checked stays as it is.
    """

    def __init__(self, plan: RagPlan, *, write: bool, by: User | None, at: datetime) -> None:
        self.plan, self.write, self.by, self.at = plan, write, by, at
        calendar = Programme.current().calendar
        self.today = calendar.day_of(at)
        self.checked = plan.checked if write else None
        self.until: date | None = None
        if EvidenceSettings.current().import_until_quarter_end:
            self.until = calendar.ends_on(calendar.quarter_at(at))
        self.by_id = {dimension.pk: dimension for dimension in Dimension.objects.all()}
        self.names = {pk: str(dimension) for pk, dimension in self.by_id.items()}
        keys = {dimension.key: pk for pk, dimension in self.by_id.items()}
        self.columns = [
            (keys[meaning], position, plan.position(f"{meaning}{NOTE}"))
            for position, meaning in plan.columns.items()
            if meaning in keys
        ]
        self.who = {meaning: plan.position(meaning) for meaning in WHO}
        self.read_cell = CellReader(is_done=write)
        self.labels = {status.value: str(status.label) for status in Status}
        self.seen: dict[int, int] = {}
        self.new_names: dict[tuple[str, str], int] = {}
        self.created: set[int] = set()

    def run(self, rows: Iterable[RawRow]) -> Iterator[Outcome]:
        """The outcome of every row, in the order of the sheet. The caller holds the transaction when it writes."""
        waiting, writer = iter(rows), self._writer() if self.write else None
        while chunk := list(islice(waiting, CHUNK)):
            entries = [entry for entry in map(self._read, chunk) if entry is not None]
            named = [entry for entry in entries if isinstance(entry, Entry)]
            known = KnownCustomers.of(named, without=self.created, by=self.by, locked=self.write)
            outcomes = [entry if isinstance(entry, Outcome) else self._find(entry, known) for entry in entries]
            self._create([entry for entry in outcomes if isinstance(entry, Entry)])
            cells, told = self._compare([entry for entry in outcomes if isinstance(entry, Entry)])
            if writer is not None:
                writer.write(cells, evidence=self._new_evidence(), dimensions=self.by_id)
            yield from (told[entry.row] if isinstance(entry, Entry) else entry for entry in outcomes)
        if writer is not None:
            change_sets.seal(writer.change_set, cells_written=writer.written, by=self.by, at=self.at)

    def _writer(self) -> CellWriter:
        change_set = ChangeSet.objects.create(
            source=ChangeSource.IMPORT, title=self.plan.reason[:200], made_at=self.at, by=self.by
        )
        return CellWriter(change_set, reason=self.plan.reason, by=self.by, at=self.at)

    def _new_evidence(self) -> NewEvidence:
        return NewEvidence(EvidenceKind.IMPORT.value, self.today, valid_until=self.until, note=self.plan.reason)

    def _read(self, row: RawRow) -> Entry | Outcome | None:
        """The row understood; None for a row that is about no customer: blank, a subtitle or a sum."""
        name, domain, identifier = map(row.text, self.who.values())
        cells = dict(self._cells(row))
        says = any(cell.status is not None for cell in cells.values())
        nameless = " ".join(self._unread(row, CUSTOMER))
        if not (cells or name or nameless) or (is_footer(name) and not says):
            return None
        if problem := row.problem or nameless:
            return Outcome(row.number, ImportOutcome.PROBLEM, name[:200], reason=problem)
        if not name:
            reason = _("The row has statuses but names no customer.")
            return Outcome(row.number, ImportOutcome.PROBLEM, reason=reason) if says else None
        if len(name) > 200:
            return Outcome(row.number, ImportOutcome.PROBLEM, name[:200], reason=_("The name is too long."))
        number = int(identifier) if identifier.isdecimal() and len(identifier) < 19 else None
        unread = self._unread(row, DOMAIN, IDENTIFIER)
        return Entry(row.number, name, Wanted("", name_key(name), domain_of(domain)), number, cells, unread=unread)

    def _unread(self, row: RawRow, *meanings: str) -> tuple[str, ...]:
        """In words what the file does not say of whom the row is about."""
        told = []
        for meaning in meanings:
            position = self.who[meaning]
            cell = row.cells.get(position) if position is not None else None
            if cell and cell.problem:
                told.append(f"{_(WHO[meaning])}: {cell.problem}")
        return tuple(told)

    def _cells(self, row: RawRow) -> Iterator[tuple[int, ReadCell]]:
        for dimension_id, position, notes in self.columns:
            raw = row.cells.get(position)
            read = self.read_cell(raw) if raw is not None else NOTHING
            if notes is not None and (beside := row.cells.get(notes)):
                read = with_note(read, beside)
            if read.status is not None or read.note or read.remark:
                yield dimension_id, read

    def _find(self, entry: Entry, known: KnownCustomers) -> Entry | Outcome:
        found = known.find(entry)
        if found.problem:
            return self._problem(entry, found.problem)
        if found.pk is None:
            return self._unknown(entry)
        if found.pk in self.seen:
            return self._problem(entry, self._doubled(self.seen[found.pk]))
        if found.pk not in known.editable:
            return self._problem(entry, _("The cells of this customer are not yours to edit."))
        self.seen[found.pk] = entry.row
        entry.customer = known.living[found.pk]
        return entry

    def _unknown(self, entry: Entry) -> Entry | Outcome:
        who = (entry.wanted.name_key, entry.wanted.domain)
        if not self.plan.create_unknown:
            reason = _("There is no customer of this name. Enter or import it first, or let the import enter it.")
            return self._problem(entry, reason)
        if who in self.new_names:
            return self._problem(entry, self._doubled(self.new_names[who]))
        self.new_names[who] = entry.row
        return entry

    def _doubled(self, row: int) -> str:
        words = _("Row %d is about the same customer; a sheet has one row for each, so put there what this one says.")
        return words % row

    def _problem(self, entry: Entry, reason: str) -> Outcome:
        return Outcome(entry.row, ImportOutcome.PROBLEM, entry.name, reason=reason)

    def _create(self, entries: list[Entry]) -> None:
        """Enter the customers nobody knows: three statements for a chunk."""
        new = [entry for entry in entries if entry.customer is None]
        if not new or not self.write:
            return
        csm_id = self.by.pk if self.by and "csm" in self.by.roles else None
        numbers = bulk.numbers(Customer, len(new))
        self.created.update(numbers)
        for number, entry in zip(numbers, new, strict=True):
            wanted = entry.wanted
            entry.customer = BLANK_CUSTOMER._replace(
                pk=number, name=entry.name, name_key=wanted.name_key, domain=wanted.domain, csm_id=csm_id
            )
        rows = [entry.customer for entry in new if entry.customer]
        bulk.insert(Customer, ("id", *COLUMNS, "created_at"), ((*row, self.at) for row in rows))
        append_changes(rows, fields={}, reason=self.plan.reason, by=self.by, at=self.at)

    def _compare(self, entries: list[Entry]) -> tuple[list[ImportedCell], dict[int, Outcome]]:
        customers = {entry.customer.pk for entry in entries if entry.customer}
        cells = cell_rows(customers)
        earlier = earlier_evidence(cells, today=self.today)
        changed: list[ImportedCell] = []
        told = {entry.row: self._outcome(entry, cells, earlier, changed) for entry in entries}
        return changed, told

    def _outcome(
        self,
        entry: Entry,
        cells: Mapping[Place, CellRow],
        earlier: Mapping[Place, KnownEvidence],
        changed: list[ImportedCell],
    ) -> Outcome:
        """What becomes of a row; its cells that change are added to the `changed` ones."""
        fields: dict[str, list[Any]] = {}
        remarks = [*entry.unread, *filter(None, [entry.remark])]
        late: list[str] = []
        kept, unreadable = 0, len(entry.unread)
        pk = entry.customer.pk if entry.customer else 0
        for dimension_id, read in entry.cells.items():
            place = (pk, dimension_id)
            before = cells.get(place) or BLANK._replace(customer_id=pk, dimension_id=dimension_id)
            said: list[str] = []
            cell = self._changed(before, read, earlier.get(place), said)
            unreadable += read.unreadable
            if cell is not None and self._is_late(entry.row, before):
                late.append(self.names[dimension_id])
                continue
            remarks += said
            if cell is not None:
                changed.append(cell)
                fields |= self._told(cell)
                kept += read.is_no_status and "note" in cell.changes
        if late:
            remarks.append(changed_since(", ".join(late)))
        name = entry.customer.name if entry.customer else entry.name
        kind, reason = self._kind(entry, fields, is_wrong=bool(late or unreadable)), " ".join(remarks)[:2000]
        told = Outcome(entry.row, kind, name, pk or None, fields, reason, left_alone=len(late), kept_as_notes=kept)
        return replace(told, unreadable=unreadable) if unreadable else told

    def _kind(self, entry: Entry, fields: dict[str, list[Any]], *, is_wrong: bool) -> ImportOutcome:
        if self._is_new(entry):
            return ImportOutcome.CREATED
        if fields:
            return ImportOutcome.UPDATED
        return ImportOutcome.PROBLEM if is_wrong else ImportOutcome.UNCHANGED

    def _is_new(self, entry: Entry) -> bool:
        return self.new_names.get((entry.wanted.name_key, entry.wanted.domain)) == entry.row

    def _is_late(self, row: int, before: CellRow) -> bool:
        """Whether somebody wrote the cell after the person who imports was shown what would become of it."""
        if self.checked is None or before.updated_at is None:
            return False
        return before.updated_at > self.checked or self.plan.is_unshown(row)

    def _told(self, cell: ImportedCell) -> dict[str, list[Any]]:
        """What changes, by what people call it."""
        before, name = cell.before, self.names[cell.before.dimension_id]
        fields: dict[str, list[Any]] = {}
        if "status" in cell.changes:
            is_unproven = cell.needs_evidence and not (cell.evidence and cell.evidence.is_proven)
            shown = _("Green, to be proven") if is_unproven else self.labels[cell.changes["status"]]
            fields[name] = [self.labels[before.status], shown]
        if "note" in cell.changes:
            fields[_("%s, note") % name] = [before.note[:200], cell.changes["note"][:200]]
        return fields

    def _changed(
        self, before: CellRow, read: ReadCell, earlier: KnownEvidence | None, remarks: list[str]
    ) -> ImportedCell | None:
        """What the sheet changes in the cell, if anything."""
        name = self.names[before.dimension_id]
        if read.remark:
            remarks.append(f"{name}: {read.remark}")
        cell = ImportedCell(before, {})
        if read.status is not None and read.status != before.status:
            cell.needs_evidence = read.status == Status.GREEN and self.by_id[before.dimension_id].needs_evidence
            cell.evidence = earlier if cell.needs_evidence else None
            if cell.evidence is not None and not cell.evidence.is_usable:
                cell.needs_evidence = False
                remarks.append(_not_again(cell.evidence) % name)
            else:
                cell.changes["status"] = read.status.value
        if read.note and clean(read.note) != clean(before.note):
            cell.changes["note"] = read.note
        return cell if cell.changes else None


def _not_again(evidence: KnownEvidence) -> str:
    if evidence.was_undone:
        return _("%s: its Green was taken back, so it stays as it is until the consent is entered on the cell again.")
    if evidence.is_proven:
        return _("%s: the consent behind its Green has ended, so it stays as it is until a new one is entered.")
    return _("%s was imported as Green before and never proven, so it stays as it is.")


NOTHING = ReadCell(None, "")
