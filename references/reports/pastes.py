"""What a paste or a fill would change, before anything is written."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import User
from core.paging import keyset_page
from customers.choices import ContactRole
from customers.models import Contact, Customer
from customers.models.customer import CustomerQuerySet
from references.choices import Status
from references.formats.pasted_blocks import Block, Unreadable
from references.models import Cell, CellChange, ChangeSet, Dimension
from references.permissions import customers_editable_by


@dataclass(frozen=True)
class PastedCell:
    """One cell the block touches. `refusal` says why it cannot be written; empty if it can."""

    customer: Customer
    dimension: Dimension
    seen_version: int
    before: str
    after: str
    refusal: str = ""
    needs_evidence: bool = False

    @property
    def place(self) -> tuple[int, int]:
        return self.customer.pk, self.dimension.pk

    @property
    def changes_something(self) -> bool:
        return not self.refusal and self.before != self.after


@dataclass(frozen=True)
class PastePreview:
    """The block laid over the grid: what would change, what would stay, what cannot be written and why."""

    field: str
    cells: tuple[PastedCell, ...]
    unreadable: tuple[Unreadable, ...] = ()
    mixed: tuple[Unreadable, ...] = ()
    wordy: tuple[Unreadable, ...] = ()
    rows_beyond: int = 0
    columns_beyond: int = 0
    counts: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether the cells are so already and there is nothing to say about any of them."""
        return not (self.changing or self.refused or self.unreadable or self.rows_beyond > 0 or self.columns_beyond > 0)

    @property
    def changing(self) -> list[PastedCell]:
        return [cell for cell in self.cells if cell.changes_something]

    @property
    def refused(self) -> list[PastedCell]:
        return [cell for cell in self.cells if cell.refusal]

    @property
    def replaced(self) -> list[PastedCell]:
        """Notes that somebody wrote and that give way."""
        return [cell for cell in self.changing if self.field == "note" and cell.before]

    @property
    def unproven(self) -> list[PastedCell]:
        """Greens of the block that need evidence: the person gives one entry for all, or takes Amber."""
        return [cell for cell in self.changing if cell.needs_evidence]


@dataclass(frozen=True)
class Agreement:
    """Who can have agreed for a customer whose Greens need evidence; `chosen` is empty where nobody is to be named."""

    customer: Customer
    contacts: tuple[Contact, ...]
    chosen: Contact | None

    @property
    def champion(self) -> Contact | None:
        """Whom one may choose for all customers with one press."""
        return next((one for one in self.contacts if ContactRole.CHAMPION in one.roles), None)


def agreements(shown: PastePreview, *, chosen: Mapping[int, Contact]) -> list[Agreement]:
    """Everybody who could speak for the customers of the unproven Greens, champions first.

    Nobody is said to have agreed but who was chosen.
    """
    customers = {cell.customer.pk: cell.customer for cell in shown.unproven}
    present: dict[int, list[Contact]] = {pk: [] for pk in customers}
    for contact in Contact.objects.present().filter(customer_id__in=customers).order_by("pk"):
        present[contact.customer_id].append(contact)
    told = []
    for pk, customer in customers.items():
        contacts = sorted(present[pk], key=lambda contact: ContactRole.CHAMPION not in contact.roles)
        told.append(Agreement(customer, tuple(contacts), chosen.get(pk)))
    return told


def customers_after(cursor: str, rows: CustomerQuerySet, *, order: Sequence[str], at_most: int) -> list[int]:
    """The customers that follow a page of the grid, in its order, for a block that is longer than the page."""
    columns = dict.fromkeys(["id", *(name.removeprefix("-") for name in order)])
    found = keyset_page(rows.values_list(*columns, named=True), order=order, cursor=cursor, size=at_most)
    # A cursor that cannot be read would begin again with the first page, which has none before it.
    return [row.id for row in found.rows] if found.previous else []


def preview(
    block: Block, *, customer_ids: Sequence[int], dimension_ids: Sequence[int], field: str, user: User
) -> PastePreview:
    """What pasting the block would do to the cells of these customers and dimensions, both in the grid's order.

    The lists begin at the selected cell; what of the block lies beyond their end is counted, not pasted. `field` is
    `status` or `note`.
    """
    rows, columns = customer_ids[: block.height], dimension_ids[: block.width]
    customers = Customer.objects.visible_to(user).in_bulk(rows)
    dimensions = Dimension.objects.in_bulk(columns)
    found = _written(rows, columns)
    editable = set(customers_editable_by(user).filter(pk__in=rows).values_list("pk", flat=True))
    touched = [
        _pasted(customers[row], dimensions[column], value, field, found.get((row, column)), row in editable)
        for row, values in zip(rows, block.rows, strict=False)
        for column, value in zip(columns, values, strict=False)
        if value is not None and row in customers and column in dimensions
    ]
    changed = [cell for cell in touched if cell.changes_something]
    return PastePreview(
        field=field,
        cells=tuple(touched),
        unreadable=tuple(wrong for wrong in block.unreadable if wrong.row < len(rows) and wrong.column < len(columns)),
        mixed=block.mixed,
        wordy=block.wordy,
        rows_beyond=block.height - len(rows),
        columns_beyond=block.width - len(columns),
        counts={status: sum(cell.after == status for cell in changed) for status in Status.values}
        if field == "status"
        else {},
    )


def _written(customer_ids: Sequence[int], dimension_ids: Sequence[int]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """The cells that somebody has written, by customer and dimension."""
    cells = Cell.objects.filter(customer_id__in=customer_ids, dimension_id__in=dimension_ids)
    rows = cells.values("customer_id", "dimension_id", "version", "status", "note")
    return {(row["customer_id"], row["dimension_id"]): row for row in rows}


def greens_not_restored(back: ChangeSet) -> list[CellChange]:
    """The cells that were Green before what was undone and came back as Amber, with the reason in their history."""
    amber = back.changes.filter(status=Status.AMBER).exclude(reason="")
    return list(amber.select_related("customer", "dimension").order_by("pk"))


def left_by_undo(undone: ChangeSet, back: ChangeSet) -> list[CellChange]:
    """The changes of a set that its undo left alone, because somebody has changed the cell since."""
    restored = set(back.changes.values_list("customer_id", "dimension_id"))
    rows = undone.changes.select_related("customer", "dimension").order_by("pk")
    return [one for one in rows if (one.customer_id, one.dimension_id) not in restored]


def _pasted(
    customer: Customer, dimension: Dimension, value: str, field: str, cell: Mapping[str, Any] | None, editable: bool
) -> PastedCell:
    refusal = ""
    if customer.merged_into_id is not None:
        refusal = _("merged into another customer")
    elif not editable:
        refusal = _("not yours to edit")
    return PastedCell(
        customer=customer,
        dimension=dimension,
        seen_version=cell["version"] if cell else 0,
        before=cell[field] if cell else "",
        after=value,
        refusal=refusal,
        needs_evidence=field == "status" and value == Status.GREEN and dimension.needs_evidence,
    )
