"""Real files that stand beside the project; a test that needs one says so where it is absent."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared(name: str) -> Path:
    """The file in `shared/data` beside the checkout, or one level further up."""
    for beside in ROOT.parents[:2]:
        if (beside / "shared/data" / name).exists():
            return beside / "shared/data" / name
    pytest.skip(f"../shared/data/{name} is not here")
