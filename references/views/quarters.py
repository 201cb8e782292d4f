"""The quarters, one after the other."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.permissions import requires
from core.requests import PersonRequest
from references.models import Correction
from references.reports import quarters as report
from references.reports.counts import Present


@require_safe
@requires("references.view_quarter")
def index(request: PersonRequest) -> HttpResponse:
    """Every quarter with its numbers, newest first."""
    context = {
        "quarters": report.listed(Present.seen(timezone.now())),
        "waiting": Correction.objects.filter(decision__isnull=True).count(),
    }
    return render(request, "references/quarter_index.html", context)


@require_safe
@requires("references.view_quarter")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as a table."""
    header = [
        _("Quarter"),
        _("State"),
        _("Starts on"),
        _("Ends on"),
        _("Opening"),
        _("Closing count"),
        _("Corrected count"),
        _("Now"),
        _("Target"),
        _("Pay trigger"),
        _("Closed at (UTC)"),
        _("Closed by"),
        _("Seal"),
    ]
    rows = (_row(facts) for facts in report.listed(Present.seen(timezone.now())))
    return csv_response("quarters.csv", header, rows)


def _row(facts: report.QuarterFacts) -> list[object]:
    closing = facts.closing
    before = [facts.label, str(facts.state.label), facts.starts_on, facts.ends_on, facts.opening]
    numbers = [closing.count if closing else None, facts.corrected, facts.now, facts.target, facts.definition.dimension]
    if closing is None:
        return [*before, *numbers, None, None, None]
    closed_at = f"{closing.closed_at:%Y-%m-%d %H:%M:%S}"
    return [*before, *numbers, closed_at, str(closing.closed_by or _("the program")), closing.seal]
