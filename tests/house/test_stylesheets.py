"""What stylesheets point to is there."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_addresses_in_a_stylesheet_lead_to_files_and_stand_in_no_variable(sheet):
    """An address in a variable is read from the stylesheet that uses the variable, which may lie elsewhere."""
    text = sheet.read_text()
    assert not re.search(r"--[\w-]+:\s*url\((?!\"?data:)", text)
    for address in re.findall(r"url\(\"?(?!data:)([^\")]+)", text):
        assert (sheet.parent / address).is_file(), address
