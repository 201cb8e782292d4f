"""The forecast of a quarter's closing count, and what it is made of."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from core.quarters import Quarter
from references.choices import Confidence, Status
from references.models import Cell, Closing, ForecastSnapshot
from references.models.cell import CellQuerySet
from references.reports.counts import Present, of_active_customers, referenceable
from references.reports.pay import corrected_counts
from references.rules import forecasts as rules
from references.rules.forecasts import Accuracy, Outlook

NO_DAY = date(9999, 12, 31)
NEXT_DAY = Coalesce(F("next_action_due"), F("forecast_on"), Value(NO_DAY))


def open_cells(quarter: Quarter, *, now: Present) -> CellQuerySet:
    """Pay-trigger cells that are not Green, of customers that could still count at the quarter's end."""
    cells = Cell.objects.filter(dimension_id=now.definition_for(quarter).dimension_id)
    return cells.filter(of_active_customers(now.calendar.ends_on(quarter))).exclude(status=Status.GREEN)


def hopes(quarter: Quarter, *, now: Present) -> CellQuerySet:
    """Open cells with a confidence and an expected day up to the quarter's end: what the forecast counts."""
    ends_on = now.calendar.ends_on(quarter)
    return open_cells(quarter, now=now).filter(forecast_on__lte=ends_on).exclude(forecast_confidence="")


def losses(quarter: Quarter, *, now: Present) -> CellQuerySet:
    """Cells that count now, by the quarter's definition, but not on the quarter's last day if nobody acts."""
    return referenceable(now.by(quarter)).filter(_lost_by_the_end(quarter, now))


def _lost_by_the_end(quarter: Quarter, now: Present) -> Q:
    """What makes a cell that counts today stop counting by itself: the evidence ends, or the customer leaves."""
    last_day = now.calendar.ends_on(quarter)
    leaves = ~of_active_customers(last_day)
    return leaves | Q(evidence_valid_until__lt=last_day) if now.definition_for(quarter).evidence_needed else leaves


def outlook(quarter: Quarter, *, now: Present) -> Outlook:
    """The forecast of the quarter's closing count as it stands at the instant."""
    by_confidence = hopes(quarter, now=now).aggregate(
        **{value: Count("customer", filter=Q(forecast_confidence=value)) for value in Confidence.values}
    )
    return Outlook(now=now.by(quarter).count, losses=losses(quarter, now=now).count(), **by_confidence)


def snapshot_is_due(quarter: Quarter, *, today: date) -> bool:
    """Whether this week (from Monday) has no snapshot of the quarter yet; `today` is the programme's day."""
    monday = today - timedelta(days=today.weekday())
    return not ForecastSnapshot.objects.filter(quarter=quarter.label, taken_on__gte=monday).exists()


@dataclass(frozen=True)
class Week:
    """One snapshot and, once the quarter is closed, how far it was from the count."""

    snapshot: ForecastSnapshot
    accuracy: Accuracy | None

    @property
    def was_in_range(self) -> bool | None:
        """Whether the count came to lie in the range; None while nobody knows."""
        if self.accuracy is None:
            return None
        return self.snapshot.low <= self.snapshot.forecast - self.accuracy.error <= self.snapshot.high


def weeks(quarter: Quarter, *, closing_count: int | None) -> list[Week]:
    """The quarter's snapshots in the order of time."""
    snapshots = ForecastSnapshot.objects.filter(quarter=quarter.label).order_by("taken_on")
    return [_week(snapshot, closing_count) for snapshot in snapshots]


def _week(snapshot: ForecastSnapshot, closing_count: int | None) -> Week:
    if closing_count is None:
        return Week(snapshot, None)
    return Week(snapshot, rules.accuracy(snapshot.forecast, closing_count))


@dataclass(frozen=True)
class PastForecast:
    """How right the weekly forecasts of one closed quarter were; `count` is the corrected one."""

    quarter: str
    count: int
    closed_count: int
    weeks: list[Week]

    @property
    def marks(self) -> list[Week]:
        """The first week, the middle one and the last."""
        return [self.weeks[0], self.weeks[len(self.weeks) // 2], self.weeks[-1]]

    @property
    def mean_error(self) -> float:
        """The mean distance of the weekly forecasts from the count, in customers."""
        errors = [abs(week.accuracy.error) for week in self.weeks if week.accuracy]
        return round(sum(errors) / len(errors), 1)


def past_forecasts(limit: int = 8) -> list[PastForecast]:
    """Closed quarters that have snapshots, newest first; measured against the corrected count."""
    closings = list(Closing.objects.order_by("-quarter")[:limit])
    corrected = corrected_counts(closings)
    by_quarter: dict[str, list[ForecastSnapshot]] = {}
    for snapshot in ForecastSnapshot.objects.filter(quarter__in=[closing.quarter for closing in closings]):
        by_quarter.setdefault(snapshot.quarter, []).append(snapshot)
    return [
        PastForecast(
            quarter=closing.quarter,
            count=corrected[closing.pk],
            closed_count=closing.count,
            weeks=[_week(snapshot, corrected[closing.pk]) for snapshot in by_quarter[closing.quarter]],
        )
        for closing in closings
        if closing.quarter in by_quarter
    ]


def worked(cells: CellQuerySet) -> "QuerySet[Any]":
    """The cells with customer, the responsible colleague (the cell's owner, else the CSM) and a day to sort by."""
    return cells.select_related("customer", "dimension").annotate(
        responsible=Coalesce(F("owner__name"), F("customer__csm__name"), Value("")),
        responsible_id=Coalesce(F("owner_id"), F("customer__csm_id"), Value(0)),
        next_day=NEXT_DAY,
        customer_name=F("customer__name_key"),
    )


def by_day(cells: CellQuerySet) -> "QuerySet[Any]":
    """The cells as `worked`, the most urgent first."""
    return worked(cells).order_by("next_day", "customer_name", "pk")


def most_urgent(cells: CellQuerySet, number: int) -> list[Cell]:
    """The first of `by_day`. All are sorted by little, and only those that are shown are read whole."""
    keys = ("next_day", "customer_name", "pk")
    ordered = cells.order_by().annotate(next_day=NEXT_DAY, customer_name=F("customer__name_key")).order_by(*keys)
    return list(by_day(Cell.objects.filter(pk__in=[row[-1] for row in ordered.values_list(*keys)[:number]])))
