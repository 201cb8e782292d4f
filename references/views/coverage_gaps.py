"""The gaps of the coverage: where most is missing, and one place opened: who could fill it, and whom to ask."""

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.forms import passed_over
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from references.forms.coverage import MatrixSearch
from references.reports import coverage_gaps as report
from references.reports.counts import Present
from references.reports.coverage_places import Spot, spot_asked
from references.views.coverage_pages import matrix_asked, show_gap, shown_instead


@require_safe
@requires("references.view_coverage")
def index(request: PersonRequest) -> HttpResponse:
    """The places that miss most of what matters: on the home page, and on a page of its own."""
    matrix = matrix_asked(request.GET)
    context = {"matrix": matrix, "instead": shown_instead(request.GET, matrix)}
    context["passed_over"] = passed_over(MatrixSearch(request.GET))
    return render_page_or_partial(request, "references/coverage_gaps.html", "coverage-gaps", context)


@require_safe
@requires("references.view_coverage")
def detail(request: PersonRequest) -> HttpResponse:
    """One place: who could fill it, who is on the way, and which colleague to ask. Without a place, the matrix."""
    spot = _spot(request.GET)
    if spot is None:
        return redirect("references:coverage_index")
    return show_gap(request, spot)


@require_safe
@requires("references.view_coverage")
def export(request: PersonRequest) -> HttpResponseBase:
    """Who could fill one place, as its page shows them."""
    spot = _spot(request.GET)
    if spot is None:
        return redirect("references:coverage_index")
    found = report.gap(spot, now=Present.seen(timezone.now()), reader=request.user)
    name = f"coverage-gap-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(found))


def _spot(asked: QueryDict) -> Spot | None:
    """The place that is asked for, None if none is; one that does not exist is not found."""
    if "row" not in asked or "column" not in asked:
        return None
    spot = spot_asked(asked)
    if spot is None:
        raise Http404
    return spot
