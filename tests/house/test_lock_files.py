"""The lock files: hashed, named nowhere where they came from, and in agreement with pyproject.toml."""

import re
import tomllib

import pytest

from tests.house.files import ROOT

pytestmark = pytest.mark.static
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}


def locked(file: str) -> dict[str, str]:
    lines = re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", (ROOT / file).read_text(), flags=re.MULTILINE)
    return {normal(name): version for name, version in lines}


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_no_address(file):
    assert "://" not in (ROOT / file).read_text()


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_carries_its_hash(file):
    text = (ROOT / file).read_text().replace("\\\n", " ")
    assert not [line for line in text.splitlines() if line.strip() and "--hash=sha256:" not in line]


def test_what_is_asked_for_is_locked():
    development = PROJECT["optional-dependencies"]["dev"]
    assert wanted(PROJECT["dependencies"]) <= locked("requirements.lock").keys()
    assert wanted([*PROJECT["dependencies"], *development]) <= locked("requirements-dev.lock").keys()


def test_development_runs_on_what_production_runs_on():
    production, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: development.get(name) for name in production} == production
