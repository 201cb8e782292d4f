"""What a merge will do to the cells of two customers, and whether they still are as a person saw them."""

from dataclasses import dataclass

from customers.models import Customer
from customers.reports.merges import FieldChoice, field_choices
from references.choices import NominationState
from references.models import Cell, Dimension, Nomination


@dataclass(frozen=True)
class CellChoice:
    """One dimension of both. Where both cells are filled and differ a person chooses; a blank one is filled."""

    dimension: Dimension
    ours: Cell
    theirs: Cell

    @property
    def is_filled(self) -> bool:
        return is_blank(self.ours) and not is_blank(self.theirs)

    @property
    def is_conflict(self) -> bool:
        return not is_blank(self.ours) and not is_blank(self.theirs)


@dataclass(frozen=True)
class MergePreview:
    """Everything a person must know before two customers become one. `seen` tells later whether it still holds."""

    survivor: Customer
    duplicate: Customer
    fields: list[FieldChoice]
    cells: list[CellChoice]
    contacts: list[str]
    external_ids: list[str]
    products: list[str]
    cases: int
    invoices: int
    nominations: list[Nomination]
    seen: str

    @property
    def conflicts(self) -> int:
        fields = sum(choice.is_conflict for choice in self.fields)
        return fields + sum(choice.is_conflict for choice in self.cells)


def preview(survivor: Customer, duplicate: Customer) -> MergePreview:
    """The two side by side."""
    cells = [choice for choice in cell_choices(survivor, duplicate) if choice.is_filled or choice.is_conflict]
    return MergePreview(
        survivor=survivor,
        duplicate=duplicate,
        fields=[row for row in field_choices(survivor, duplicate) if row.is_filled or row.is_conflict],
        cells=cells,
        contacts=list(duplicate.contacts.values_list("name", flat=True)),
        external_ids=[str(external_id) for external_id in duplicate.external_ids.all()],
        products=[str(use) for use in duplicate.product_uses.select_related("product")],
        cases=duplicate.support_cases.count(),
        invoices=duplicate.invoices.count(),
        nominations=open_nominations(survivor, duplicate),
        seen=signature(survivor, duplicate),
    )


def open_nominations(survivor: Customer, duplicate: Customer) -> list[Nomination]:
    """The open nominations of the two, at most one each. The first one goes on: the one that has come further; of
    two that came equally far the one that is not parked, then the one that is not returned, or the survivor's."""
    both = Nomination.objects.open().filter(customer__in=[survivor, duplicate]).select_related("customer")
    return sorted(both, key=lambda one: (*_how_far(one), one.customer_id == survivor.pk), reverse=True)


def _how_far(nomination: Nomination) -> tuple[bool, ...]:
    asked, decided = nomination.invited_at is not None, nomination.accepted_at is not None
    return asked, decided, nomination.parked_until is None, nomination.state != NominationState.RETURNED


def cell_choices(survivor: Customer, duplicate: Customer) -> list[CellChoice]:
    """Every dimension in which the duplicate has a cell, retired dimensions included."""
    rows = Cell.objects.filter(customer__in=[survivor, duplicate]).select_related("owner", "evidence__contact")
    cells = {(cell.customer_id, cell.dimension_id): cell for cell in rows.select_related("dimension", "customer")}

    def cell(customer: Customer, dimension: Dimension) -> Cell:
        blank = Cell(customer=customer, dimension=dimension, version=0)
        return cells.get((customer.pk, dimension.pk)) or blank

    dimensions = Dimension.objects.filter(pk__in={dimension for _customer, dimension in cells})
    return [CellChoice(row, cell(survivor, row), cell(duplicate, row)) for row in dimensions]


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing."""
    return not (cell.status or cell.note or cell.next_action or cell.blocker or cell.owner_id)


def signature(survivor: Customer, duplicate: Customer) -> str:
    """Changes with every edit of either customer or of one of their cells, and with the state of an open nomination:
    the comparison says which of two goes on."""
    rows = Cell.objects.filter(customer__in=[survivor, duplicate]).values_list("version", flat=True)
    nominations = "".join(f"-{one.pk}{one.state}" for one in open_nominations(survivor, duplicate))
    return f"{survivor.version}-{duplicate.version}-{sum(rows)}{nominations}"
