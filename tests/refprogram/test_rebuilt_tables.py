"""A migration may change any table at any time; what guards the histories is still there afterwards."""

import pytest
from django.db import DatabaseError, connection
from django.db.models import CharField

from core.models import AuditEvent, Programme
from references.actions import closings
from references.models import Closing
from tests.references.ledger import FIVE_PAST, Q4, green


def guards():
    """The triggers of the database, by name and meaning."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
            if connection.vendor == "postgresql"
            else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
        return set(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Programme, AuditEvent])
def test_a_table_gets_a_column_after_a_quarter_was_closed(model):
    """The seal on history speaks of the programme; the audit trail has guards of its own."""
    green("Acme")
    closings.close(Q4, by=None, at=FIVE_PAST)
    before = guards()
    column = CharField(max_length=20, default="")
    column.set_attributes_from_name("word")
    column.model = model
    with connection.schema_editor() as editor:
        editor.add_field(model, column)
    try:
        assert guards() == before
        with pytest.raises(DatabaseError, match="insert-only"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_auditevent")
        assert Closing.objects.get().count == 1
    finally:
        with connection.schema_editor() as editor:
            editor.remove_field(model, column)
    assert guards() == before
