"""What a paste or a fill would change, before anything is written."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import User
from customers.models import Customer
from references.choices import Status
from references.formats.pasted_blocks import Block, Unreadable
from references.models import Cell, Dimension
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
    def changes_something(self) -> bool:
        return not self.refusal and self.before != self.after


@dataclass(frozen=True)
class PastePreview:
    """The block laid over the grid: what would change, what would stay, what cannot be written and why."""

    field: str
    cells: tuple[PastedCell, ...]
    unreadable: tuple[Unreadable, ...] = ()
    mixed: tuple[Unreadable, ...] = ()
    rows_beyond: int = 0
    columns_beyond: int = 0
    counts: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def changing(self) -> list[PastedCell]:
        return [cell for cell in self.cells if cell.changes_something]

    @property
    def refused(self) -> list[PastedCell]:
        return [cell for cell in self.cells if cell.refusal]

    @property
    def unproven(self) -> list[PastedCell]:
        """Greens of the block that need evidence: the person gives one entry for all, or takes Amber."""
        return [cell for cell in self.changing if cell.needs_evidence]


def preview(
    block: Block, *, customer_ids: Sequence[int], dimension_ids: Sequence[int], field: str, user: User
) -> PastePreview:
    """What pasting the block would do to the cells of these customers and dimensions, both in the grid's order.

    The lists begin at the selected cell; what of the block lies beyond their end is counted, not pasted. `field` is
    `status` or `note`. A fill is the preview of `fill(…)`.
    """
    rows, columns = customer_ids[: block.height], dimension_ids[: block.width]
    customers = Customer.objects.visible_to(user).in_bulk(rows)
    dimensions = Dimension.objects.in_bulk(columns)
    found = {
        (row["customer_id"], row["dimension_id"]): row
        for row in Cell.objects.filter(customer_id__in=rows, dimension_id__in=columns).values(
            "customer_id", "dimension_id", "version", "status", "note"
        )
    }
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
        rows_beyond=block.height - len(rows),
        columns_beyond=block.width - len(columns),
        counts={status: sum(cell.after == status for cell in changed) for status in Status.values}
        if field == "status"
        else {},
    )


def fill(block_value: str, *, height: int, width: int) -> Block:
    """A block that repeats one value, for filling down or across."""
    return Block(tuple(tuple(block_value for _column in range(width)) for _row in range(height)))


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
