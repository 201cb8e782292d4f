"""The grid: a page of customers with their cells in a constant number of queries, and the figures around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.utils.formats import number_format

from core.choices import Role
from core.models import Programme, User
from core.models.user import initials_of
from core.paging import Leading, keyset_page, page_ending_with
from core.prepared import Question
from core.quarters import Quarter
from customers.choices import EvangelistLevel, OwnerRole
from customers.models.customer import Customer, CustomerQuerySet
from references.choices import DimensionGroup, Status
from references.models import Dimension, QuarterTarget
from references.permissions import edits_cells_of_everyone
from references.reports import closings
from references.reports.counts import Present
from references.rules import pay

PAGE_SIZE = 100
CELLS: Final = """
    SELECT customer_id, dimension_id,
        status, note <> '', COALESCE(next_action_due < %s, FALSE) AND status <> 'green', version
    FROM references_cell WHERE customer_id IN ({})
"""
# `Contact.objects.evangelists()` by customer.
EVANGELISTS: Final = """
    SELECT customer_id, COUNT(*) FROM customers_contact
    WHERE left_on IS NULL AND evangelist_level <> %s AND customer_id IN ({}) GROUP BY customer_id
"""
LATEST_TARGET = Question(lambda label: QuarterTarget.objects.filter(quarter=label).order_by("-pk")[:1])
OWNER_COLUMNS = tuple(f"{role}_id" for role in OwnerRole.values)
CUSTOMER_COLUMNS = (
    "id",
    "name",
    "name_key",
    "industry",
    "region",
    "csm__name",
    "csm__email",
    "impact__tier",
    *OWNER_COLUMNS,
)


# What a cell shows in the grid, as the database tells it: its status, whether it has a note, whether its action is
# overdue, and the version an edit must name. There are 1,200 of them on a page, too many for names of their own.
Face = tuple[str, bool, bool, int]
BLANK: Face = ("", False, False, 0)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One customer; `faces` are in the order of the page's dimensions."""

    customer_id: int
    name: str
    industry: str
    region: str
    csm: str
    csm_initials: str
    evangelists: int
    tier: str
    may_edit: bool
    faces: list[Face]


@dataclass(frozen=True)
class GridPage:
    """Up to PAGE_SIZE rows with the cursors of the neighbouring pages."""

    dimensions: list[Dimension]
    rows: list[GridRow]
    next: str | None
    previous: str | None

    @property
    def is_whole(self) -> bool:
        """Whether the filter leaves no customers but these."""
        return self.next is None and self.previous is None

    def shows(self, customer: Customer) -> bool:
        return any(row.customer_id == customer.pk for row in self.rows)


@dataclass(frozen=True)
class Figures:
    """The numbers of the page head: the quarter's count as it stands, where it began and where it should end."""

    quarter: Quarter
    now: int | None
    opening: int | None
    target: int | None
    days_left: int

    @property
    def percent(self) -> Decimal:
        """Percent of the target reached; 0 where there is no target."""
        return pay.attainment(self.now or 0, self.target) or pay.NOTHING

    @property
    def percent_shown(self) -> str:
        """The same as a page tells it, which may be counted only after it."""
        places = 0 if self.percent == int(self.percent) else 1
        return "…" if self.now is None else number_format(self.percent, places, force_grouping=True)


def page(
    customers: CustomerQuerySet,
    *,
    dimensions: Sequence[Dimension],
    order: Sequence[str],
    leading: Leading | None,
    cursor: str | None,
    place: Any = None,
    user: User,
    today: date,
    programme: Programme,
) -> GridPage:
    """The page of the customers in this order that the cursor names, or that ends with the row `place`; with cells."""
    columns = dict.fromkeys([*CUSTOMER_COLUMNS, *(name.removeprefix("-") for name in order)])
    rows = customers.values_list(*columns, named=True)
    turn = partial(keyset_page, cursor=cursor) if place is None else partial(page_ending_with, place)
    found = turn(rows, order=order, leading=leading, size=PAGE_SIZE)
    ids = [row.id for row in found.rows]
    faces, evangelists, initials = _faces(ids, dimensions, today), _evangelists(ids), cache(initials_of)
    everyone, owns = edits_cells_of_everyone(user, programme), user.holds([Role.CSM])

    def grid_row(row: Any) -> GridRow:
        return GridRow(
            customer_id=row.id,
            name=row.name,
            industry=row.industry,
            region=row.region,
            csm=(csm := row.csm__name or row.csm__email or ""),
            csm_initials=initials(csm) if csm else "",
            evangelists=evangelists.get(row.id, 0),
            tier=row.impact__tier or "",
            may_edit=everyone or (owns and any(getattr(row, column) == user.pk for column in OWNER_COLUMNS)),
            faces=faces[row.id],
        )

    return GridPage(list(dimensions), [grid_row(row) for row in found.rows], found.next, found.previous)


def _faces(ids: Sequence[int], dimensions: Sequence[Dimension], today: date) -> dict[int, list[Face]]:
    """By customer, in the order of the dimensions."""
    place = {dimension.pk: number for number, dimension in enumerate(dimensions)}
    faces = {pk: [BLANK] * len(dimensions) for pk in ids}
    for row in _cells(ids, today):
        if row[1] in place:
            faces[row[0]][place[row[1]]] = row[2:]
    return faces


def _cells(ids: Sequence[int], today: date) -> list[tuple[Any, ...]]:
    """Plain SQL, because every page needs it: composing it anew would cost as much as reading the rows."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(", ".join(map(str, ids))), [today.isoformat()])
        return list(cursor.fetchall())


def is_overdue(status: str, due: date | None, today: date) -> bool:
    """Whether the cell's action is past its day while the cell is not Green."""
    return due is not None and due < today and status != Status.GREEN


def _evangelists(ids: Sequence[int]) -> dict[int, int]:
    """By customer; those without any are missing."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EVANGELISTS.format(", ".join(map(str, ids))), [EvangelistLevel.NONE])
        return dict(cursor.fetchall())


def figures(now: Present, *, is_counted: bool = True) -> Figures:
    """What the running quarter began with, has now (None unless it is to be counted) and aims at."""
    quarter = now.quarter
    target = LATEST_TARGET.first(quarter.label)
    return Figures(
        quarter=quarter,
        now=now.count if is_counted else None,
        opening=_opening(quarter),
        target=target.count if target else None,
        days_left=(now.calendar.ends_on(quarter) - now.today).days,
    )


def _opening(quarter: Quarter) -> int | None:
    """The corrected count of the last closing before the quarter, None if there is none."""
    before = closings.previous(quarter.label)
    return closings.corrected_count(before) if before else None


def groups(dimensions: Sequence[Dimension]) -> list[tuple[str, int]]:
    """The headings over the dimensions with the number of columns under each."""
    found = groupby(dimensions, attrgetter("group"))
    return [(str(DimensionGroup(group).label), len(list(members))) for group, members in found]
