"""The database as referee: constraints and triggers that several models share."""

from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.models import CheckConstraint, Q

Row = TypeVar("Row", bound=models.Model)


def both_or_neither(first: str, second: str, *, name: str) -> CheckConstraint:
    """A check that two nullable columns, such as approved_at and approved_by, are filled together."""
    filled = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    empty = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    return CheckConstraint(condition=filled | empty, name=name)


class InsertOnlyError(TypeError):
    """Code tried to change or delete a row of a ledger."""


class InsertOnlyQuerySet(models.QuerySet[Row]):
    """Rows that are only ever added: update and delete are refused here as the database refuses them."""

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
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InsertOnlyError(f"{type(self).__name__} rows are never deleted.")


POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are insert-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def _add_triggers(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    quoted = schema_editor.quote_name(table)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
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


def insert_only_triggers(*tables: str) -> RunPython:
    """A migration operation after which the database itself refuses UPDATE and DELETE on the tables.

    SQLite drops triggers when it rebuilds a table: a migration that alters such a table ends with this again.
    """

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            _drop_triggers(table, schema_editor)
            _add_triggers(table, schema_editor)

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            _drop_triggers(table, schema_editor)

    return RunPython(forwards, backwards)
