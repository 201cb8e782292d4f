"""Notices: told once per key, read, mailed."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import translation

from core.models import Notice, User

# Asked for the text while the language and the formats of the person who will read it are in force.
Words = Callable[[], str]
# The person, the key, the words and the address of one notice.
Told = tuple[User, str, Words, str]


def tell(people: Iterable[User], *, key: str, words: Words, url: str = "", at: datetime) -> None:
    """Leave a notice for each person; one that was told under the same key before is not told again."""
    tell_each([(person, key, words, url) for person in people], at=at)


def tell_each(told: Iterable[Told], *, at: datetime) -> None:
    """Leave many different notices in a statement for each thousand; known keys are skipped."""
    rows = []
    for person, key, words, url in told:
        with translation.override(person.locale):
            rows.append(Notice(to=person, key=key, text=words(), url=url, created_at=at))
    Notice.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)


def mark_read(user: User, *, newest: int | None = None, at: datetime) -> int:
    """Mark the notices of a person as read; returns how many were new. With `newest`, the id of the last one that the
    person was shown, those that came later stay unread."""
    unread = Notice.objects.visible_to(user).unread()
    if newest is not None:
        unread = unread.filter(pk__lte=newest)
    return unread.update(read_at=at)
