"""The grid as a file: exactly the rows that the address's filters leave, in its order."""

import tempfile

from django.contrib import messages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from references.filters import GridFilter
from references.formats import grid_sheets
from references.models import Dimension
from references.reports import grid_exports

# Colours and comments are built in memory and take their time; a larger grid is nothing to look through by eye.
LARGEST_WORKBOOK = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("references.export_grid")
def grid(request: PersonRequest) -> HttpResponseBase:
    """A workbook with colours and comments, or with `format=csv` a table with the notes beside."""
    today = Programme.current().calendar.day_of(timezone.now())
    shown = GridFilter(request.GET, user=request.user, today=today)
    dimensions = list(Dimension.objects.shown())
    headings = [grid_sheets.Heading(one.name, str(one.get_group_display()), one.definition) for one in dimensions]
    rows = grid_exports.rows(shown.sorted_rows.order_by(*shown.order), dimensions=dimensions)
    if request.GET.get("format") == "csv":
        return csv_response(f"grid-{today}.csv", *grid_sheets.csv_table(headings, rows))
    if shown.qs.count() > LARGEST_WORKBOOK:
        text = _("A workbook holds at most %d customers. Narrow the grid, or take the CSV, which holds all of them.")
        messages.warning(request, text % LARGEST_WORKBOOK)
        return redirect(f"{reverse('references:grid')}?{request.GET.urlencode()}")
    # The response closes the file, and with it the file is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    grid_sheets.write_workbook(file, headings, rows)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"grid-{today}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response
