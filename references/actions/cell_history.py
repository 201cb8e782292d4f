"""A cell is written: its present, the end of its history, and the trail of who did it. The rules are in `cells`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core import audit, prepared
from core.constraints import late_rows_refused
from core.errors import StaleVersion
from core.models import User
from customers.models import Customer
from references.choices import ChangeSource
from references.models import Cell, CellChange, ChangeSet

# Columns that a cell and its history share, people and evidence by their ids.
VALUES = (
    "blocker",
    "forecast_confidence",
    "forecast_on",
    "next_action",
    "next_action_due",
    "note",
    "status",
    "owner_id",
    "evidence_id",
    "evidence_agreed_on",
    "evidence_valid_until",
)
STAMPED = ("version", "updated_at", "updated_by_id")
UNDOABLE = frozenset([ChangeSource.EDIT, ChangeSource.PASTE, ChangeSource.FILL, ChangeSource.API])


@dataclass(frozen=True)
class Circumstances:
    """Who changes a cell, when, in the course of what."""

    by: User | None
    at: datetime
    source: ChangeSource = ChangeSource.EDIT
    change_set: ChangeSet | None = None
    reason: str = ""
    merged_from: Customer | None = None


def values_of(cell: Cell | CellChange) -> dict[str, Any]:
    """The columns that a history row keeps, as the cell holds them now."""
    return {name: getattr(cell, name) for name in VALUES}


def new_change(
    cell: Cell, status_before: str, *, source: ChangeSource, change_set: ChangeSet | None, reason: str = ""
) -> CellChange:
    """The history row of a cell as it stands now, not yet saved."""
    return CellChange(
        customer_id=cell.customer_id,
        dimension_id=cell.dimension_id,
        version=cell.version,
        recorded_at=cell.updated_at,
        by_id=cell.updated_by_id,
        source=source,
        change_set=change_set,
        status_before=status_before,
        reason=reason[:500],
        **values_of(cell),
    )


def stale(cell: Cell) -> StaleVersion:
    """The refusal of an edit that did not see the cell as it is now."""
    current = Cell.objects.of(cell.customer, cell.dimension)
    return StaleVersion(_("Somebody else changed this cell while you were editing it."), current=current)


def write(cell: Cell, changed: Sequence[str], status_before: str, within: Circumstances) -> None:
    """The cell, its history, what undoes it and the audit event: one statement, except for a cell nobody has written.

    What is written asks for the version that was seen, so that of two people who saw the same one is refused.
    """
    seen_version = cell.version
    stamp(cell, by=within.by, at=within.at)
    if seen_version == 0:
        _insert(cell)
    appended = _appended(cell, status_before, within)
    with late_rows_refused():
        if seen_version == 0:
            for row in appended:
                prepared.insert(row)
        elif not prepared.replace(cell, [*changed, *STAMPED], seen={"version": seen_version}, then=appended):
            raise stale(cell)
    cell.latest_change = next(row for row in appended if isinstance(row, CellChange))


def _insert(cell: Cell) -> None:
    try:
        with transaction.atomic():
            prepared.insert(cell)
    except IntegrityError:
        raise stale(cell) from None


def _appended(cell: Cell, status_before: str, within: Circumstances) -> list[Model]:
    """The rows of the ledgers that belong to the change, each after those that it names."""
    own_set, change_set = [], within.change_set
    if change_set is None and within.by is not None and within.source in UNDOABLE:
        change_set = ChangeSet(source=within.source, title=str(cell)[:200], made_at=within.at, by=within.by)
        own_set.append(change_set)
    change = new_change(cell, status_before, source=within.source, change_set=change_set, reason=within.reason)
    change.merged_from = within.merged_from
    told = {"source": within.source, "status": [status_before, cell.status]}
    return [*own_set, change, audit.event_of("cell.edited", cell, by=within.by, at=within.at, **told)]


def stamp(cell: Cell, *, by: User | None, at: datetime) -> None:
    """Raise the version in memory, with author and time; a clock set back never puts a change before an older one."""
    cell.updated_at = max(at, cell.updated_at) if cell.updated_at else at
    cell.updated_by, cell.version = by, cell.version + 1
