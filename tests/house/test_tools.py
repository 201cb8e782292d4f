"""The quality tools, run as `make check` and every test run do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django_migration_linter import MigrationLinter

from tests.house.files import APPS, ROOT, project_files

PRODUCTION = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "".join(chr(ord("0") + number) for number in range(70)),
    "ALLOWED_HOSTS": "references.example.com",
    "SITE_URL": "https://references.example.com",
}
# New columns carry a default, and no older code writes while a migration runs: it comes before the web server.
UNHARMFUL = ["NOT_NULL"]
# SQLite rebuilds the table for every change, which looks like a constraint put on afterwards.
if connection.vendor == "sqlite":
    UNHARMFUL += ["ADD_UNIQUE"]
PARTIALS = "partialdef,,endpartialdef"


def complaints(tool: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """What the tool has to say; empty if it is content."""
    command = [Path(sys.executable).with_name(tool), *arguments]
    # What browser tests set for themselves is none of production's.
    kept = {key: value for key, value in os.environ.items() if key != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(command, cwd=ROOT, env=kept | (environment or {}), capture_output=True, text=True)
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


@pytest.mark.static
def test_ruff_finds_nothing():
    assert not complaints("ruff", "check", ".")


@pytest.mark.static
def test_ruff_would_format_nothing_differently():
    assert not complaints("ruff", "format", "--check", ".")


@pytest.mark.static
def test_mypy_is_content_in_strict_mode():
    assert not complaints("mypy", *(app for app in APPS if (ROOT / app).exists()))


@pytest.mark.static
def test_every_import_contract_holds():
    assert not complaints("lint-imports")


@pytest.mark.static
def test_templates_are_indented_as_djhtml_indents():
    templates = map(str, project_files("*.html"))
    assert not complaints("djhtml", "--check", "--tabwidth", "2", "--extra-block", PARTIALS, *templates)


@pytest.mark.static
def test_templates_are_written_as_djade_writes(tmp_path):
    # djade cannot merely check, so it is given copies.
    copies = [tmp_path / "-".join(path.parts) for path in project_files("*.html")]
    for path, copy in zip(project_files("*.html"), copies, strict=True):
        copy.write_text((ROOT / path).read_text())
    assert not complaints("djade", "--target-version", "5.2", *map(str, copies))


@pytest.mark.static
def test_production_settings_pass_the_deployment_check():
    environment = PRODUCTION | {"HTTPS": "true"}
    assert not complaints("python", "manage.py", "check", "--deploy", "--fail-level=WARNING", environment=environment)


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_no_migration_would_stop_a_running_installation():
    ours = [app for app in APPS if (ROOT / app).exists()]
    linter = MigrationLinter(
        str(ROOT), include_apps=ours, no_cache=True, no_output=True, exclude_migration_tests=UNHARMFUL
    )
    linter.lint_all_migrations()
    assert linter.nb_total > 0
    assert linter.nb_erroneous == 0
