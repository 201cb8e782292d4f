"""The seal of a closing: SHA-256 over a text in which everything that was closed stands in one way only."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any


def line(values: Mapping[str, Any] | Sequence[Any]) -> str:
    """One line of the canonical text: JSON with sorted keys, instants in UTC, ended by a newline."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain) + "\n"


def seal(head: Mapping[str, Any], entries: Iterable[Sequence[Any]]) -> str:
    """The digest of the head's line and of a line per entry, taken as they come: memory does not grow with them."""
    digest = hashlib.sha256(line(head).encode())
    for entry in entries:
        digest.update(line(entry).encode())
    return digest.hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a sealed text")
