"""What the program says when it refuses: words a user can read."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _


class RuleBroken(Exception):
    """A rule of the programme forbids what was asked; the message tells the user which and what to do. `field` is the
    column that is to be looked at, where it is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleVersion(RuleBroken):
    """Somebody else saved first. `current` is what the database holds now; the caller keeps the user's own text."""

    def __init__(self, message: str, *, current: Any) -> None:
        super().__init__(message)
        self.current = current


class Duplicate(RuleBroken):
    """What would be entered is there already, as `existing`; where it may be another one, the caller can say so."""

    def __init__(self, message: str, *, existing: Sequence[Any]) -> None:
        super().__init__(message)
        self.existing = list(existing)


class RecordedTooLate(RuleBroken):
    """History before this moment is sealed: a quarter ended and its closing began before the change was written."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A quarter was closed while this was being saved, so nothing was saved. "
                "Save it once more; it counts from now on."
            )
        )
