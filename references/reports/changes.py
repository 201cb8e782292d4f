"""Cell changes as they come in: what a page that is open, or a program, has not seen yet.

Identifiers are given out when a change is written and seen when it is committed, so a small id may appear after a
larger one. A cursor therefore says how far a reader came and how many changes it saw in the window before that;
if there are more now, the window is read again.
"""

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Subquery

from references.models import CellChange

WINDOW = 5_000
LIMIT = 2_000


@dataclass(frozen=True)
class Cursor:
    """The last id that was read, and the number of changes in the window that ends with it."""

    last: int
    seen: int

    def __str__(self) -> str:
        return f"{self.last}.{self.seen}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor a text stands for; the very beginning for anything else."""
        last, _dot, seen = text.partition(".")
        if not (last.isascii() and last.isdigit() and seen.isascii() and seen.isdigit() and len(text) < 30):
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
    newest = CellChange.objects.order_by("-pk").values("pk")[:1]
    found = CellChange.objects.filter(pk__gt=Subquery(newest) - WINDOW).aggregate(last=Max("pk"), seen=Count("pk"))
    return Cursor(found["last"] or 0, found["seen"])


def since(cursor: Cursor) -> Changes | None:
    """What happened after the cursor; None if nothing did, which costs one small query."""
    start = _start(cursor)
    if start is None:
        return None
    found = list(_after(start)[: LIMIT + 1])
    if len(found) > LIMIT:
        return Changes(rows=[], cursor=latest_cursor(), is_cut=True)
    return Changes(rows=found, cursor=_cursor_at(max(found[-1].pk, cursor.last)))


def page(cursor: Cursor, *, limit: int) -> Changes | None:
    """At most `limit` changes after the cursor, oldest first; None if there are none.

    A change that was committed late is told together with what is around it: readers may see a change twice, but
    miss none.
    """
    start = _start(cursor)
    if start is None:
        return None
    rows = list(_after(start).select_related("owner", "evidence")[:limit])
    return Changes(rows=rows, cursor=_cursor_at(rows[-1].pk))


def cursor_after(change_id: int) -> Cursor:
    """The cursor of a reader who knows the id of the last change it has seen."""
    return _cursor_at(change_id)


def _start(cursor: Cursor) -> int | None:
    """The id after which to read on; None if nothing has come since."""
    found = CellChange.objects.filter(pk__gt=cursor.last - WINDOW).aggregate(
        before=Count("pk", filter=Q(pk__lte=cursor.last)), after=Count("pk", filter=Q(pk__gt=cursor.last))
    )
    if found["before"] > cursor.seen:
        return cursor.last - WINDOW
    return cursor.last if found["after"] else None


def _after(start: int) -> QuerySet[CellChange]:
    return CellChange.objects.filter(pk__gt=start).select_related("by", "dimension").order_by("pk")


def _cursor_at(last: int) -> Cursor:
    return Cursor(last, CellChange.objects.filter(pk__gt=last - WINDOW, pk__lte=last).count())
