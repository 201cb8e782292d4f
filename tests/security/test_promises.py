"""SECURITY.md promises nothing that no test proves."""

import re

import pytest

from tests.house.files import ROOT

pytestmark = pytest.mark.static


def test_each_threat_names_a_test_that_there_is():
    threats = (ROOT / "SECURITY.md").read_text().partition("## Threats")[2].partition("\nKnown and kept")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 15
    for row in rows:
        proofs = re.findall(r"`([\w/]+\.(?:py|toml))`", row.rpartition(" | ")[2])
        assert proofs or "results below" in row, row
        assert not [path for path in proofs if not (ROOT / "tests" / path).exists()], row
