"""Small things that are written at once, or in a moment, or not at all, so that nobody waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

BUSY = "locked"


@contextmanager
def at_once(*, milliseconds: int = 0) -> Iterator[None]:
    """SQLite has one writer at a time: while that is somebody else, such as an import, what is written inside is left
    out instead of waited for any longer. Elsewhere two write at the same moment, and this does nothing."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
        try:
            yield
        except OperationalError as refusal:
            if BUSY not in str(refusal):
                raise
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
