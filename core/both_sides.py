"""What two people make of one row who had it open at the same time."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def three_way(
    seen: Mapping[str, Any], typed: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], set[str]]:
    """What of `theirs` a person takes who left it as `seen`, and the names that both changed, each otherwise. Of what
    is not known to be seen all that differs counts as changed by both."""
    differing = {name for name, value in typed.items() if value != theirs[name]}
    taken = {name: theirs[name] for name in differing if name in seen and seen[name] == typed[name]}
    return taken, {name for name in differing - taken.keys() if name not in seen or seen[name] != theirs[name]}


def mark(values: Mapping[str, Any]) -> int:
    """A version for a row that keeps none: it is another one whenever one of these values is."""
    told = json.dumps(values, sort_keys=True, default=str)
    return int(sha256(told.encode()).hexdigest()[:15], 16)
