"""Coverage: the matrix with its targets and weights, and one place of it opened."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, wants_partial
from references.actions import coverage as actions
from references.forms.coverage import TargetForm, WeightForm
from references.reports import coverage_gaps as gap_report
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_matrix import Axis, Matrix
from references.reports.coverage_places import COLUMNS, ROWS, Spot, axes_asked, spot_asked
from references.reports.coverage_weights import hidden


@require_safe
@requires("references.view_coverage")
def index(request: PersonRequest) -> HttpResponse:
    """Two ways of looking at customers, and where they meet what counts, what is coming and what is wanted."""
    rows_axis, columns_axis = _axes(request.GET)
    asked, may_edit = request.GET, request.user.has_perm("references.set_coverage")
    text, shows_hidden = asked.get("q", "").strip()[:100], asked.get("all") == "true"
    matrix, is_edited = _matrix(request, rows_axis, columns_axis), may_edit and asked.get("edit") == "true"
    context = {
        "matrix": matrix,
        "hidden": hidden(matrix.put_away) if is_edited else [],
        "axes": report.axes(),
        "search": text,
        "shows_hidden": shows_hidden,
        "may_edit": may_edit,
        "is_edited": is_edited,
        "query": urlencode({"rows": rows_axis.key, "columns": columns_axis.key}),
    }
    return render_page_or_partial(request, "references/coverage_index.html", "coverage-matrix", context)


@require_safe
@requires("references.view_coverage")
def export(request: PersonRequest) -> HttpResponseBase:
    """Every place of the matrix as it is narrowed, one a line."""
    found = _matrix(request, *_axes(request.GET))
    header = [found.rows_axis.name, found.columns_axis.name, _("Reference-able"), _("Of high impact"), _("On the way")]
    header += [_("Customers"), _("Target"), _("Missing"), _("Weight")]
    return csv_response(f"coverage-{timezone.localdate():%Y-%m-%d}.csv", header, _lines(found))


def _lines(found: Matrix) -> Iterator[list[Any]]:
    for row in found.rows:
        for column, place in zip(found.columns, row.places, strict=True):
            numbers = [place.referenceable, place.high_impact, place.pipeline, place.customers]
            yield [row.value.name, column.name, *numbers, place.target, place.missing, place.weight]


def _matrix(request: PersonRequest, rows_axis: Axis, columns_axis: Axis) -> Matrix:
    return report.matrix(
        rows_axis,
        columns_axis,
        now=Present.seen(timezone.now()),
        text=request.GET.get("q", "").strip()[:100],
        shows_hidden=request.GET.get("all") == "true",
    )


def _axes(asked: QueryDict) -> tuple[Axis, Axis]:
    """The two axes that are asked for; what is unknown or twice the same is passed over."""
    known = {axis.key: axis for axis in report.axes()}
    rows = known.get(asked.get("rows", ""), known[ROWS])
    columns = known.get(asked.get("columns", ""), known[COLUMNS])
    if rows == columns:
        columns = known[COLUMNS if rows.key != COLUMNS else ROWS]
    return rows, columns


@require_safe
@requires("references.view_coverage")
def gaps(request: PersonRequest) -> HttpResponse:
    """The places that miss most of what matters: on the home page, and on a page of its own."""
    context = {"matrix": _matrix(request, *_axes(request.GET))}
    return render_page_or_partial(request, "references/coverage_gaps.html", "coverage-gaps", context)


@require_safe
@requires("references.view_coverage")
def gap(request: PersonRequest) -> HttpResponse:
    """One place: who could fill it, who is on the way, and which colleague to ask. Without a place, the matrix."""
    spot, now = _spot(request.GET), Present.seen(timezone.now())
    if spot is None:
        return redirect("references:coverage_index")
    found = gap_report.gap(spot, now=now)
    context = {
        "gap": found,
        "form": TargetForm(initial={"target": found.place.target}),
        "may_edit": request.user.has_perm("references.set_coverage"),
        "pay_trigger": now.definition.dimension,
    }
    return render(request, "references/coverage_gap.html", context)


@require_safe
@requires("references.view_coverage")
def export_gap(request: PersonRequest) -> HttpResponseBase:
    """Who could fill one place, as its page shows them."""
    spot = _spot(request.GET)
    if spot is None:
        return redirect("references:coverage_index")
    found = gap_report.gap(spot, now=Present.seen(timezone.now()))
    name = f"coverage-gap-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, gap_report.export_header(), gap_report.export_rows(found))


def _spot(asked: QueryDict) -> Spot | None:
    """The place that is asked for, None if none is; one that does not exist is not found."""
    if "row" not in asked or "column" not in asked:
        return None
    spot = spot_asked(asked)
    if spot is None:
        raise Http404
    return spot


@require_POST
@requires("references.set_coverage")
def set_target(request: PersonRequest) -> HttpResponse:
    """How many references are wanted at one place; answers with the place, or goes to it."""
    rows_axis, columns_axis = _axes(request.POST)
    form = TargetForm(request.POST)
    if axes_asked(request.POST) is None:
        form.add_error("target", _("There is no such place in the matrix."))
    if form.is_valid():
        place = {name: form.cleaned_data[name] for name in ("row", "column", "target")}
        seen = form.cleaned_data["seen"] if "seen" in request.POST else None
        try:
            actions.set_target(
                rows_axis, columns_axis=columns_axis, **place, seen=seen, by=request.user, at=timezone.now()
            )
        except RuleBroken as refusal:
            form.add_error("target", str(refusal))
        if not form.errors and not wants_partial(request):
            messages.success(request, _("The target is saved."))
    return _place(request, form, rows_axis, columns_axis)


def _place(request: PersonRequest, form: TargetForm, rows_axis: Axis, columns_axis: Axis) -> HttpResponse:
    row, column = (
        request.POST.get("row", "")[:200].replace("\0", ""),
        request.POST.get("column", "")[:200].replace("\0", ""),
    )
    query = urlencode({"rows": rows_axis.key, "columns": columns_axis.key, "row": row, "column": column})
    problems = [words for found in form.errors.values() for words in found]
    if not wants_partial(request):
        if problems:
            messages.error(request, _("The target is not saved. %(problem)s") % {"problem": problems[0]})
        page = "coverage_gap" if spot_asked(request.POST) else "coverage_index"
        return redirect(f"{reverse(f'references:{page}')}?{query}")
    place = report.place(rows_axis, columns_axis, row, column, now=Present.seen(timezone.now()))
    context = {"place": place, "matrix": {"rows_axis": rows_axis, "columns_axis": columns_axis}, "is_edited": True}
    context |= {"errors": problems, "typed": request.POST.get("target", "")[:20]}
    return render(request, "references/coverage_place.html", context, status=422 if form.errors else 200)


@require_POST
@requires("references.set_coverage")
def set_weight(request: PersonRequest) -> HttpResponse:
    """How much a value matters; the matrix is shown anew, as its order follows the weights."""
    known = {axis.key: axis for axis in report.axes()}
    form = WeightForm(request.POST)
    axis = known.get(request.POST.get("axis", ""))
    if axis is None or not form.is_valid():
        messages.error(request, _("The weight is not saved: a value of the matrix weighs 0 to 3."))
    else:
        try:
            actions.set_weight(axis, **form.cleaned_data, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
    back = {name: request.POST.get(name, "")[:100] for name in ("rows", "columns", "q", "all")}
    query = urlencode({name: value for name, value in back.items() if value} | {"edit": "true"})
    return redirect(f"{reverse('references:coverage_index')}?{query}")
