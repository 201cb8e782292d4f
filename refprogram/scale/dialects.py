"""What PostgreSQL and SQLite write differently in the statements of a bulk load."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection


def numbers(first: int, last: int) -> str:
    """A query for the whole numbers from first to last, as column `n`, in their order."""
    if connection.vendor == "postgresql":
        return f"SELECT n FROM generate_series({first}::bigint, {last}) n"
    return (
        f"WITH RECURSIVE counted (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counted WHERE n < {last}) "
        "SELECT n FROM counted"
    )


def instant(start: datetime, seconds: str) -> str:
    """The instant so many seconds after the start, as it is stored."""
    if connection.vendor == "postgresql":
        return f"timestamptz '{start:%Y-%m-%d %H:%M:%S}+00' + ({seconds}) * interval '1 second'"
    return f"datetime('{start:%Y-%m-%d %H:%M:%S}', ({seconds}) || ' seconds')"


def day(start: datetime, seconds: str, *, days: str = "0") -> str:
    """The day so many seconds after the start, and then so many days later."""
    if connection.vendor == "postgresql":
        return f"(date '{start:%Y-%m-%d}' + (({seconds}) / 86400 + ({days}))::int)"
    return f"date('{start:%Y-%m-%d}', (({seconds}) / 86400 + ({days})) || ' days')"


def json(text: str) -> str:
    """A text that holds JSON, as a JSON column takes it."""
    return f"({text})::jsonb" if connection.vendor == "postgresql" else f"({text})"


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[None]:
    """Inside, the tables have no secondary index and no foreign key; afterwards both are made again, over all rows.

    It must stand in a transaction. On PostgreSQL nobody else reads or writes the tables until that ends, so that
    nobody ever meets them bare; making a foreign key again checks every row. The triggers that keep ledgers
    insert-only stay where they are. On SQLite foreign keys are checked as ever, and only indexes are taken away.
    """
    again = _stripped_on_postgresql(tables) if connection.vendor == "postgresql" else _stripped_on_sqlite(tables)
    yield
    run(*again)


KINDS = {bool: "boolean", int: "bigint", str: "text"}


def lookup(table: str, columns: Sequence[str], rows: Iterable[tuple]) -> int:
    """A table for this session alone, with a rank from 0 in front of each row; returns how many there are."""
    ranked = [(rank, *row) for rank, row in enumerate(rows)]
    kinds = [KINDS[type(value)] for value in ranked[0][1:]]
    named = ", ".join(f"{column} {kind}" for column, kind in zip(columns, kinds, strict=True))
    run(f"CREATE TEMPORARY TABLE {table} (rank bigint, {named})")
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, {', '.join(['%s'] * len(columns))})", ranked)
    return len(ranked)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows_of(query: str, parameters: Sequence[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _stripped_on_postgresql(tables: Sequence[str]) -> list[str]:
    """Drop what can be made again, and return how: unique constraints and indexes first, foreign keys last."""
    run("SET LOCAL maintenance_work_mem = '256MB'", "SET LOCAL work_mem = '128MB'")
    constraints = rows_of(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('u', 'f') ORDER BY contype DESC, conname",
        [list(tables)],
    )
    for table, name, _definition in constraints:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = rows_of(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary ORDER BY 1",
        [list(tables)],
    )
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    added = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints]
    return [*(definition for _name, definition in indexes), *added]


def _stripped_on_sqlite(tables: Sequence[str]) -> list[str]:
    marks = ", ".join(["%s"] * len(tables))
    indexes = rows_of(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
        tables,
    )
    for name, _definition in indexes:
        run(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes]
