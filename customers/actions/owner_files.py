"""Owners that stand in a file of their own, as the sales agents of an export of opportunities do."""

from collections import Counter
from collections.abc import Iterable, Iterator

from core.tables import Row, Table, TableRefused
from customers.formats.columns import guess
from customers.formats.customer_columns import FIELDS, OWNERS
from customers.rules.names import name_key

NAME = [field for field in FIELDS if field.key == "name"]
OWNER = [field for field in FIELDS if field.key in OWNERS]


def owners_in(table: Table) -> dict[str, str]:
    """For each customer the colleague who stands beside it most often; among equals the one named last."""
    names, owners = guess(table.headers, NAME), guess(table.headers, OWNER)
    if not names or not owners:
        raise TableRefused("The file of owners needs a column with the customer and one with the owner.")
    name_at, owner_at = table.headers.index(next(iter(names))), table.headers.index(next(iter(owners)))
    counts: dict[str, Counter[str]] = {}
    latest: dict[tuple[str, str], int] = {}
    for row in table.rows:
        key, owner = name_key(row.values[name_at]), row.values[owner_at]
        if key and owner:
            counts.setdefault(key, Counter())[owner] += 1
            latest[key, owner] = row.number
    return {key: max(found, key=lambda owner: (found[owner], latest[key, owner])) for key, found in counts.items()}


def with_owners(table: Table, owners: dict[str, str], *, name_header: str, owner_header: str) -> Table:
    """The table with one more column that holds the owner found for the customer of the row."""
    at = table.headers.index(name_header)

    def rows(found: Iterable[Row]) -> Iterator[Row]:
        for row in found:
            yield Row(row.number, [*row.values, owners.get(name_key(row.values[at]), "")], row.problem)

    return Table([*table.headers, owner_header], rows(table.rows), table.notes, table.sheet, table.sheets)
