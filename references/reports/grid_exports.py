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

CHUNK = 2_000
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
        statuses, notes = _cells(ids, dimensions)
        evangelists = _evangelists(ids)
        for pk, name, domain, industry, region, csm, email in chunk:
            who = (pk, name, domain, industry, region, csm or email or "")
            yield ExportRow(*who, evangelists.get(pk, 0), statuses[pk], notes[pk])


def _cells(ids: list[int], dimensions: Sequence[Dimension]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The statuses and the notes of each customer, in the order of the dimensions."""
    positions = {dimension.pk: position for position, dimension in enumerate(dimensions)}
    blank = [""] * len(positions)
    statuses, notes = {pk: blank.copy() for pk in ids}, {pk: blank.copy() for pk in ids}
    found = Cell.objects.filter(customer_id__in=ids, dimension__in=dimensions)
    columns = found.values_list("customer_id", "dimension_id", "status", "note").iterator(chunk_size=CHUNK)
    for customer, dimension, status, note in columns:
        position = positions[dimension]
        statuses[customer][position] = status
        notes[customer][position] = note
    return statuses, notes


def _evangelists(ids: list[int]) -> dict[Any, int]:
    counted = Contact.objects.evangelists().filter(customer_id__in=ids).order_by().values_list("customer_id")
    return dict(counted.annotate(number=Count("pk")))
