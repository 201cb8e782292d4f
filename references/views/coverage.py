"""Coverage: the matrix, and all of it as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.forms import NotNarrowed, refuse_passed_over
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from references.forms.coverage import MatrixSearch
from references.reports.coverage_matrix import Matrix
from references.reports.coverage_places import axes_asked
from references.views.coverage_pages import matrix_asked, matrix_context


@require_safe
@requires("references.view_coverage")
def index(request: PersonRequest) -> HttpResponse:
    """Two ways of looking at customers, and where they meet what counts, what is coming and what is wanted."""
    is_edited = request.user.has_perm("references.set_coverage") and MatrixSearch(request.GET).is_edited
    context = matrix_context(request, request.GET, is_edited=is_edited)
    return render_page_or_partial(request, "references/coverage_index.html", "coverage-matrix", context)


@require_safe
@requires("references.view_coverage")
def export(request: PersonRequest) -> HttpResponseBase:
    """Every place of the matrix as it is narrowed, one a line; none if it is not there."""
    if axes_asked(request.GET) is None:
        raise NotNarrowed(_("There is no such matrix to export. Choose two different ways of looking at it."))
    refuse_passed_over(MatrixSearch(request.GET))
    found = matrix_asked(request.GET)
    header = [found.rows_axis.name, found.columns_axis.name, _("Reference-able"), _("Of high impact"), _("On the way")]
    header += [_("Customers"), _("Target"), _("Missing"), _("Weight")]
    return csv_response(f"coverage-{timezone.localdate():%Y-%m-%d}.csv", header, _lines(found))


def _lines(found: Matrix) -> Iterator[list[Any]]:
    for row in found.rows:
        for column, place in zip(found.columns, row.places, strict=True):
            numbers = [place.referenceable, place.high_impact, place.pipeline, place.customers]
            yield [row.value.name, column.name, *numbers, place.target, place.missing, place.weight]
