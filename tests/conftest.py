"""What every test may lean on."""

import os
import signal
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from django.apps import apps
from django.core.cache import cache, caches
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models.signals import post_migrate

from core.choices import Role
from core.models import User
from references.models import Dimension
from refprogram.celery import app as celery_app
from refprogram.processes import SIGNALS
from tests.factories import person

# A busy machine is no failure: only what a property says may fail it.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("suite")


# Files of minutes: begun last, each would keep one worker busy while the others have nothing left to do.
LONGEST = frozenset(["test_permissions_table.py", "test_demo.py", "test_demo_start.py", "test_scan.py"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The plugin's own, but at the end PostgreSQL lets the database go whoever still holds it open.

    The browser's event loop runs in the thread of the tests, and inside it Django opens another connection.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True, scope="session")
def _ledgers_can_be_emptied_between_tests():
    """Tests that commit empty all tables afterwards; on SQLite that is a DELETE, which the ledgers' triggers refuse.

    So the triggers are taken away for the flush and put back after it. PostgreSQL truncates, past the triggers.
    """
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_without_triggers(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        flush(self, sql_list)
        with self.connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)

    operations.execute_sql_flush = flush_without_triggers
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True, scope="session")
def _the_catalogue_survives_an_emptying():
    """A test that commits empties all tables afterwards, the catalogues with them: they are put back."""

    def seed_again(sender, **kwargs):
        if sender.name == "customers":
            import_module("customers.migrations.0012_attributes").seed(apps, None)
        if sender.name == "references" and not Dimension.objects.exists():
            import_module("references.migrations.0002_catalogue").seed(apps, None)

    post_migrate.connect(seed_again, weak=False)
    yield
    post_migrate.disconnect(seed_again)


@pytest.fixture(autouse=True)
def _each_test_starts_with_an_empty_cache(monkeypatch):
    """Limits on log-ins are counted in the cache, which on Redis outlives a test."""
    for one in (cache, caches["menus"]):
        monkeypatch.setattr(one, "key_prefix", uuid4().hex, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _tasks_run_at_once():
    """No test leaves a message with a broker; what is sent to a worker is done on the spot."""
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)


@pytest.fixture(autouse=True)
def _static_files_need_no_collecting(settings):
    """Production looks addresses of static files up in a manifest, which only `collectstatic` writes, and lists all
    files when it starts, as every client of a test does."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def own_files(settings, tmp_path) -> Path:
    """Where uploaded files and results are kept, for this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, int]]:
    """What was sent to the workers: the name of the task and the number of the job."""
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr("core.tasks._send", lambda kind, job_id, expires: messages.append((kind, job_id)))
    return messages


@pytest.fixture
def maria(db) -> User:
    """Maria Chen, a CSM."""
    return person("Maria Chen", Role.CSM)


@pytest.fixture
def jonas(db) -> User:
    """Jonas Weber, another CSM."""
    return person("Jonas Weber", Role.CSM)


@pytest.fixture
def priya(db) -> User:
    """Priya Nair, the programme manager."""
    return person("Priya Nair", Role.PROGRAMME_MANAGER)


@pytest.fixture
def sam(db) -> User:
    """Sam Ortiz, a sales rep: reads the grid, edits no cell."""
    return person("Sam Ortiz", Role.SALES_REP)


@pytest.fixture
def lena(db) -> User:
    """Lena Fischer of sales management, who owns the quotas."""
    return person("Lena Fischer", Role.SALES_MANAGER)


@pytest.fixture
def _handlers_restored():
    """What starts and watches processes takes the signals over; the test run itself wants its own back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
