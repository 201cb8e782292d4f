"""The counts under the grid and beside its filters: over all customers that are left, not only those of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, cast

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.connection import ConnectionProxy

from customers.models.customer import CustomerQuerySet
from references.models import Dimension
from references.models.cell import CellQuerySet
from references.reports.grid import GridPage

shared = ConnectionProxy(caches, "counts")
# Above so many customers the counts come after the page: they read every Green there is.
COUNTED_AT_ONCE = 2_000
# For so long it is remembered which filters leave so many: counting up to that many may take longer than the page.
MANY_SECONDS = 60
# A page asks for such counts a second later than that (grid-live.js), so that it sees what was just written.
SHARED_SECONDS = 5
# By dimension, and without one, of how many customers an action is overdue.
COUNTS: Final = """
    WITH shown (id) AS ({shown})
    SELECT dimension_id, COUNT(*) FROM references_cell
    WHERE status = 'green' AND dimension_id IN ({columns}) AND customer_id IN (SELECT id FROM shown)
    GROUP BY dimension_id
    UNION ALL SELECT NULL, COUNT(*) FROM shown WHERE id IN ({late})
"""


@dataclass(frozen=True)
class Footer:
    """Over all filtered customers, not only the page: how many there are, how many are Green per dimension id, and
    of how many an action is overdue.

    All are None where they are so many that the page is shown first and counted afterwards.
    """

    customers: int | None
    greens: dict[int, int] | None
    overdue: int | None


UNCOUNTED = Footer(customers=None, greens=None, overdue=None)


def footer(customers: CustomerQuerySet, dimensions: Sequence[Dimension], *, overdue: CellQuerySet) -> Footer:
    """The counts under the grid and beside its filters.

    Of more customers than COUNTED_AT_ONCE they may be as old as SHARED_SECONDS, because everybody who looks at them
    wants them again whenever somebody edits.
    """
    counts = _Counts.of(customers, dimensions, overdue)
    if counts is None:
        return Footer(customers=0, greens={}, overdue=0)
    number = counts.number(at_most=COUNTED_AT_ONCE + 1)
    if number <= COUNTED_AT_ONCE:
        return counts.footer(number)
    return cast(Footer, shared.get_or_set(counts.key, lambda: counts.footer(counts.number()), SHARED_SECONDS))


def footer_of(page: GridPage, customers: CustomerQuerySet, *, overdue: CellQuerySet) -> Footer:
    """The same as it stands under a page of the customers; of more than COUNTED_AT_ONCE it says nothing."""
    counts = _Counts.of(customers, page.dimensions, overdue)
    if counts is None:
        return Footer(customers=0, greens={}, overdue=0)
    if page.is_whole:
        return counts.footer(len(page.rows))
    many = f"{counts.key}-many"
    if shared.get(many):
        return UNCOUNTED
    number = counts.number(at_most=COUNTED_AT_ONCE + 1)
    if number <= COUNTED_AT_ONCE:
        return counts.footer(number)
    shared.set(many, True, MANY_SECONDS)
    return UNCOUNTED


@dataclass(frozen=True)
class _Counts:
    """The filter put into SQL once for all counts; Django would do so for each anew."""

    shown: str
    shown_values: tuple[Any, ...]
    late: str
    late_values: tuple[Any, ...]
    columns: str

    @classmethod
    def of(
        cls, customers: CustomerQuerySet, dimensions: Sequence[Dimension], overdue: CellQuerySet
    ) -> "_Counts | None":
        """None where the filter can leave nobody."""
        try:
            shown = customers.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None
        late = overdue.order_by().values("customer_id").query.sql_with_params()
        return cls(*shown, *late, ", ".join(str(dimension.pk) for dimension in dimensions) or "NULL")

    @property
    def key(self) -> str:
        """All that the counts depend on but the rows themselves: whose customers, which day, which columns."""
        return "grid-footer-" + sha256(repr(self).encode()).hexdigest()

    def number(self, *, at_most: int | None = None) -> int:
        limit = "" if at_most is None else f" LIMIT {at_most}"
        with connection.cursor() as cursor:
            sql = f"SELECT COUNT(*) FROM ({self.shown}{limit}) shown"  # noqa: S608  Django's own SQL
            cursor.execute(sql, self.shown_values)
            (number,) = cursor.fetchone()
        return int(number)

    def footer(self, number: int) -> Footer:
        sql = COUNTS.format(shown=self.shown, columns=self.columns, late=self.late)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self.shown_values, *self.late_values])
            greens = dict(cursor.fetchall())
        return Footer(customers=number, overdue=greens.pop(None), greens=greens)
