"""The forecast meeting."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.exports import csv_response
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest
from references.choices import Confidence
from references.reports import boards, forecast_meeting, forecasts, quarters
from references.reports.forecast_meeting import Wanted
from references.rules.forecasts import DEFINITIONS

PAGE = 100


@requires("references.view_quarter")
def forecast(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    wanted = _wanted(request)
    facts = quarters.state(wanted.quarter.label, at)
    today = Programme.current().calendar.day_of(at)
    context = {
        "wanted": wanted,
        "facts": facts,
        "today": today,
        "weeks": forecasts.weeks(wanted.quarter, closing_count=facts.corrected),
        "past": forecasts.past_forecasts(),
        "definitions": [_(text) for text in DEFINITIONS.values()],
        "choices": boards.choosable(at),
    }
    if facts.closing is None:
        context.update(_meeting(wanted, facts.target, cursor=request.GET.get("at"), at=at))
    return render(request, "references/forecast.html", context)


def _meeting(wanted: Wanted, target: int | None, *, cursor: str | None, at: datetime) -> dict[str, Any]:
    """What only a quarter that can still be changed has."""
    today = Programme.current().calendar.day_of(at)
    outlook = forecasts.outlook(wanted.quarter, at=at)
    rows = forecast_meeting.rows(wanted, at=at)
    return {
        "outlook": outlook,
        "gap": None if target is None else target - outlook.forecast,
        "kinds": [
            (Confidence.COMMIT.value, Confidence.COMMIT.label, outlook.commit),
            (Confidence.BEST_CASE.value, Confidence.BEST_CASE.label, outlook.best_case),
            (Confidence.PIPELINE.value, Confidence.PIPELINE.label, outlook.pipeline),
            ("losses", _("At risk"), outlook.losses),
            ("undecided", _("Without day or confidence"), None),
        ],
        "page": keyset_page(rows, order=forecast_meeting.ORDER, cursor=cursor, size=PAGE),
        "owners": forecast_meeting.by_owner(wanted.quarter, today=today),
        "dimensions": forecast_meeting.by_dimension(today=today),
        "accounts": forecast_meeting.by_account(today=today),
    }


@requires("references.view_quarter")
def export(request: PersonRequest) -> HttpResponseBase:
    """The rows of the page with the same filters, as CSV."""
    wanted = _wanted(request)
    header = ["owner", "customer", "status", "confidence", "expected on", "next action", "due", "blocker"]
    cells = forecast_meeting.exported(wanted, at=timezone.now()).iterator(chunk_size=2000)
    return csv_response(f"forecast-{wanted.quarter}.csv", [*header, "evidence valid until"], cells)


def _wanted(request: PersonRequest) -> Wanted:
    try:
        quarter = boards.asked_for(request.GET.get("quarter", ""), at=timezone.now())
    except RuleBroken as refusal:
        raise Http404(str(refusal))
    return Wanted.read(quarter, request.GET.dict())
