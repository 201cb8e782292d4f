"""Notices: told once per key, read, mailed."""

from collections.abc import Iterable
from datetime import datetime

from core.models import Notice, User


def tell(people: Iterable[User], *, key: str, text: str, url: str = "", at: datetime) -> None:
    """Leave a notice for each person; one that was told under the same key before is not told again."""
    Notice.objects.bulk_create(
        [Notice(to=person, key=key, text=text, url=url, created_at=at) for person in people], ignore_conflicts=True
    )


def tell_each(told: Iterable[tuple[User, str, str, str]], *, at: datetime) -> None:
    """Leave many different notices, each as (person, key, text, url), in one statement; known keys are skipped."""
    Notice.objects.bulk_create(
        [Notice(to=person, key=key, text=text, url=url, created_at=at) for person, key, text, url in told],
        ignore_conflicts=True,
    )


def mark_read(user: User, *, at: datetime) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    return Notice.objects.visible_to(user).unread().update(read_at=at)
