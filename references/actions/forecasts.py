"""The weekly snapshot of the forecast: taken once a day at most, never changed, measured after the close."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import User
from core.quarters import Quarter
from references.models import ForecastSnapshot, QuarterTarget
from references.reports import forecasts as reports
from references.reports.counts import Present


@transaction.atomic
def take_snapshot(quarter: Quarter, *, by: User | None, at: datetime) -> ForecastSnapshot:
    """Keep the forecast as it stands; a second call on the same day returns the first one's row."""
    now = Present.seen(at)
    if now.calendar.has_ended(quarter, at=at):
        raise RuleBroken(_("%(quarter)s is over; its count is no longer forecast but closed.") % {"quarter": quarter})
    outlook = reports.outlook(quarter, now=now)
    target = QuarterTarget.objects.holding_for(quarter.label)
    snapshot, is_new = ForecastSnapshot.objects.get_or_create(
        quarter=quarter.label,
        taken_on=now.today,
        defaults={
            "taken_at": at,
            "now": outlook.now,
            "commit": outlook.commit,
            "best_case": outlook.best_case,
            "pipeline": outlook.pipeline,
            "expiring": outlook.losses,
            "forecast": outlook.forecast,
            "low": outlook.low,
            "high": outlook.high,
            "target": target.count if target else None,
        },
    )
    if is_new:
        audit.record("forecast.snapshot_taken", snapshot, by=by, at=at, forecast=outlook.forecast)
    return snapshot
