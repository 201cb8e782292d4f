"""The two pages of coverage, the matrix and one place of it: as they are, or with what was refused there."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.forms import passed_over
from core.requests import PersonRequest
from references.forms.coverage import MatrixSearch, TargetForm
from references.reports import coverage_gaps
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_matrix import Matrix
from references.reports.coverage_places import Spot, axes_to_show
from references.reports.coverage_weights import hidden


def matrix_context(request: PersonRequest, asked: QueryDict, *, is_edited: bool) -> dict[str, Any]:
    """What the matrix shows that is asked for, in an address or beside what is set in it."""
    matrix, search = matrix_asked(asked), MatrixSearch(asked)
    return {
        "matrix": matrix,
        "instead": shown_instead(asked, matrix),
        "hidden": hidden(matrix.put_away) if is_edited else [],
        "axes": report.axes(),
        "search": search.text,
        "shows_hidden": search.shows_hidden,
        "shows_all_places": search.shows_all_places,
        "passed_over": passed_over(search),
        "most_places": report.MOST_GAPS,
        "may_edit": request.user.has_perm("references.set_coverage"),
        "is_edited": is_edited,
        "query": urlencode({"rows": matrix.rows_axis.key, "columns": matrix.columns_axis.key}),
    }


def matrix_asked(asked: QueryDict) -> Matrix:
    """The matrix as it is narrowed; an axis that is unknown gives way to the usual one."""
    search = MatrixSearch(asked)
    return report.matrix(
        *axes_to_show(asked),
        now=Present.seen(timezone.now()),
        text=search.text,
        shows_hidden=search.shows_hidden,
        most_gaps=report.EVERY_GAP if search.shows_all_places else report.MOST_GAPS,
    )


def shown_instead(asked: QueryDict, matrix: Matrix) -> str:
    """Why another matrix is shown than the one that is asked for; empty if it is that one."""
    wanted = {name: asked.get(name, "")[:60] for name in ("rows", "columns")}
    shown = {"rows": matrix.rows_axis.key, "columns": matrix.columns_axis.key}
    other = [key for name, key in wanted.items() if key and key != shown[name]]
    if not other:
        return ""
    words = _("There is no “%(key)s” to look at customers by. Shown is %(rows)s × %(columns)s.")
    if wanted["rows"] == wanted["columns"] and wanted["rows"] in shown.values():
        words = _("Choose two different ways of looking at the customers. Shown is %(rows)s × %(columns)s.")
    return words % {"key": other[0], "rows": matrix.rows_axis.name, "columns": matrix.columns_axis.name}


def show_gap(request: PersonRequest, spot: Spot, *, refused: TargetForm | None = None) -> HttpResponse:
    """One place; 422 with what was typed if its target was refused."""
    now = Present.seen(timezone.now())
    found = coverage_gaps.gap(spot, now=now, reader=request.user)
    context = {
        "gap": found,
        "target": found.place.target if refused is None else refused.data.get("target", "")[:20],
        "problem": "" if refused is None else refused.problem,
        "may_edit": request.user.has_perm("references.set_coverage"),
        "pay_trigger": now.definition.dimension,
    }
    return render(request, "references/coverage_gap.html", context, status=200 if refused is None else 422)
