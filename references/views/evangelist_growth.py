"""Evangelists beside the growth of revenue."""

from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.models import Programme
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from references.reports import evangelist_growth as report


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """Growth by number of evangelists, since a year ago or the quarter that is chosen."""
    now = timezone.now()
    quarters = report.choices(Programme.current().calendar, at=now)
    context = {"found": report.since(_chosen(request, at=now), at=now), "quarters": quarters}
    return render(request, "references/evangelist_growth.html", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The numbers of the picture."""
    now = timezone.now()
    found = report.since(_chosen(request, at=now), at=now)
    name = f"evangelists-and-revenue-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(found))


@require_safe
@requires("customers.export_customers")
def export_customers(request: PersonRequest) -> StreamingHttpResponse:
    """The customers behind the numbers, all of them."""
    now = timezone.now()
    rows = report.customer_rows(_chosen(request, at=now), at=now)
    name = f"customers-and-revenue-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.customer_header(), rows)


def _chosen(request: PersonRequest, *, at: datetime) -> Quarter | None:
    """A quarter that nobody offers is passed over."""
    offered = {quarter.label: quarter for quarter in report.choices(Programme.current().calendar, at=at)}
    return offered.get(request.GET.get("since", ""))
