"""The history of the cells as a table with a partition for each quarter, on PostgreSQL: docs/decisions/0015.

What is put together here is made of names that the database itself tells and of dates.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

TABLE, REST, AHEAD = "references_cellchange", "references_cellchange_rest", 4
# The one foreign key that leads here; a trigger takes its place, because it would need the partition's key.
LEADS_HERE = [("references_closingentry", "change_id")]
REFUSE_SECOND_VERSION = """
CREATE OR REPLACE FUNCTION refuse_second_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added a JOIN references_cellchange c ON c.customer_id = a.customer_id
      AND c.dimension_id = a.dimension_id AND c.version = a.version AND c.id <> a.id) THEN
    RAISE EXCEPTION 'duplicate key value violates unique constraint "one_change_per_cell_version"'
      USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END $$"""
REFUSE_UNKNOWN_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_unknown_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added a WHERE a.change_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM references_cellchange c WHERE c.id = a.change_id)) THEN
    RAISE EXCEPTION 'a closing entry names a change that is not in history' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$"""
AFTER_INSERT = (
    "CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
)


class Refused(Exception):
    """The table is not as it was when this was written."""


@contextmanager
def _cursor() -> Iterator[CursorWrapper]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '30s'")
        yield cursor


def _rows(cursor: CursorWrapper, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    cursor.execute(statement, parameters or None)
    return list(cursor.fetchall())


def is_partitioned() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        return bool(_rows(cursor, "SELECT 1 FROM pg_partitioned_table WHERE partrelid = %s::regclass", TABLE))


def convert(at: datetime) -> int:
    """Copy the table into one with partitions, with all that hangs on it; the number of rows.

    One transaction: until it ends readers and writers wait, and if it fails nothing has changed.
    """
    with _cursor() as cursor:
        cursor.execute(f"LOCK TABLE {TABLE}, references_closingentry IN ACCESS EXCLUSIVE MODE")
        parts = _parts(cursor)
        _set_aside(cursor, parts)
        cursor.execute(
            f"CREATE TABLE {TABLE} (LIKE {TABLE}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY"
            " INCLUDING STORAGE INCLUDING COMMENTS) PARTITION BY RANGE (recorded_at)"
        )
        cursor.execute(f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT")
        ((first,),) = _rows(cursor, f"SELECT COALESCE(min(recorded_at), %s) FROM {TABLE}_whole", at)
        _make_partitions(cursor, first, at)
        cursor.execute(f"INSERT INTO {TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM {TABLE}_whole")
        copied = int(cursor.rowcount)
        _go_on_counting(cursor)
        cursor.execute(f"DROP TABLE {TABLE}_whole")
        _hang_on(cursor, parts)
        cursor.execute(f"ANALYZE {TABLE}")
    return copied


def _parts(cursor: CursorWrapper) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that hangs on the table, in the words in which it is made."""
    constraints = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = '{}'"
    )
    parts = {kind: _rows(cursor, constraints.format(kind), TABLE) for kind in "puf"}
    parts["indexes"] = _rows(
        cursor,
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisunique FROM pg_index"
        " WHERE indrelid = %s::regclass",
        TABLE,
    )
    parts["triggers"] = _rows(
        cursor,
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        TABLE,
    )
    parts["leading here"] = _rows(
        cursor,
        "SELECT c.conrelid::regclass::text, a.attname, c.conname FROM pg_constraint c JOIN pg_attribute a"
        " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.confrelid = %s::regclass AND c.contype = 'f'",
        TABLE,
    )
    others = [found for found in parts["leading here"] if found[:2] not in LEADS_HERE]
    if others or [name for name, _definition in parts["u"]] != ["one_change_per_cell_version"]:
        raise Refused(f"{TABLE} has keys that are not known here: {others or parts['u']}")
    return parts


def _set_aside(cursor: CursorWrapper, parts: dict[str, list[tuple[Any, ...]]]) -> None:
    for table, _column, name in parts["leading here"]:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(f"ALTER TABLE {TABLE} RENAME TO {TABLE}_whole")
    for number, (name, _definition, _is_unique) in enumerate(parts["indexes"]):
        cursor.execute(f"ALTER INDEX {name} RENAME TO {TABLE}_whole_{number}")


def _go_on_counting(cursor: CursorWrapper) -> None:
    """The new table gives its numbers from where the old one stood."""
    name = "SELECT pg_get_serial_sequence(%s, 'id')"
    ((old,),), ((new,),) = _rows(cursor, name, f"{TABLE}_whole"), _rows(cursor, name, TABLE)
    cursor.execute(f"SELECT setval('{new}', last_value, is_called) FROM {old}")
    cursor.execute(f"ALTER SEQUENCE {old} RENAME TO {TABLE}_whole_numbers")
    cursor.execute(f"ALTER SEQUENCE {new} RENAME TO {old.rpartition('.')[2]}")


def _hang_on(cursor: CursorWrapper, parts: dict[str, list[tuple[Any, ...]]]) -> None:
    """What hung on the table, with the partition's key where it must be, and a trigger for what that loses."""
    for name, definition in [*parts["p"], *parts["u"]]:
        cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {definition[:-1]}, recorded_at)")
    for _name, definition, is_unique in parts["indexes"]:
        if not is_unique:
            cursor.execute(definition)
    for name, definition in parts["f"]:
        cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {definition}")
    for _name, definition in parts["triggers"]:
        cursor.execute(definition)
    cursor.execute(REFUSE_SECOND_VERSION)
    cursor.execute(AFTER_INSERT.format(name="one_change_per_version", table=TABLE, function="refuse_second_version"))
    cursor.execute(REFUSE_UNKNOWN_CHANGE)
    table, _column = LEADS_HERE[0]
    cursor.execute(AFTER_INSERT.format(name="change_in_history", table=table, function="refuse_unknown_change"))
    for partition in _partitions(cursor):
        _guard(cursor, partition)


def _guard(cursor: CursorWrapper, partition: str) -> None:
    """What a statement on the partition itself would pass by, and the key that holds inside of one."""
    cursor.execute(f"CREATE UNIQUE INDEX {partition}_version ON {partition} (customer_id, dimension_id, version)")
    for name, function in (("sealed_history", "refuse_late_rows"), ("one_change_per_version", "refuse_second_version")):
        cursor.execute(AFTER_INSERT.format(name=name, table=partition, function=function))


def _partitions(cursor: CursorWrapper) -> list[str]:
    found = _rows(cursor, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", TABLE)
    return sorted(name for (name,) in found)


def _make_partitions(cursor: CursorWrapper, first: datetime, at: datetime) -> list[str]:
    """Those that are missing, from the quarter of `first` to AHEAD quarters after the one of `at`, in UTC."""
    known, made = set(_partitions(cursor)), []
    for number in range(_quarter(first), _quarter(at) + AHEAD + 1):
        name = f"{TABLE}_{number // 4}q{number % 4 + 1}"
        if name not in known:
            bounds = f"FROM ('{_start(number)}') TO ('{_start(number + 1)}')"
            cursor.execute(f"CREATE TABLE {name} PARTITION OF {TABLE} FOR VALUES {bounds}")
            made.append(name)
    return made


def _quarter(at: datetime) -> int:
    moment = at.astimezone(UTC)
    return moment.year * 4 + (moment.month - 1) // 3


def _start(number: int) -> str:
    return datetime(number // 4, number % 4 * 3 + 1, 1, tzinfo=UTC).isoformat()


def extend(at: datetime) -> list[str]:
    """Make the partitions of the quarters to come, and have the planner know the table; the names of those made."""
    if not is_partitioned():
        return []
    with _cursor() as cursor:
        made = _make_partitions(cursor, at, at)
        for partition in made:
            _guard(cursor, partition)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")
    return made
