"""The database as referee: constraints and triggers that several models share."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from django.db import IntegrityError, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.models import CheckConstraint, Q

from core import prepared
from core.errors import RecordedTooLate

Row = TypeVar("Row", bound=models.Model)
OnTable = Callable[[str, BaseDatabaseSchemaEditor], None]


def both_or_neither(first: str, second: str, *, name: str) -> CheckConstraint:
    """A check that two nullable columns, such as approved_at and approved_by, are filled together."""
    filled = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    empty = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    return CheckConstraint(condition=filled | empty, name=name)


class InsertOnlyError(TypeError):
    """Code tried to change or delete a row of a ledger."""


TOO_LATE = "recorded before the end of sealed history"


@contextmanager
def late_rows_refused() -> Iterator[None]:
    """What the trigger of a sealed history says, in words a person can read."""
    try:
        yield
    except IntegrityError as error:
        if TOO_LATE not in str(error):
            raise
        raise RecordedTooLate from error


class InsertOnlyQuerySet(models.QuerySet[Row]):
    """Rows that are only ever added: update and delete are refused here as the database refuses them."""

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        with late_rows_refused():
            return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        raise InsertOnlyError(f"{self.model.__name__} rows are never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(f"{self.model.__name__} rows are never changed.")


class InsertOnlyModel(models.Model):
    """A ledger row: saved once, then immutable. A subclass's migration adds `insert_only_triggers`."""

    objects = InsertOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise InsertOnlyError(f"{type(self).__name__} rows are never changed.")
        with late_rows_refused():
            prepared.insert(self, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(f"{type(self).__name__} rows are never deleted.")


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are insert-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def _add_triggers(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    quoted = schema_editor.quote_name(table)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE_CHANGE, params=None)
        schema_editor.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON {quoted} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {quoted} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are insert-only'); END"
        )


def _drop_triggers(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS insert_only ON {schema_editor.quote_name(table)}")
        return
    for verb in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


SEALED_UNTIL = "(SELECT history_sealed_until FROM core_programme WHERE id = 1)"
# Once per statement, not per row: an import inserts a hundred thousand rows with one look at the programme.
REFUSE_LATE_ROWS = f"""
CREATE OR REPLACE FUNCTION refuse_late_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sealed_until timestamptz := {SEALED_UNTIL};
BEGIN
  IF EXISTS (SELECT 1 FROM added WHERE recorded_at < sealed_until) THEN
    RAISE EXCEPTION '{TOO_LATE}: %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608


def _add_seal(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE_LATE_ROWS, params=None)
        schema_editor.execute(
            f"CREATE TRIGGER sealed_history AFTER INSERT ON {schema_editor.quote_name(table)} "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_rows()"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER {table}_sealed_history BEFORE INSERT ON {table} "
        f"WHEN NEW.recorded_at < {SEALED_UNTIL} "
        f"BEGIN SELECT RAISE(ABORT, '{TOO_LATE}: {table}'); END"
    )


def _drop_seal(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS sealed_history ON {schema_editor.quote_name(table)}")
        return
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_sealed_history")


def insert_only_triggers(*tables: str) -> RunPython:
    """A migration operation after which the database itself refuses UPDATE and DELETE on the tables.

    SQLite drops triggers when it rebuilds a table: a migration that alters such a table ends with this again.
    """
    return _for_each(tables, _drop_triggers, _add_triggers)


def sealed_history_triggers(*tables: str) -> RunPython:
    """A migration operation after which the database refuses rows `recorded_at` before the programme's sealed history.

    For every table that a closing reads as of an instant. On SQLite it is repeated like `insert_only_triggers`.
    """
    return _for_each(tables, _drop_seal, _add_seal)


def _for_each(tables: Iterable[str], drop: OnTable, add: OnTable) -> RunPython:
    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            drop(table, schema_editor)
            add(table, schema_editor)

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            drop(table, schema_editor)

    return RunPython(forwards, backwards)
