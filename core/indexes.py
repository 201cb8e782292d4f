"""Migration operations on indexes that do not copy a table."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class WithoutOwnIndex(migrations.AlterField):
    """A foreign key loses the index that Django gives it; the field says `db_index=False`.

    `AlterField` does the same on PostgreSQL, but on SQLite it copies the whole table and leaves its triggers behind.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, model._meta.get_field(self.name).column
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, table)
        for name, found in constraints.items():
            is_plain = found["index"] and not found["unique"] and not found["primary_key"]
            if is_plain and found["columns"] == [column]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        name = f"{model._meta.db_table}_{self.name}"[:30]
        schema_editor.add_index(model, models.Index(fields=[self.name], name=name))
