"""What the program says when it refuses: words a user can read."""

from typing import Any


class RuleBroken(Exception):
    """A rule of the programme forbids what was asked; the message tells the user which and what to do."""


class StaleVersion(RuleBroken):
    """Somebody else saved first. `current` is what the database holds now; the caller keeps the user's own text."""

    def __init__(self, message: str, *, current: Any) -> None:
        super().__init__(message)
        self.current = current
