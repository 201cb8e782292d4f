"""The grid as a file: exactly the rows that the address's filters leave, in its order."""

import tempfile

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.exports import csv_response, download
from core.forms import NotNarrowed, refuse_passed_over
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from core.tasks import send
from references.actions import grid_exports
from references.filters import GridFilter
from references.formats import grid_sheets
from references.reports.grid_exports import table

# A larger workbook takes longer to write than a person waits for a page; a worker does it.
WRITTEN_AT_ONCE = 2_000


@require_safe
@requires("references.export_grid")
def grid(request: PersonRequest) -> HttpResponseBase:
    """A workbook with colours and comments, or with `format=csv` a table with the notes beside."""
    wanted = request.GET.get("format") or "xlsx"
    if wanted not in ("xlsx", "csv"):
        raise NotNarrowed(_("The grid is written as xlsx or csv, not as “%(format)s”.") % {"format": wanted[:40]})
    today = Programme.current().calendar.day_of(timezone.now())
    shown = GridFilter(request.GET, user=request.user, today=today)
    refuse_passed_over(shown.form)
    head, rows = table(shown.sorted_rows.order_by(*shown.order))
    if wanted == "csv":
        return csv_response(f"grid-{today}.csv", *grid_sheets.csv_table(head, rows))
    count = shown.qs.count()
    if count > WRITTEN_AT_ONCE:
        return render(request, "references/grid_export.html", {"count": count, "query": request.GET.urlencode()})
    # The response closes the file, and with it the file is gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    grid_sheets.write_workbook(file, head, rows)
    file.seek(0)
    return download(file, f"grid-{today}.xlsx")


@require_POST
@requires("references.export_grid")
def start(request: PersonRequest) -> HttpResponseBase:
    """Leave a large workbook to a worker; its page tells how far it is and has the file."""
    now = timezone.now()
    today = Programme.current().calendar.day_of(now)
    refuse_passed_over(GridFilter(request.GET, user=request.user, today=today).form)
    job = grid_exports.start(request.GET.urlencode(), today=today, by=request.user, at=now)
    send(job)
    return redirect("core:job_detail", job.pk)
