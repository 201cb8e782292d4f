"""`make` on a machine where something is missing says what, in one clear line."""

import os
import shutil
import subprocess

import pytest

from tests.house.files import ROOT

pytestmark = pytest.mark.static


@pytest.fixture
def clone(tmp_path):
    for name in ("Makefile", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


# A make inside `make test` would otherwise tell that it is one.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}


def make(folder, *arguments: str) -> list[str]:
    """What make reports when it fails, without its own last word."""
    done = subprocess.run(["make", *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode != 0
    return [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]


def python_that(folder, script: str) -> str:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"PYTHON={program}"


def test_a_missing_python_is_named(clone):
    (said,) = make(clone, "install", "PYTHON=/nowhere/python3")
    assert "install Python 3.11 or newer" in said


def test_an_old_python_is_named(clone):
    old = python_that(clone, 'case "$1" in --version) echo Python 3.8.1;; *) exit 1;; esac')
    (said,) = make(clone, "install", old)
    assert said.startswith("Python 3.8.1 is too old: Python 3.11 or newer is needed")


def test_a_failed_install_is_told_in_one_line_and_tried_again_next_time(clone):
    pip = "mkdir -p .venv/bin; printf '#!/bin/sh\\necho ERROR: no such package; exit 1' > .venv/bin/python"
    fresh = python_that(clone, f'if [ "$1" = -m ]; then {pip}; chmod +x .venv/bin/python; fi')
    for _attempt in range(2):
        (said,) = make(clone, "demo", fresh)
        assert said.startswith("Installing failed: ERROR: no such package")


def test_an_environment_that_is_up_to_date_is_left_alone(clone):
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".installed").touch()
    command = ["make", "install", "PYTHON=/nowhere"]
    done = subprocess.run(command, cwd=clone, env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
