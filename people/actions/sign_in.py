"""The trail of log-ins and of changes to how a person logs in."""

from datetime import datetime

from core import audit
from core.models import User


def note(user: User, *, at: datetime) -> None:
    """A person has logged in."""
    audit.record("person.logged_in", user, by=user, at=at)


def note_change(user: User, *, change: str, at: datetime) -> None:
    """A person changed password or second factor; `change` is the log-in library's word, as `totp_activated`."""
    audit.record("person.sign_in_changed", user, by=user, at=at, change=change)
