"""Rows written by the ten thousand: COPY on PostgreSQL, plain tuples through one prepared statement on SQLite.

Rows are sequences of values in the order of the columns, which are named as the model's attributes are (`csm_id`).
Models are spared, and with them `save` and its checks: the database's own constraints and triggers stay in force.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from core.constraints import late_rows_refused

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# The number under which the database knows those who write so; nothing else of the program locks by number.
QUEUE = 0x1A9F
Rows = Iterable[Sequence[Any]]


def queue_up() -> None:
    """Wait until nobody else is in the middle of such work, and keep others waiting until the transaction ends.

    Two imports that meet a new customer at the same moment do not see each other's rows, and would both enter it.
    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [QUEUE])


def renew_statistics() -> None:
    """Let SQLite see anew what its indexes tell apart, by which it chooses among them; PostgreSQL looks by itself.

    A sample of each index is read, which takes some milliseconds however many rows there are.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 400")
            cursor.execute("ANALYZE")


def numbers(model: type[Model], count: int) -> list[int]:
    """As many primary keys that nobody else gets, in rising order. On SQLite the transaction must be writing."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, count]
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
    return list(range(last + 1, last + count + 1))


def insert(model: type[Model], columns: Sequence[str], rows: Rows) -> None:
    """Add rows. Columns that are not named take the model's default; a primary key that is not, the next number."""
    named = [_field(model, column) for column in columns]
    others = [field for field in model._meta.concrete_fields if field not in named and not field.primary_key]
    defaults = tuple(field.get_default() for field in others)
    with late_rows_refused():
        _take_in(model._meta.db_table, [*named, *others], ((*row, *defaults) for row in rows))


def update(model: type[Model], columns: Sequence[str], rows: Rows) -> None:
    """Change rows that are there and locked. The first value of each row is its primary key, the others follow."""
    rows = list(rows)
    if not rows:
        return
    table, key = _quoted(model._meta.db_table), model._meta.pk
    fields = [_field(model, column) for column in columns]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            pairs = ", ".join(f"{_column(field)} = %s" for field in fields)
            statement = f"UPDATE {table} SET {pairs} WHERE {_column(key)} = %s"  # noqa: S608
            cursor.executemany(statement, [(*values, pk) for pk, *values in _prepared([key, *fields], rows)])
            return
        names = ", ".join(_column(field) for field in [key, *fields])
        pairs = ", ".join(f"{_column(field)} = staged.{_column(field)}" for field in fields)
        cursor.execute(f"CREATE TEMPORARY TABLE staged AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
        _take_in("staged", [key, *fields], rows)
        joined = f"staged.{_column(key)} = {table}.{_column(key)}"
        cursor.execute(f"UPDATE {table} SET {pairs} FROM staged WHERE {joined}")  # noqa: S608
        cursor.execute("DROP TABLE staged")


def _take_in(table: str, fields: Sequence[Any], rows: Rows) -> None:
    names = ", ".join(_column(field) for field in fields)
    rows = list(rows)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, list(_prepared(fields, rows)))
            return
        lines = io.StringIO("".join("\t".join(map(_written, row)) + "\n" for row in rows))
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {_quoted(table)} ({names}) FROM STDIN", lines)


def _prepared(fields: Sequence[Any], rows: Rows) -> Iterator[list[Any]]:
    """The values as the database's driver takes them."""
    prepare = [field.get_db_prep_save for field in fields]
    for row in rows:
        yield [one(value, connection) for one, value in zip(prepare, row, strict=True)]


def _written(value: Any) -> str:
    """The value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, dict | list):
        return json.dumps(value).translate(ESCAPES)
    return str(value)


def _field(model: type[Model], column: str) -> "Field[Any, Any]":
    return model._meta.get_field(column)  # type: ignore[return-value]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _column(field: Any) -> str:
    return _quoted(field.column)
