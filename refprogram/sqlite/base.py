"""The database backend that `ENGINE` names in an embedded installation."""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base, schema
from django.db.models import Model

from refprogram import private

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _remake_table(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        """Rebuild a table with the triggers out of the way.

        Those of the table itself would go with the old one, unnoticed. Those that speak of it, as the seal on history
        speaks of the programme, make the renaming of the new one fail.
        """
        with self.connection.cursor() as cursor:
            triggers = cursor.execute(TRIGGERS).fetchall()
        for name, _sql in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]
        for _name, sql in triggers:
            self.execute(sql, params=None)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.is_in_memory_db():
            private.close_database(Path(conn_params["database"]))
        return super().get_new_connection(conn_params)
