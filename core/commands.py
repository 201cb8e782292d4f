"""Commands of `manage.py` that work on the program's rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from core.errors import RuleBroken
from core.models import User


class ProgramCommand(BaseCommand):
    """Says in one line what is refused, and before anything else that the database is not there or not migrated."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            self._refuse_unmigrated()
        except OperationalError as trouble:
            raise CommandError(f"The database does not answer: {' '.join(str(trouble).split())}")
        try:
            return super().execute(*args, **options)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal

    def _refuse_unmigrated(self) -> None:
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run manage.py migrate")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is older than the program: run manage.py migrate")

    def person(self, email: str) -> User:
        """The active colleague with the address."""
        found: User | None = User.objects.active().filter(email__iexact=email.strip()).first()
        if found is None:
            raise CommandError(f"There is no active person with the address {email}.")
        return found

    def author(self, email: str | None) -> User | None:
        """Whose deed it is: the colleague with the address, or the program itself if none is given."""
        return self.person(email) if email else None
