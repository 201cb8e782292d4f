"""A web server that cannot work says so, and what it lacks, before the proxy sends people there."""

import os
import socket
import subprocess
import sys
from time import monotonic

import pytest
from django.db.migrations.recorder import MigrationRecorder

from tests.house.files import ROOT


def test_all_that_is_needed_is_there(db, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok", "cache": "ok"})


def test_a_database_that_waits_for_its_migration_is_not_ready(db, client):
    MigrationRecorder.Migration.objects.filter(app="references").latest("pk").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "not ready")


@pytest.mark.static
def test_servers_that_swallow_everything_are_given_up_within_seconds():
    """They accept the connection and never say a word, as behind a firewall that drops."""
    program = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client().get('/readyz', headers={'X-Forwarded-Proto': 'https'})\n"
        "print(answer.status_code, answer.content.decode())\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "refprogram.settings",
            "DATABASE_URL": f"postgres://nobody@127.0.0.1:{port}/none",
            "REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "SECRET_KEY": "x",
            "ALLOWED_HOSTS": "testserver",
            "HTTPS": "false",
        }
        began = monotonic()
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
    assert "503" in done.stdout, done.stderr
    assert done.stdout.count("unreachable") == 3
    assert monotonic() - began < 90
