"""The rows of the grid as they leave the program: all that match, a chunk at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Count

from customers.models import Contact
from customers.models.customer import CustomerQuerySet
from references.formats.grid_sheets import Heading
from references.models import Cell, Dimension

CHUNK = 500
COLUMNS = ("pk", "name", "domain", "industry", "region", "csm__name", "csm__email")


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One customer; statuses and notes are in the order of the dimensions."""

    customer_id: int
    name: str
    domain: str
    industry: str
    region: str
    csm: str
    evangelists: int
    statuses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def table(customers: CustomerQuerySet) -> tuple[list[Heading], Iterator[ExportRow]]:
    """The dimensions in use over their columns, and the customers in their order."""
    dimensions = list(Dimension.objects.shown())
    headings = [Heading(one.name, str(one.get_group_display()), one.definition) for one in dimensions]
    return headings, rows(customers, dimensions=dimensions)


def rows(customers: CustomerQuerySet, *, dimensions: Sequence[Dimension]) -> Iterator[ExportRow]:
    """The customers in their order, with their cells: three statements per chunk, memory for one chunk."""
    found = iter(customers.values_list(*COLUMNS).iterator(chunk_size=CHUNK))
    while chunk := list(islice(found, CHUNK)):
        ids = [row[0] for row in chunk]
        cells = _cells(ids, dimensions)
        evangelists = _evangelists(ids)
        for pk, name, domain, industry, region, csm, email in chunk:
            mine = [cells.get((pk, dimension.pk), ("", "")) for dimension in dimensions]
            yield ExportRow(
                pk,
                name,
                domain,
                industry,
                region,
                csm or email or "",
                evangelists.get(pk, 0),
                [status for status, _note in mine],
                [note for _status, note in mine],
            )


def _cells(ids: list[int], dimensions: Sequence[Dimension]) -> dict[tuple[int, int], tuple[str, str]]:
    found = Cell.objects.filter(customer_id__in=ids, dimension__in=dimensions)
    columns = found.values_list("customer_id", "dimension_id", "status", "note")
    return {(customer, dimension): (status, note) for customer, dimension, status, note in columns}


def _evangelists(ids: list[int]) -> dict[Any, int]:
    counted = Contact.objects.evangelists().filter(customer_id__in=ids).order_by().values_list("customer_id")
    return dict(counted.annotate(number=Count("pk")))
