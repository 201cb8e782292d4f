"""The grid: the page on which the whole programme works."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.forms import passed_over
from core.models import User
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Customer
from references.filters import GridFilter
from references.models.dimension import SHOWN
from references.reports import grid, grid_footer
from references.reports.changes import Cursor, latest_cursor, since
from references.reports.counts import Present
from references.reports.grid import GridPage
from references.reports.grid_choices import grid_choices
from references.reports.panels import state


# A table of 1,200 cells says much the same over and over: a fifteenth of it goes over the wire.
@gzip_page
@require_safe
@requires("references.view_grid")
def index(request: PersonRequest) -> HttpResponse:
    return render(request, "references/grid.html", context(request, at=timezone.now()))


@require_safe
@requires("references.view_grid")
def figures(request: PersonRequest) -> JsonResponse:
    """The counts of the page head and the footer, for pages whose cells have changed."""
    now = Present.seen(timezone.now(), request.user.programme)
    dimensions = SHOWN.all()
    narrowed = GridFilter(request.GET, user=request.user, today=now.today)
    counted = grid_footer.footer(narrowed.qs, dimensions, overdue=narrowed.overdue_cells())
    head, customers = grid.figures(now), counted.customers or 0
    told = {
        "greens": {dimension.key: (counted.greens or {}).get(dimension.pk, 0) for dimension in dimensions},
        "customers": customers,
        "noun": ngettext("customer", "customers", customers),
        "overdue": counted.overdue,
        "now": head.now,
        "percent": float(head.percent),
    }
    return JsonResponse(told)


@require_safe
@requires("references.view_grid")
def changes(request: PersonRequest) -> HttpResponse:
    """Cells changed since the page last asked; 204 after one small query when there are none."""
    found = since(Cursor.parse(request.GET.get("since", "")))
    if found is None:
        return HttpResponse(status=204)
    today = request.user.programme.calendar.day_of(timezone.now())
    cells = [asdict(state(row, today=today)) for row in found.rows]
    return JsonResponse({"cells": cells, "cursor": str(found.cursor), "reload": found.is_cut})


def context(request: PersonRequest, *, at: datetime, beside: Customer | None = None) -> dict[str, Any]:
    """Everything the page of the grid shows, in a number of queries that does not depend on its size.

    Unless another page is asked for, it is one with the customer `beside` which something is shown, if the filters do
    not leave that out.
    """
    # Read before the cells: what changes in between is then sent once more, never left out.
    cursor = latest_cursor()
    user = request.user
    now = Present.seen(at, user.programme)
    narrowed = GridFilter(request.GET, user=user, today=now.today)
    page = _page(narrowed, now, cursor=(asked := request.GET.get("cursor")), user=user)
    told = passed_over(narrowed.form)
    if beside and not asked and not page.shows(beside):
        if place := narrowed.place_of(beside):
            page = _page(narrowed, now, place=place, user=user)
        elif beside.merged_into_id is None:
            told = [*told, _("%s has no row here: it is not among the customers asked for.") % beside]
    shown = {"page": page, "filter": narrowed, "changes_cursor": cursor, "query": request.GET.urlencode()}
    shown["passed_over"] = told
    return shown | _around(page, narrowed, now, user=user)


def _page(narrowed: GridFilter, now: Present, *, cursor: str | None = None, place: Any = None, user: User) -> GridPage:
    return grid.page(
        narrowed.sorted_rows,
        dimensions=SHOWN.all(),
        order=narrowed.order,
        leading=narrowed.leading,
        cursor=cursor,
        place=place,
        user=user,
        today=now.today,
        programme=now.programme,
    )


def _around(page: GridPage, narrowed: GridFilter, now: Present, *, user: User) -> dict[str, Any]:
    """What stands over, under and beside the cells."""
    footer = grid_footer.footer_of(page, narrowed.qs, overdue=narrowed.overdue_cells())
    return {
        "groups": grid.groups(page.dimensions),
        "footer": footer,
        "figures": grid.figures(now, is_counted=footer.greens is not None),
        "overdue": footer.overdue,
        "pay_trigger": now.definition.dimension_id,
        "choices": grid_choices(user),
        "may_edit": user.has_perm("references.edit_cell"),
    }
