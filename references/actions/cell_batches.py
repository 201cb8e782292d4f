"""Cells written many at a time: locked in one order, then three statements for a whole chunk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import RuleBroken, StaleVersion
from core.models import User
from customers.actions.customers import merged_refusal
from customers.models import Customer
from references.actions import cell_history
from references.actions.cells import NewEvidence
from references.choices import ChangeSource, Status
from references.models import Cell, CellChange, ChangeSet, Dimension, Evidence

CHUNK = 500
NAMED = 5
Key = tuple[int, int]


class OfCell(Protocol):
    """Anything that belongs to one cell of the grid."""

    @property
    def customer_id(self) -> int: ...

    @property
    def dimension_id(self) -> int: ...


@dataclass(frozen=True)
class CellEdit:
    """One cell of a set: what the person saw, and what it shall become.

    `seen_version` None takes the cell as it is, for jobs that read it in the same breath.
    """

    customer_id: int
    dimension_id: int
    seen_version: int | None
    changes: Mapping[str, Any]
    evidence: NewEvidence | Evidence | None = None


@dataclass(frozen=True)
class Conflict:
    """A cell that somebody else changed first: as it stands now, and what was to be written."""

    current: Cell
    edit: CellEdit | None

    def __str__(self) -> str:
        status = self.current.get_status_display()
        mine = Status(self.edit.changes["status"]).label if self.edit and "status" in self.edit.changes else ""
        author = self.current.updated_by or _("the program")
        told = _("%(cell)s is now %(status)s (%(author)s)") % {
            "cell": self.current,
            "status": status,
            "author": author,
        }
        return _("%(told)s, you set %(mine)s") % {"told": told, "mine": mine} if mine else told


class StaleCells(StaleVersion):
    """Cells of the set were changed by others meanwhile; `conflicts` names each with both values."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        count = len(self.conflicts)
        head = ngettext(
            "%d cell was changed by somebody else meanwhile, so nothing was saved:",
            "%d cells were changed by somebody else meanwhile, so nothing was saved:",
            count,
        )
        named = "; ".join(str(conflict) for conflict in self.conflicts[:NAMED])
        super().__init__(f"{head % count} {named}{' …' if count > NAMED else '.'}", current=self.conflicts)


@dataclass
class Batch:
    """The cells of one chunk on their way into the database."""

    set: ChangeSet
    by: User | None
    at: datetime
    cells: list[Cell] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)

    def add(self, cell: Cell, status_before: str, *, reason: str = "") -> None:
        cell_history.stamp(cell, by=self.by, at=self.at)
        self.cells.append(cell)
        source = ChangeSource(self.set.source)
        self.changes.append(
            cell_history.new_change(cell, status_before, source=source, change_set=self.set, reason=reason)
        )

    def write(self) -> None:
        """Three statements: the cells that are new, the cells that were locked, their history."""
        new = [cell for cell in self.cells if cell.pk is None]
        locked = [cell for cell in self.cells if cell.pk is not None]
        try:
            with transaction.atomic():
                Cell.objects.bulk_create(new)
        except IntegrityError:
            ids = {(cell.customer_id, cell.dimension_id) for cell in new}
            raise StaleCells([Conflict(cell, None) for cell in load(ids).values() if cell.pk]) from None
        Cell.objects.bulk_create(
            locked,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*_columns(), "version", "updated_at", "updated_by"],
        )
        CellChange.objects.bulk_create(self.changes)


def load(keys: Iterable[Key]) -> dict[Key, Cell]:
    """The cells, locked, in one order for everybody; a blank one with version 0 where nobody has written yet."""
    wanted = sorted(set(keys))
    customers = _lock({customer for customer, _dimension in wanted})
    dimensions = Dimension.objects.in_bulk({dimension for _customer, dimension in wanted})
    rows = (
        Cell.objects.select_for_update(of=("self",))
        .filter(customer_id__in=customers, dimension_id__in=dimensions)
        .select_related("updated_by")
        .order_by("customer_id", "dimension_id")
    )
    found = {place_of(cell): cell for cell in rows}
    loaded = {}
    for key in wanted:
        if key[0] not in customers or key[1] not in dimensions:
            raise RuleBroken(_("A row or a column of the block is no longer there; load the grid again."))
        cell = loaded[key] = found.get(key) or Cell(customer_id=key[0], dimension_id=key[1], version=0)
        cell.customer, cell.dimension = customers[key[0]], dimensions[key[1]]
    return loaded


def _lock(customer_ids: Iterable[int]) -> dict[int, Customer]:
    """The customers, kept from a merge until the transaction ends; refuses merged ones."""
    # No join to the survivors: PostgreSQL reads rows it waited for anew, but not the rows joined to them.
    rows = Customer.objects.select_for_update()
    locked = {customer.pk: customer for customer in rows.filter(pk__in=customer_ids).order_by("pk")}
    for customer in locked.values():
        if customer.merged_into is not None:
            raise RuleBroken(merged_refusal(customer))
    return locked


def place_of(row: OfCell) -> Key:
    """Which cell the row belongs to."""
    return row.customer_id, row.dimension_id


def _columns() -> list[str]:
    return [Cell._meta.get_field(name).name for name in cell_history.VALUES]


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows in lists of at most CHUNK, read as they are needed."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
