"""What the scanners are let loose on comes up, and they pretend to be everybody: a scan of nothing finds nothing."""

import pytest

from core.choices import Role
from refprogram.demo.cast import CAST, address
from tests.security.scan import limits
from tests.security.scan.__main__ import PEOPLE
from tests.security.scan.program import running


@pytest.mark.usefixtures("_handlers_restored")
def test_the_scanned_program_comes_up_and_bounds_guesses(tmp_path):
    with running(tmp_path, demo=False) as program:
        guesses = limits.guesses(program)
        with pytest.raises(RuntimeError, match="could not log in"):
            program.cookies("nobody@example.com")
        failures = program.failures()
    assert guesses.findings == []
    assert failures == set()


def test_every_role_is_pretended_to_be():
    assert {role for name, role in CAST if address(name) in PEOPLE.values()} == set(Role)
