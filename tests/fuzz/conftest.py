"""Every test here says how many cases it tried, so that `python -m tests.fuzz` can add them up."""

import os
import re

import hypothesis
import pytest

from core.choices import Role
from tests.factories import person
from tests.fuzz.cases import THOROUGH

TRIED = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing(?: examples)?, (?:and )?(\d+) invalid")

if THOROUGH:
    hypothesis.settings.register_profile("fuzz", deadline=None, derandomize=False, print_blob=True)
    hypothesis.settings.load_profile("fuzz")


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    told = getattr(item, "hypothesis_statistics", None)
    if call.when == "call" and told:
        tried = sum(int(passed) + int(failed) for passed, failed, _invalid in TRIED.findall(told))
        item.user_properties.append(("cases", tried))
    yield


@pytest.fixture(autouse=True)
def _passwords_are_hashed_quickly(settings):
    """What is fuzzed is the form around the password, not how long its digest takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def hedda_of_all_roles(db):
    """Hedda Hero, who may do everything."""
    return person("Hedda Hero", Role.PROGRAMME_MANAGER, Role.CSM, Role.ADMINISTRATOR)


@pytest.fixture
def slow_after() -> float:
    """Seconds after which an answer is no answer."""
    return float(os.environ.get("FUZZ_SECONDS", "5"))
