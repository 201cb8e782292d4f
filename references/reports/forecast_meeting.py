"""The forecast meeting: what must happen for the target, by owner and day, and where it is stuck (M43, M45)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q, QuerySet

from core.quarters import Quarter
from references.choices import Confidence, Status
from references.models import Cell, Dimension
from references.models.cell import PLANNED, CellQuerySet
from references.reports import forecasts
from references.reports.counts import Present

WHATS = (*Confidence.values, "losses", "undecided")
ACCOUNTS_SHOWN = 12
ORDER = ("responsible", "next_day", "customer_name", "pk")


@dataclass(frozen=True)
class Wanted:
    """What the page was asked to show; `query` is the same as a query string."""

    quarter: Quarter
    what: str = ""
    owner: int | None = None
    late: bool = False
    blocked: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.what or self.owner is not None or self.late or self.blocked)

    def query(self, **changes: object) -> str:
        """The query string with some filters changed; the place in the list is not kept."""
        values: dict[str, object] = {
            "quarter": self.quarter.label,
            "what": self.what,
            "owner": "" if self.owner is None else self.owner,
            "late": "1" if self.late else "",
            "blocked": "1" if self.blocked else "",
        }
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})


def in_play(quarter: Quarter, *, now: Present) -> CellQuerySet:
    """Open pay-trigger cells that somebody has planned something for, unless it is for a later quarter."""
    ends_on = now.calendar.ends_on(quarter)
    this_quarter = Q(forecast_on__isnull=True) | Q(forecast_on__lte=ends_on)
    return forecasts.open_cells(quarter, now=now).filter(PLANNED, this_quarter)


def late(today: date) -> Q:
    """The expected day or the next action's day has passed; `rules.forecasts.is_late` as SQL."""
    return Q(forecast_on__lt=today) | Q(next_action_due__lt=today)


def rows(wanted: Wanted, *, now: Present) -> "QuerySet[Any]":
    """The cells the page lists, in its order; each with `responsible`, `next_day` and `customer_name`."""
    cells = _of_kind(wanted, now)
    if wanted.late:
        cells = cells.filter(late(now.today))
    if wanted.blocked:
        cells = cells.exclude(blocker="")
    worked = forecasts.worked(cells)
    return worked if wanted.owner is None else worked.filter(responsible_id=wanted.owner)


def _of_kind(wanted: Wanted, now: Present) -> CellQuerySet:
    if wanted.what == "losses":
        return forecasts.losses(wanted.quarter, now=now)
    if wanted.what == "undecided":
        return in_play(wanted.quarter, now=now).filter(Q(forecast_confidence="") | Q(forecast_on__isnull=True))
    if wanted.what:
        return forecasts.hopes(wanted.quarter, now=now).filter(forecast_confidence=wanted.what)
    return in_play(wanted.quarter, now=now)


@dataclass(frozen=True)
class Load:
    """What one owner, dimension or account has in hand."""

    name: str
    key: int
    commit: int = 0
    best_case: int = 0
    actions: int = 0
    late: int = 0
    blocked: int = 0


def by_owner(quarter: Quarter, *, now: Present) -> list[Load]:
    """The pay trigger's cells in play by the colleague responsible, most promises first."""
    groups = (
        forecasts.worked(in_play(quarter, now=now))
        .order_by()
        .values_list("responsible", "responsible_id")
        .annotate(
            commits=Count("pk", filter=Q(forecast_confidence=Confidence.COMMIT)),
            best=Count("pk", filter=Q(forecast_confidence=Confidence.BEST_CASE)),
            actions=Count("pk", filter=~Q(next_action="")),
            late=Count("pk", filter=late(now.today)),
            blocked=Count("pk", filter=~Q(blocker="")),
        )
    )
    return sorted((Load(*group) for group in groups), key=lambda load: (-load.commit, -load.best_case, load.name))


def by_dimension(*, today: date) -> list[Load]:
    """Next actions and blockers of all dimensions, in the grid's order; counted in the two indexes of just these."""
    open_cells = Cell.objects.unmerged().exclude(status=Status.GREEN).order_by().values_list("dimension_id")
    acting = open_cells.exclude(next_action="").annotate(
        actions=Count("customer"), late=Count("customer", filter=Q(next_action_due__lt=today))
    )
    acts = {dimension: (actions, late) for dimension, actions, late in acting}
    blocks = dict(open_cells.exclude(blocker="").annotate(blocked=Count("customer")))
    loads = []
    for dimension in Dimension.objects.filter(pk__in={*acts, *blocks}):
        actions, late = acts.get(dimension.pk, (0, 0))
        blocked = blocks.get(dimension.pk, 0)
        loads.append(Load(dimension.name, dimension.pk, actions=actions, late=late, blocked=blocked))
    return loads


# Two indexes read side by side and summed up: as one condition with OR it would be a look at every cell.
MOST_STUCK = """
    SELECT customer_id FROM (
        SELECT customer_id, 1 AS blocked, 0 AS late FROM references_cell
        WHERE NOT (blocker = '') AND NOT (status = 'green')
        UNION ALL
        SELECT customer_id, 0, 1 FROM references_cell WHERE next_action_due < %s AND NOT (status = 'green')
    ) stuck WHERE NOT EXISTS (
        SELECT 1 FROM customers_customer c WHERE c.id = stuck.customer_id AND c.merged_into_id IS NOT NULL
    ) GROUP BY customer_id ORDER BY SUM(blocked) DESC, SUM(late) DESC, customer_id LIMIT %s
"""


def by_account(*, today: date) -> list[Load]:
    """The accounts with the most blockers and overdue actions over all dimensions."""
    with connection.cursor() as cursor:
        cursor.execute(MOST_STUCK, [connection.ops.adapt_datefield_value(today), ACCOUNTS_SHOWN])
        ids = [customer_id for (customer_id,) in cursor.fetchall()]
    open_cells = Cell.objects.filter(customer_id__in=ids).exclude(status=Status.GREEN).order_by()
    groups = open_cells.values_list("customer__name", "customer_id").annotate(
        actions=Count("pk", filter=~Q(next_action="")),
        late=Count("pk", filter=Q(next_action_due__lt=today)),
        blocked=Count("pk", filter=~Q(blocker="")),
    )
    loads = [
        Load(name, key, actions=actions, late=late, blocked=blocked) for name, key, actions, late, blocked in groups
    ]
    return sorted(loads, key=lambda load: ids.index(load.key))


def exported(wanted: Wanted, *, now: Present) -> "QuerySet[Any, Any]":
    """The same rows as the page's, as plain columns."""
    return (
        rows(wanted, now=now)
        .order_by(*ORDER)
        .values_list(
            "responsible",
            "customer__name",
            "status",
            "forecast_confidence",
            "forecast_on",
            "next_action",
            "next_action_due",
            "blocker",
            "evidence_valid_until",
        )
    )
