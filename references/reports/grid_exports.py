"""The rows of the grid as they leave the program: all that match, a chunk at a time."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections

from customers.choices import EvangelistLevel
from customers.models import Attribute, Customer
from customers.models.customer import CustomerQuerySet
from references.formats.grid_sheets import Head, Heading
from references.models import Dimension

CHUNK = 2_000
COLUMNS = ("pk", "name", "domain", "industry", "region", "csm__name", "csm__email", "impact__tier")
# After the columns come the place in the order and the evangelists, then the attributes, then the cells.
FIRST_VALUE = len(COLUMNS) + 2
# A customer's cells side by side; one that nobody has written yet is blank.
PIVOTED: Final = """,
        MAX(status) FILTER (WHERE dimension_id = {pk}) AS status_{pk},
        MAX(note) FILTER (WHERE dimension_id = {pk}) AS note_{pk}"""
SELECTED: Final = ", COALESCE(status_{pk}, ''), COALESCE(note_{pk}, '')"
# Every attribute beside the customer, each from the index that finds a customer's value.
VALUE: Final = ", COALESCE(attribute_{pk}.value, '')"
JOINED: Final = """
    LEFT JOIN customers_attributevalue attribute_{pk}
        ON attribute_{pk}.customer_id = shown.pk AND attribute_{pk}.attribute_id = {pk}"""
# Where many are shown, to read every cell takes less time than to look theirs up.
NARROWED, MANY = "JOIN shown ON shown.pk = customer_id", 0.1
STATEMENT: Final = """
    WITH shown AS (SELECT found.*, ROW_NUMBER() OVER () AS place FROM ({shown}) found)
    SELECT shown.*, COALESCE(evangelists.number, 0){said}{selected}
    FROM shown
    LEFT JOIN (
        SELECT customer_id{pivoted} FROM references_cell {narrowed} GROUP BY customer_id
    ) cells ON cells.customer_id = shown.pk
    LEFT JOIN (
        SELECT customer_id, COUNT(*) AS number FROM customers_contact
        WHERE left_on IS NULL AND evangelist_level <> %s GROUP BY customer_id
    ) evangelists ON evangelists.customer_id = shown.pk{joined}
    ORDER BY shown.place
"""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One customer; statuses and notes are in the order of the dimensions, values in that of the attributes."""

    customer_id: int
    name: str
    domain: str
    industry: str
    region: str
    csm: str
    evangelists: int
    tier: str
    statuses: Sequence[str] = ()
    notes: Sequence[str] = ()
    values: Sequence[str] = ()


def table(customers: CustomerQuerySet) -> tuple[Head, Iterator[ExportRow]]:
    """What stands over the columns of the dimensions and attributes in use, and the customers in their order."""
    dimensions, attributes = list(Dimension.objects.shown()), list(Attribute.objects.active())
    headings = [Heading(one.name, str(one.get_group_display()), one.definition) for one in dimensions]
    head = Head(headings, [attribute.name for attribute in attributes])
    return head, rows(customers, dimensions=dimensions, attributes=attributes)


def rows(
    customers: CustomerQuerySet, *, dimensions: Sequence[Dimension], attributes: Sequence[Attribute] = ()
) -> Iterator[ExportRow]:
    """The customers in their order, with their cells: a statement after two counts, memory for one chunk."""
    try:
        shown, values = customers.values_list(*COLUMNS).query.sql_with_params()
    except EmptyResultSet:
        return
    pivoted, selected = (
        "".join(one.format(pk=dimension.pk) for dimension in dimensions) for one in (PIVOTED, SELECTED)
    )
    said, joined = ("".join(one.format(pk=attribute.pk) for attribute in attributes) for one in (VALUE, JOINED))
    narrowed = "" if customers.count() >= MANY * Customer.objects.count() else NARROWED
    sql = STATEMENT.format(shown=shown, pivoted=pivoted, selected=selected, narrowed=narrowed, said=said, joined=joined)
    first_cell = FIRST_VALUE + len(attributes)
    for row in _streamed(sql, [*values, EvangelistLevel.NONE], customers.db):
        pk, name, domain, industry, region, csm, email, tier, _place, evangelists = row[:FIRST_VALUE]
        who = (int(pk), name, domain, industry, region, csm or email or "", int(evangelists), tier or "")
        yield ExportRow(*who, row[first_cell::2], row[first_cell + 1 :: 2], row[FIRST_VALUE:first_cell])


def _streamed(sql: str, values: Sequence[Any], alias: str) -> Iterator[Sequence[str]]:
    """The lines of the answer; what is not wanted yet waits on the disk, not in memory."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            yield from _copied(cursor, sql, values)
            return
        cursor.execute(sql, values)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _copied(cursor: Any, sql: str, values: Sequence[Any]) -> Iterator[Sequence[str]]:
    """The same by COPY: the server plans it with helpers, which it never does for a cursor, in half the time."""
    query = cursor.mogrify(sql, values).decode()
    with TextIOWrapper(TemporaryFile(), encoding="utf-8", newline="") as text:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", text.buffer)
        text.seek(0)
        yield from csv.reader(text)
