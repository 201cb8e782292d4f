"""Many cells written together: a paste, a fill, an import. All of them or none, and undone together."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from references.actions import cell_history, cells
from references.actions.cell_batches import CHUNK, Batch, CellEdit, Conflict, Key, StaleCells, chunks, load, place_of
from references.actions.shared_evidence import SharedEvidence, prove
from references.choices import ChangeSource, Status
from references.models import Cell, CellChange, ChangeSet, Evidence

__all__ = ["CellEdit", "Conflict", "SharedEvidence", "StaleCells", "apply", "undo"]


@transaction.atomic
def apply(
    edits: Iterable[CellEdit],
    *,
    source: ChangeSource,
    title: str = "",
    shared_evidence: SharedEvidence | None = None,
    amber_instead: bool = False,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> ChangeSet:
    """Write all the edits as one change set, or none of them; cells that already are so are left alone.

    Greens that need evidence stand on their edit's own, else on `shared_evidence`; where nobody can be named they
    become Amber if `amber_instead`. Raises StaleCells naming every conflict, GreensUnproven naming every Green that
    is not earned. The number of statements is fixed per chunk of cells. A set that would change nothing is not
    kept: it comes back without a primary key.
    """
    change_set = ChangeSet.objects.create(source=source, title=title[:200], made_at=at, by=by)
    written = extend(
        change_set, edits, shared_evidence=shared_evidence, amber_instead=amber_instead, reason=reason, by=by, at=at
    )
    return seal(change_set, cells_written=written, by=by, at=at)


def extend(
    change_set: ChangeSet,
    edits: Iterable[CellEdit],
    *,
    shared_evidence: SharedEvidence | None = None,
    amber_instead: bool = False,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> int:
    """Write more edits into a set that is still open, for imports that read as they write; returns how many changed.

    The caller holds the transaction, and closes the set with `seal`.
    """
    today = Programme.current().calendar.day_of(at)
    conflicts: list[Conflict] = []
    written = 0
    for chunk in chunks(edits):
        loaded = load({(edit.customer_id, edit.dimension_id) for edit in chunk})
        conflicts += _conflicts(chunk, loaded)
        if conflicts:
            continue
        written += _write(
            chunk,
            loaded,
            Batch(change_set, by, at),
            shared=shared_evidence,
            amber_instead=amber_instead,
            reason=reason,
            today=today,
        )
    if conflicts:
        raise StaleCells(conflicts)
    return written


def _write(
    chunk: Sequence[CellEdit],
    loaded: dict[Key, Cell],
    batch: Batch,
    *,
    shared: SharedEvidence | None,
    amber_instead: bool,
    reason: str,
    today: date,
) -> int:
    """Put the edits into the cells, prove the Greens, and write what differs; returns how many cells that were."""
    before = {place: (cell_history.values_of(cell), cell.status) for place, cell in loaded.items()}
    for edit in chunk:
        cells.set_values(loaded[place_of(edit)], edit.changes)
    reasons = prove(
        [(loaded[place_of(edit)], edit.evidence) for edit in chunk if edit.evidence or "status" in edit.changes],
        shared=shared,
        amber_instead=amber_instead,
        today=today,
        by=batch.by,
        at=batch.at,
    )
    for place, cell in loaded.items():
        if cell_history.values_of(cell) != before[place][0]:
            batch.add(cell, before[place][1], reason=reasons.get(place, reason))
    batch.write()
    return len(batch.cells)


def seal(change_set: ChangeSet, *, cells_written: int, by: User | None, at: datetime) -> ChangeSet:
    """Close a set with its audit event; a set that changed nothing is not kept."""
    if not cells_written:
        change_set.delete()
        return change_set
    audit.record("change_set.applied", change_set, by=by, at=at, source=change_set.source, cells=cells_written)
    return change_set


@transaction.atomic
def undo(change_set: ChangeSet, *, by: User | None, at: datetime) -> ChangeSet:
    """Put the cells of the set back to what they were before it; the answer is a set that can be undone itself.

    Cells that no longer stand as the set left them stay as they are; StaleCells naming them if no other is left. A
    Green comes back only if its evidence still holds; otherwise the cell becomes Amber and its history says why.
    """
    redo = change_set.source == ChangeSource.UNDO
    original = ChangeSet.objects.filter(undone_by=change_set).first() if redo else None
    back = ChangeSet.objects.create(
        source=original.source if original else ChangeSource.UNDO,
        title=(_("Redo: %s") if redo else _("Undo: %s")) % (original or change_set),
        made_at=at,
        by=by,
    )
    if not ChangeSet.objects.filter(pk=change_set.pk, undone_by__isnull=True).update(undone_by=back):
        raise RuleBroken(_("This change has already been undone."))
    today = Programme.current().calendar.day_of(at)
    conflicts: list[Conflict] = []
    changes = change_set.changes.order_by("pk").iterator(chunk_size=CHUNK)
    for chunk in chunks(changes):
        loaded = load({place_of(change) for change in chunk})
        standing = [change for change in chunk if _stands(change, loaded[place_of(change)])]
        touched = {place_of(change) for change in chunk} - {place_of(change) for change in standing}
        conflicts += [Conflict(loaded[place], None) for place in sorted(touched)]
        _restore(standing, loaded, change_set, Batch(back, by, at), today=today)
    restored = back.changes.count()
    if not restored:
        raise StaleCells(conflicts)
    audit.record("change_set.undone", change_set, by=by, at=at, cells=restored)
    return back


def _stands(change: CellChange, cell: Cell) -> bool:
    return cell_history.values_of(cell) == cell_history.values_of(change)


def _restore(
    chunk: Sequence[CellChange], loaded: dict[Key, Cell], change_set: ChangeSet, batch: Batch, *, today: date
) -> None:
    """Give each cell the values it had before the set, taking up the evidence where it still holds."""
    previous = _previous(chunk)
    rows = Evidence.objects.filter(pk__in={row.evidence_id for row in previous.values() if row.evidence_id})
    usable = {row.pk: row for row in rows.usable(today)}
    for change in chunk:
        cell, former, status_before = (
            loaded[place_of(change)],
            previous.get(place_of(change)),
            loaded[place_of(change)].status,
        )
        for name in cell_history.VALUES:
            blank = None if Cell._meta.get_field(name).null else ""
            setattr(cell, name, getattr(former, name) if former else blank)
        cell.evidence = usable.get(cell.evidence_id) if cell.evidence_id else None
        if cell.evidence is None:
            cell.evidence_agreed_on = cell.evidence_valid_until = None
        reason = ""
        if cells.is_unproven(cell, today=today):
            cells.set_values(cell, {"status": Status.AMBER})
            reason = _("Was Green before; its evidence does not hold any more.")
        batch.add(cell, status_before, reason=reason)
    batch.write()


def _previous(chunk: Sequence[CellChange]) -> dict[Key, CellChange]:
    """The history row before each of the changes; none for a cell that was blank before."""
    versions = {place_of(change): change.version - 1 for change in chunk}
    rows = CellChange.objects.filter(
        customer_id__in={key[0] for key in versions},
        dimension_id__in={key[1] for key in versions},
        version__in=set(versions.values()),
    )
    return {place_of(row): row for row in rows if versions.get(place_of(row)) == row.version}


def _conflicts(chunk: Sequence[CellEdit], loaded: dict[Key, Cell]) -> list[Conflict]:
    pairs = ((edit, loaded[place_of(edit)]) for edit in chunk)
    return [Conflict(cell, edit) for edit, cell in pairs if edit.seen_version not in (None, cell.version)]
