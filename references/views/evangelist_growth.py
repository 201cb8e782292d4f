"""Evangelists beside the growth of revenue."""

from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import Programme
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from references.forms.growth import GrowthSearch
from references.reports import evangelist_growth as report


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """Growth by number of evangelists, since a year ago or the quarter that is chosen."""
    now = timezone.now()
    search = _search(request, at=now)
    context = {
        "found": report.since(search.chosen, at=now),
        "quarters": search.quarters,
        "passed_over": passed_over(search),
    }
    return render(request, "references/evangelist_growth.html", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The numbers of the picture."""
    now = timezone.now()
    found = report.since(_asked(request, at=now), at=now)
    name = f"evangelists-and-revenue-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(found))


@require_safe
@requires("customers.export_customers")
def export_customers(request: PersonRequest) -> StreamingHttpResponse:
    """The customers behind the numbers, all of them."""
    now = timezone.now()
    rows = report.customer_rows(_asked(request, at=now), at=now)
    name = f"customers-and-revenue-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.customer_header(), rows)


def _search(request: PersonRequest, *, at: datetime) -> GrowthSearch:
    return GrowthSearch(request.GET, quarters=report.choices(Programme.current().calendar, at=at))


def _asked(request: PersonRequest, *, at: datetime) -> Quarter | None:
    """The quarter for a file, which is refused where the page would pass another one over."""
    search = _search(request, at=at)
    refuse_passed_over(search)
    return search.chosen
