"""Commands of ours on an installation that nobody has migrated yet."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from core.commands import ProgramCommand
from tests.house.files import APPS, ROOT

# `demo` migrates by itself.
OURS = sorted(name for name, app in get_commands().items() if app in APPS and name != "demo")
WORDS = {
    "import_customers": ["manage.py"],
    "import_grid": ["manage.py"],
    "create_user": ["ada@example.com", "--role", "administrator"],
    "create_api_token": ["ada@example.com"],
    "remove_second_factor": ["ada@example.com"],
    "close_quarter": ["2026-Q3"],
    "load_scale": ["--customers", "1"],
    "backup": ["refprogram.tar"],
    "restore": ["refprogram.tar"],
}
SCRIPT = """
import django, sys
from django.core.management import execute_from_command_line
for line in sys.stdin.read().splitlines():
    try:
        execute_from_command_line(["manage.py", *line.split()])
    except SystemExit as end:
        print(line.split()[0], end.code, file=sys.stderr)
"""


def test_every_command_says_in_one_line_that_there_are_no_tables(tmp_path):
    lines = [" ".join([name, *WORDS.get(name, [])]) for name in OURS]
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    settings = {"DJANGO_SETTINGS_MODULE": "refprogram.settings", "VAR_DIR": str(tmp_path), "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input="\n".join(lines),
        cwd=ROOT,
        env=kept | settings,
        capture_output=True,
        text=True,
    )
    refusal = "CommandError: The database has no tables yet: run manage.py migrate"
    assert done.stderr.splitlines() == [line for name in OURS for line in (refusal, f"{name} 1")]
    assert not done.stdout


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_looks_at_the_tables_first(name):
    assert isinstance(load_command_class(get_commands()[name], name), ProgramCommand)


def test_a_database_that_is_behind_the_program_is_told_apart(db, monkeypatch):
    monkeypatch.setattr("core.commands.MigrationExecutor.migration_plan", lambda *arguments: [("core", False)])
    with pytest.raises(CommandError, match="older than the program"):
        call_command("verify_closings", stdout=StringIO())
