"""Evangelists beside the growth of revenue."""

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
    quarters = report.choices(Programme.current().calendar, at=timezone.now())
    context = {"found": _found(request), "quarters": quarters}
    return render(request, "references/evangelist_growth.html", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The numbers of the picture."""
    name = f"evangelists-and-revenue-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(_found(request)))


def _found(request: PersonRequest) -> report.Growth:
    """A quarter that nobody offers is passed over."""
    now = timezone.now()
    offered = {quarter.label: quarter for quarter in report.choices(Programme.current().calendar, at=now)}
    chosen: Quarter | None = offered.get(request.GET.get("since", ""))
    return report.since_quarter(chosen, at=now) if chosen else report.since_year(at=now)
