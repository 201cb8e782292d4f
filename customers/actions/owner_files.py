"""Owners that stand in a file of their own, as the sales agents of an export of opportunities do."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.tables import Row, Table, TableRefused
from customers.actions.customer_files import CustomerFiles
from customers.formats.columns import likeliest
from customers.formats.customer_columns import FIELDS, OWNERS
from customers.rules.names import name_key

OWNER_FILE = "Owner (from the file of owners)"
NAME = [field for field in FIELDS if field.key == "name"]
OWNER = [field for field in FIELDS if field.key in OWNERS]


def owners_in(table: Table) -> dict[str, str]:
    """For each customer the colleague who stands beside it most often; among equals the one named last."""
    names, owners = likeliest(table.headers, NAME), likeliest(table.headers, OWNER)
    if not names or not owners:
        raise TableRefused(_("The file of owners needs a column with the customer and one with the owner."))
    name_at, owner_at = table.headers.index(next(iter(names))), table.headers.index(next(iter(owners)))
    counts: dict[str, Counter[str]] = {}
    latest: dict[tuple[str, str], int] = {}
    for row in table.rows:
        key, owner = name_key(row.values[name_at]), row.values[owner_at]
        if key and owner:
            counts.setdefault(key, Counter())[owner] += 1
            latest[key, owner] = row.number
    return {key: max(found, key=lambda owner: (found[owner], latest[key, owner])) for key, found in counts.items()}


class FilesWithOwners(CustomerFiles):
    """Files of customers with one more column, `OWNER_FILE`, that holds the owner found for the customer of the row."""

    def __init__(self, owners: dict[str, str], *, name_header: str) -> None:
        self.owners, self.name_header = owners, name_header

    @contextmanager
    def opened(self, file: BinaryIO, *, sheet: str = "") -> Iterator[Table]:
        with super().opened(file, sheet=sheet) as table:
            rows = self._with_owners(table.rows, table.headers.index(self.name_header))
            table.headers, table.rows = [*table.headers, OWNER_FILE], rows
            yield table

    def _with_owners(self, rows: Iterator[Row], name_at: int) -> Iterator[Row]:
        for row in rows:
            owner = self.owners.get(name_key(row.values[name_at]), "")
            yield Row(row.number, [*row.values, owner], row.problem)
