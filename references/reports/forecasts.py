"""The forecast of a quarter's closing count, and what it is made of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from core.models import Programme
from core.quarters import Quarter
from customers.choices import Lifecycle
from references.choices import Confidence, Status
from references.models import Cell, Closing, Definition, ForecastSnapshot
from references.models.cell import CellQuerySet
from references.reports import counts
from references.reports.pay import corrected_counts
from references.rules import forecasts as rules
from references.rules.forecasts import Accuracy, Outlook

NO_DAY = date(9999, 12, 31)


def open_cells(quarter: Quarter) -> CellQuerySet:
    """Pay-trigger cells that are not Green, of customers that could still count at the quarter's end."""
    calendar = Programme.current().calendar
    definition = Definition.objects.holding_for(quarter.label)
    leaving = Q(customer__lifecycle=Lifecycle.CHURNED) & Q(customer__churned_on__lte=calendar.ends_on(quarter))
    return (
        Cell.objects.filter(dimension_id=definition.dimension_id, customer__merged_into__isnull=True)
        .exclude(status=Status.GREEN)
        .exclude(customer__lifecycle=Lifecycle.PROSPECTIVE)
        .exclude(leaving)
    )


def hopes(quarter: Quarter) -> CellQuerySet:
    """Open cells with a confidence and an expected day up to the quarter's end: what the forecast counts."""
    ends_on = Programme.current().calendar.ends_on(quarter)
    return open_cells(quarter).filter(forecast_on__lte=ends_on).exclude(forecast_confidence="")


def losses(quarter: Quarter, *, at: datetime) -> CellQuerySet:
    """Cells that count now, but not on the quarter's last day if nobody acts."""
    return counts.referenceable(at).filter(_lost_by_the_end(quarter))


def _lost_by_the_end(quarter: Quarter) -> Q:
    """What makes a cell that counts today stop counting by itself: the evidence ends, or the customer leaves."""
    last_day = Programme.current().calendar.ends_on(quarter)
    leaves = Q(customer__lifecycle=Lifecycle.CHURNED, customer__churned_on__lte=last_day)
    if not Definition.objects.holding_for(quarter.label).evidence_needed:
        return leaves
    return leaves | Q(evidence_valid_until__lt=last_day)


def outlook(quarter: Quarter, *, at: datetime) -> Outlook:
    """The forecast of the quarter's closing count as it stands at the instant; two queries over the customers."""
    counted = counts.referenceable(at).aggregate(now=Count("pk"), losses=Count("pk", filter=_lost_by_the_end(quarter)))
    by_confidence = hopes(quarter).aggregate(
        **{value: Count("pk", filter=Q(forecast_confidence=value)) for value in Confidence.values}
    )
    return Outlook(**counted, **by_confidence)


def snapshot_is_due(quarter: Quarter, *, at: datetime) -> bool:
    """Whether this week (from Monday, in the programme's time zone) has no snapshot of the quarter yet."""
    today = Programme.current().calendar.day_of(at)
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
        next_day=Coalesce(F("next_action_due"), F("forecast_on"), Value(NO_DAY)),
        customer_name=F("customer__name_key"),
    )


def by_day(cells: CellQuerySet) -> "QuerySet[Any]":
    """The cells as `worked`, the most urgent first."""
    return worked(cells).order_by("next_day", "customer_name", "pk")
