"""Evangelists beside revenue: did customers with people who speak for us grow more than those without?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from core.models import Programme
from core.quarters import FiscalCalendar, Quarter
from references.reports.as_of import customers_as_of
from references.rules.growth import MOST, band, growth

LARGEST, QUARTERS_BACK = 20, 8
CHUNK = 2000
YEAR: Final = timedelta(days=365)
# Merged customers are left out on both sides: their survivor is the same company. Who has left has nothing now.
COMPARED: Final = """
    WITH earlier (customer_id, revenue, lifecycle) AS ({earlier}),
    evangelists AS (
        SELECT customer_id, COUNT(*) AS number FROM customers_contact
        WHERE left_on IS NULL AND NOT evangelist_level = 'no' GROUP BY customer_id
    ), both_sides AS (
        SELECT c.id, c.name, c.domain, COALESCE(e.number, 0) AS number,
            CASE WHEN w.lifecycle IN ('onboarding', 'live') AND w.revenue > 0 THEN w.revenue END AS before,
            CASE WHEN c.lifecycle = 'churned' AND c.churned_on <= %s THEN 0 ELSE c.recurring_revenue END AS now,
            CASE WHEN c.lifecycle = 'prospective' OR (c.lifecycle = 'churned' AND c.churned_on <= %s)
                THEN 0 ELSE 1 END AS is_active
        FROM customers_customer c
        LEFT JOIN earlier w ON w.customer_id = c.id
        LEFT JOIN evangelists e ON e.customer_id = c.id
        WHERE c.merged_into_id IS NULL
    )
"""
GROUPED: Final = f"""
    SELECT CASE WHEN number > {MOST} THEN {MOST} ELSE number END AS band,
        COUNT(CASE WHEN before IS NOT NULL AND now IS NOT NULL THEN 1 END),
        SUM(CASE WHEN now IS NOT NULL THEN before END), SUM(CASE WHEN before IS NOT NULL THEN now END),
        AVG((now - before) * 100.0 / before),
        COUNT(CASE WHEN before IS NULL THEN 1 END), COUNT(CASE WHEN before IS NOT NULL AND now IS NULL THEN 1 END)
    FROM both_sides WHERE is_active = 1 OR before IS NOT NULL GROUP BY 1
"""  # noqa: S608
# Those of whom the groups are made, the largest first.
CUSTOMERS: Final = """
    SELECT id, name, domain, number, before, now FROM both_sides
    WHERE before IS NOT NULL AND now IS NOT NULL ORDER BY before DESC, id
"""
LARGEST_ONES: Final = f"{CUSTOMERS} LIMIT {LARGEST}"


@dataclass(frozen=True)
class Group:
    """Customers with the same number of evangelists (the last: that many or more), then and now.

    `growth` is that of their revenue together, `mean` the average of the customers' own. `unknown_before` had no
    revenue then, or were no customers yet; of `unknown_now` nobody knows it today. Both are left out of the rest.
    """

    band: int
    customers: int = 0
    before: Decimal = Decimal(0)
    now: Decimal = Decimal(0)
    mean: Decimal | None = None
    unknown_before: int = 0
    unknown_now: int = 0

    @property
    def growth(self) -> Decimal | None:
        return growth(self.before, self.now)


@dataclass(frozen=True)
class Compared:
    """One of the customers that are compared, then and now."""

    pk: int
    name: str
    domain: str
    evangelists: int
    before: Decimal
    now: Decimal
    growth: Decimal

    @property
    def band(self) -> int:
        return band(self.evangelists)


@dataclass(frozen=True)
class Growth:
    """The whole comparison since an instant; `quarter` is the one that began with it, if one was chosen."""

    since: datetime
    quarter: Quarter | None
    groups: list[Group]
    largest: list[Compared]
    currency: str

    @property
    def compared(self) -> int:
        return sum(group.customers for group in self.groups)

    @property
    def unknown_before(self) -> int:
        return sum(group.unknown_before for group in self.groups)

    @property
    def unknown_now(self) -> int:
        return sum(group.unknown_now for group in self.groups)


def choices(calendar: FiscalCalendar, *, at: datetime) -> list[Quarter]:
    """The quarters since whose beginning growth can be asked for, the running one first."""
    running = calendar.quarter_at(at)
    return [running.shifted(-back) for back in range(QUARTERS_BACK)]


def since(quarter: Quarter | None, *, at: datetime) -> Growth:
    """Growth since the quarter began, or in the last 365 days."""
    programme = Programme.current()
    began = _began(quarter, programme.calendar, at=at)
    compared, asked = _compared(began, programme.calendar.day_of(at))
    found = {row[0]: _group(*row) for row in _rows(compared + GROUPED, asked)}
    largest = [_customer(*row) for row in _rows(compared + LARGEST_ONES, asked)]
    groups = [found.get(number, Group(number)) for number in range(MOST + 1)]
    return Growth(began, quarter, groups, largest, programme.currency)


def _began(quarter: Quarter | None, calendar: FiscalCalendar, *, at: datetime) -> datetime:
    return calendar.starts_at(quarter) if quarter else at - YEAR


def _compared(began: datetime, today: date) -> tuple[str, list[Any]]:
    """The beginning of a statement that knows every customer on both sides, and its values."""
    earlier, parameters = (
        customers_as_of(began).values("customer_id", "recurring_revenue", "lifecycle").query.sql_with_params()
    )
    day = connection.ops.adapt_datefield_value(today)
    return COMPARED.format(earlier=earlier), [*parameters, day, day]


def _rows(statement: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _group(
    number: int, customers: int, before: Any, now: Any, mean: Any, unknown_before: int, unknown_now: int
) -> Group:
    average = None if mean is None else Decimal(str(mean)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Group(number, customers, _amount(before), _amount(now), average, unknown_before, unknown_now)


def _customer(pk: int, name: str, domain: str, number: int, before: Any, now: Any) -> Compared:
    then, today = _amount(before), _amount(now)
    return Compared(pk, name, domain, number, then, today, growth(then, today) or Decimal(0))


def _amount(value: Any) -> Decimal:
    """SQLite adds amounts up as floating numbers."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def band_name(number: int) -> str:
    """0, 1, 2, 3+."""
    return f"{number}+" if number == MOST else str(number)


def export_header() -> list[str]:
    return [
        *(_("Evangelists"), _("Customers compared"), _("Revenue then"), _("Revenue now")),
        *(_("Growth together in %"), _("Average growth in %"), _("Without a figure then"), _("Without a figure now")),
    ]


def export_rows(found: Growth) -> Iterator[list[Any]]:
    for group in found.groups:
        line = [band_name(group.band), group.customers, group.before, group.now, group.growth, group.mean]
        yield [*line, group.unknown_before, group.unknown_now]


def customer_header() -> list[str]:
    who = [_("Customer"), _("Web domain"), _("Evangelists"), _("Group")]
    return [*who, _("Revenue then"), _("Revenue now"), _("Growth in %")]


def customer_rows(quarter: Quarter | None, *, at: datetime) -> Iterator[list[Any]]:
    """Every customer that the groups count, with the group that it is in; memory for one chunk of them."""
    calendar = Programme.current().calendar
    compared, asked = _compared(_began(quarter, calendar, at=at), calendar.day_of(at))
    with connection.chunked_cursor() as cursor:
        cursor.execute(compared + CUSTOMERS, asked)
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                one = _customer(*row)
                group = band_name(one.band)
                yield [one.name, one.domain, one.evangelists, group, one.before, one.now, one.growth]
