"""Another account of the same machine cannot read, let alone copy, what the embedded program keeps in its folder."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from refprogram import private

ROOT = Path(__file__).parents[2]
WORKS = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS secrets (words text)")
    cursor.execute("INSERT INTO secrets VALUES ('their CFO hates us')")
    default_storage.save("evidence/2026/letter.txt", ContentFile(b"consent"))
    import subprocess; subprocess.run(["ls", "-lR", django.conf.settings.VAR_DIR], check=True)
"""


def work(var: Path, program: str = WORKS) -> str:
    """Lets others read what it makes, as most accounts do; tells what lies in the folder while the database is open."""
    ours = ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    kept |= {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "refprogram.settings"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=kept, umask=0o022, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rights(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def test_a_new_installation_is_closed_to_others(tmp_path):
    var = tmp_path / "var"
    listed = work(var)
    assert rights(var) == "700"
    assert {rights(path) for path in var.rglob("*") if path.is_file()} == {"600"}
    assert {rights(path) for path in var.rglob("*") if path.is_dir()} == {"700"}
    assert "-rw------- " in next(line for line in listed.splitlines() if line.endswith("refprogram.sqlite3-wal"))


def test_the_database_of_an_earlier_version_is_closed_and_its_folder_left_as_it_was_given(tmp_path):
    var = tmp_path / "shared"
    var.mkdir(mode=0o755)
    with closing(sqlite3.connect(var / "refprogram.sqlite3")) as before:
        before.execute("CREATE TABLE secrets (words text)")
    (var / "refprogram.sqlite3").chmod(0o644)
    work(var)
    assert (rights(var), rights(var / "refprogram.sqlite3")) == ("755", "600")


def test_what_cannot_be_closed_is_used_all_the_same(tmp_path):
    """A volume may belong to somebody else, or its file system know no rights."""
    refusing = "import pathlib\ndef chmod(*_given):\n    raise PermissionError\npathlib.Path.chmod = chmod\n"
    var = tmp_path / "volume"
    var.mkdir(mode=0o755)
    (var / "refprogram.sqlite3").touch(mode=0o644)
    work(var, refusing + WORKS)
    assert rights(var / "refprogram.sqlite3") == "644"


@pytest.mark.parametrize(("is_chosen", "left"), [(True, "755"), (False, "700")])
def test_a_folder_of_an_earlier_version_is_closed_where_nobody_chose_it(tmp_path, is_chosen, left):
    var = tmp_path / "var"
    var.mkdir(mode=0o755)
    private.make_folder(var, is_chosen=is_chosen)
    assert rights(var) == left
