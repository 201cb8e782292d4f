"""The forecast meeting."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.paging import keyset_page
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from references.choices import Confidence
from references.forms.forecasts import MeetingSearch
from references.reports import boards, forecast_meeting, forecasts, quarters
from references.reports.counts import Present
from references.reports.forecast_meeting import Wanted
from references.rules.forecasts import DEFINITIONS

PAGE = 100


@require_safe
@requires("references.view_quarter")
def forecast(request: PersonRequest) -> HttpResponse:
    now = Present.seen(timezone.now())
    search = MeetingSearch(request.GET)
    wanted = search.in_quarter(_quarter(request, now))
    facts = quarters.state(wanted.quarter.label, now)
    context = {
        "wanted": wanted,
        "facts": facts,
        "today": now.today,
        "weeks": forecasts.weeks(wanted.quarter, closing_count=facts.corrected),
        "past": forecasts.past_forecasts(),
        "definitions": [_(text) for text in DEFINITIONS.values()],
        "choices": boards.choosable(now),
        "passed_over": passed_over(search),
    }
    if facts.closing is None:
        context.update(_meeting(wanted, facts.target, cursor=request.GET.get("at"), now=now))
    return render(request, "references/forecast.html", context)


def _meeting(wanted: Wanted, target: int | None, *, cursor: str | None, now: Present) -> dict[str, Any]:
    """What only a quarter that can still be changed has."""
    outlook = forecasts.outlook(wanted.quarter, now=now)
    rows = forecast_meeting.rows(wanted, now=now)
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
        "owners": forecast_meeting.by_owner(wanted.quarter, now=now),
        "dimensions": forecast_meeting.by_dimension(today=now.today),
        "accounts": forecast_meeting.by_account(today=now.today),
    }


@require_safe
@requires("references.view_quarter")
def export(request: PersonRequest) -> HttpResponseBase:
    """The rows of the page with the same filters, as CSV."""
    now = Present.seen(timezone.now())
    search = MeetingSearch(request.GET)
    wanted = search.in_quarter(_quarter(request, now))
    refuse_passed_over(search)
    header = [_("owner"), _("customer"), _("status"), _("confidence"), _("expected on"), _("next action"), _("due")]
    cells = forecast_meeting.exported(wanted, now=now).iterator(chunk_size=2000)
    return csv_response(f"forecast-{wanted.quarter}.csv", [*header, _("blocker"), _("evidence valid until")], cells)


def _quarter(request: PersonRequest, now: Present) -> Quarter:
    try:
        return boards.asked_for(request.GET.get("quarter", ""), now=now)
    except RuleBroken as refusal:
        raise Http404(str(refusal))
