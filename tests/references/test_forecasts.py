"""What the count will be: now, what was promised, what will be lost; kept every week and measured afterwards."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from core.errors import RuleBroken
from core.models import Programme
from core.quarters import Quarter
from customers.actions import customers
from customers.choices import Lifecycle
from references import tasks
from references.actions import cells, forecasts
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension, ForecastSnapshot
from references.reports import forecasts as reports
from references.reports.counts import Present
from references.rules.forecasts import Outlook, accuracy
from tests.factories import ContactFactory, customer

Q4 = Quarter(2026, 4)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def green(name: str, until: date | None = date(2027, 6, 30), **values):
    company = customer(name, **values)
    cell = Cell.objects.of(company, Dimension.objects.get(key="reference_call"))
    evidence = NewEvidence("email", date(2026, 10, 1), ContactFactory(customer=company), valid_until=until)
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=evidence, by=None, at=NOW)
    return company


def hope(name: str, confidence: str, on: date | None, status: str = "amber", **values):
    company = customer(name, **values)
    cell = Cell.objects.of(company, Dimension.objects.get(key="reference_call"))
    changes = {"status": status, "forecast_confidence": confidence, "forecast_on": on}
    cells.edit(cell, seen_version=0, changes=changes, by=None, at=NOW)
    return company


def test_the_forecast_is_now_plus_commit_minus_expected_losses(db):
    for number in range(4):
        green(f"Stays {number}")
    green("Valid on the last day", until=date(2026, 12, 31))
    green("Expires before", until=date(2026, 12, 30))
    leaving = green("Leaves")
    customers.set_lifecycle(leaving, lifecycle=Lifecycle.CHURNED, on=date(2026, 12, 1), reason="Sold.", by=None, at=NOW)
    hope("Promised", "commit", date(2026, 12, 10))
    hope("Promised and late", "commit", date(2026, 11, 1), status="red")
    hope("Next quarter", "commit", date(2027, 1, 1))
    hope("Some day", "commit", None)
    hope("Perhaps", "best_case", date(2026, 12, 31), status="")
    hope("A dream", "pipeline", date(2026, 12, 1))
    hope("Prospect", "commit", date(2026, 12, 1), lifecycle="prospective")
    outlook = reports.outlook(Q4, now=Present.seen(NOW))
    assert outlook == Outlook(now=7, commit=2, best_case=1, pipeline=1, losses=2)
    assert (outlook.forecast, outlook.low, outlook.high) == (7, 5, 10)


def test_the_range_never_goes_below_zero_and_holds_the_forecast():
    assert Outlook(now=2, losses=2).low == 0
    outlook = Outlook(now=10, commit=3, best_case=2, losses=4)
    assert outlook.low <= outlook.forecast <= outlook.high


@pytest.mark.parametrize(
    ("forecast", "closing", "error", "percent"), [(47, 50, -3, "-6.00"), (52, 50, 2, "4.00"), (3, 0, 3, None)]
)
def test_how_right_a_forecast_was(forecast, closing, error, percent):
    found = accuracy(forecast, closing)
    assert (found.error, found.percent) == (error, None if percent is None else Decimal(percent))


def test_a_snapshot_keeps_the_day_in_the_programme_time_zone_and_is_taken_once(db):
    Programme.objects.update_or_create(pk=1, defaults={"time_zone": "Australia/Sydney"})
    green("Stays")
    late_evening = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    first = forecasts.take_snapshot(Q4, by=None, at=late_evening)
    green("New meanwhile")
    assert first.taken_on == date(2026, 11, 23)
    assert forecasts.take_snapshot(Q4, by=None, at=late_evening) == first
    assert ForecastSnapshot.objects.get().forecast == 1


def test_a_quarter_that_is_over_is_not_forecast(db):
    with pytest.raises(RuleBroken, match="is over"):
        forecasts.take_snapshot(Quarter(2026, 3), by=None, at=NOW)


def test_the_task_keeps_one_snapshot_a_week_and_makes_up_for_a_missed_monday(db):
    green("Stays")
    for moment in ("2026-11-16T00:20Z", "2026-11-16T01:20Z", "2026-11-18T01:20Z", "2026-11-24T09:20Z"):
        with time_machine.travel(moment, tick=False):
            tasks.take_weekly_snapshot()
    assert list(ForecastSnapshot.objects.values_list("taken_on", flat=True)) == [date(2026, 11, 16), date(2026, 11, 24)]
