"""How many cases a test makes up, and how they are counted."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

# What `python -m tests.fuzz --cases` asks for; none in the ordinary suite.
WANTED = int(os.environ.get("FUZZ_CASES", "0"))
THOROUGH = WANTED > 0


def number(few: int, share: float) -> int:
    """`few` in the suite; under the command, in so far as it is more, this share of all cases."""
    return max(few, round(WANTED * share))


def cases(few: int, share: float) -> Callable[[Any], Any]:
    """The settings of a property. A row that it needs may be made once for all its examples."""
    return settings(max_examples=number(few, share), deadline=None, suppress_health_check=list(HealthCheck))
