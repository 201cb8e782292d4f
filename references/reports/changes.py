"""Cell changes as they come in: what a page that is open, or a program, has not seen yet.

Identifiers are given out when a change is written and seen when it is committed, so a small id may appear after a
larger one. A cursor therefore says how far a reader came and how many changes it saw in the window before that;
if there are more now, the window is read again. Where nobody was writing when the reader came that far, nothing can
appear in the window any more: then the question whether there is anything new costs next to nothing.
"""

from bisect import bisect_right
from dataclasses import dataclass

from django.db import connections
from django.db.models import Count, Q, QuerySet

from core.prepared import Question
from references.models import CellChange

WINDOW = 5_000
LIMIT = 2_000
# A standby does not know who writes on the primary.
# The newest is of the statement's snapshot, which is taken before it looks for locks.
FRONT = """
SELECT (SELECT MAX(id) FROM references_cellchange), NOT pg_is_in_recovery() AND NOT EXISTS (
    SELECT 1 FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation = 'references_cellchange'::regclass AND mode = 'RowExclusiveLock'
    AND pid IS DISTINCT FROM pg_backend_pid()
)"""
NEWER = Question(lambda last: CellChange.objects.filter(pk__gt=last).order_by().only("pk")[:1])


@dataclass(frozen=True)
class Cursor:
    """The last id that was read, and the number of changes in the window that ends with it.

    A window that was seen full has no room for more, and so it says as well that none can come.
    """

    last: int
    seen: int

    @classmethod
    def settled(cls, last: int) -> "Cursor":
        """Of a reader who saw all that will ever be found up to here."""
        return cls(last, WINDOW)

    @property
    def is_settled(self) -> bool:
        return self.seen >= WINDOW

    def __str__(self) -> str:
        return f"{self.last}.{self.seen}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor a text stands for; the very beginning for anything else, as for a number no database knows."""
        last, _dot, seen = text.partition(".")
        if not (text.isascii() and last.isdigit() and seen.isdigit() and len(last) < 19 and len(seen) < 19):
            return cls(0, 0)
        return cls(int(last), int(seen))


@dataclass(frozen=True)
class Changes:
    """Changes oldest first, and the cursor after them; `is_cut` when they are too many to be told one by one."""

    rows: list[CellChange]
    cursor: Cursor
    is_cut: bool = False


def latest_cursor() -> Cursor:
    """Where a page that is read now begins to listen."""
    last, is_settled = _front()
    return Cursor.settled(last) if is_settled else _cursor_at(last)


def since(cursor: Cursor) -> Changes | None:
    """What happened after the cursor; None if nothing did, which costs one small query."""
    found = _news(cursor, at_most=LIMIT + 1)
    if found is None:
        return None
    told, reached = found
    if len(told) > LIMIT:
        return Changes(rows=[], cursor=latest_cursor(), is_cut=True)
    return Changes(rows=list(_rows(told)), cursor=reached)


def page(cursor: Cursor, *, limit: int) -> Changes | None:
    """At most `limit` changes after the cursor, oldest first; None if there are none.

    A change that was committed late is told together with what is around it: readers may see a change twice, but
    miss none.
    """
    found = _news(cursor, at_most=limit)
    if found is None:
        return None
    told, reached = found
    return Changes(rows=list(_rows(told).select_related("owner", "evidence")), cursor=reached)


def cursor_after(change_id: int) -> Cursor:
    """The cursor of a reader who knows the id of the last change it has seen."""
    return _cursor_at(change_id)


def _news(cursor: Cursor, *, at_most: int) -> tuple[list[int], Cursor] | None:
    """The ids to be told, and the cursor after them; None if there are none.

    What was seen is what one statement saw: a change that is committed after it is counted by the next who asks.
    """
    if not _is_news(cursor):
        return None
    newest, is_settled = _front()
    first = cursor.last if cursor.is_settled else cursor.last - WINDOW
    after = CellChange.objects.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)
    ids = list(after[: WINDOW + at_most])
    old = bisect_right(ids, cursor.last)
    told = (ids if old > cursor.seen else ids[old:])[:at_most]
    last = told[-1]
    if is_settled and last <= newest:
        return told, Cursor.settled(last)
    earlier = CellChange.objects.filter(pk__gt=last - WINDOW, pk__lte=first).count()
    return told, Cursor(last, earlier + bisect_right(ids, last) - bisect_right(ids, last - WINDOW))


def _is_news(cursor: Cursor) -> bool:
    if cursor.is_settled:
        return NEWER.first(cursor.last) is not None
    found = CellChange.objects.filter(pk__gt=cursor.last - WINDOW).aggregate(
        before=Count("pk", filter=Q(pk__lte=cursor.last)), after=Count("pk", filter=Q(pk__gt=cursor.last))
    )
    return bool(found["after"] or found["before"] > cursor.seen)


def _rows(told: list[int]) -> QuerySet[CellChange]:
    return CellChange.objects.filter(pk__in=told).select_related("by", "dimension").order_by("pk")


def _front() -> tuple[int, bool]:
    """The newest change, and whether none with a smaller id can appear any more to who reads from now on.

    Ids up to the newest were given out before it was seen. Whoever holds one and has not committed yet holds the
    table's lock as well, so that nobody who is seen after it may hold one.
    """
    connection = connections[CellChange.objects.db]
    with connection.cursor() as cursor:
        # SQLite has one writer at a time, so that its ids appear in their order.
        if connection.vendor == "sqlite":
            cursor.execute("SELECT MAX(id), TRUE FROM references_cellchange")
        else:
            cursor.execute(FRONT)
        newest, is_settled = cursor.fetchone()
    return newest or 0, bool(is_settled)


def _cursor_at(last: int) -> Cursor:
    return Cursor(last, CellChange.objects.filter(pk__gt=last - WINDOW, pk__lte=last).count())
