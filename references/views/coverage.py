"""Coverage: the matrix with its targets and weights, and one place of it opened."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import Form
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
    is_edited = request.user.has_perm("references.set_coverage") and request.GET.get("edit") == "true"
    context = _page(request, request.GET, is_edited=is_edited)
    return render_page_or_partial(request, "references/coverage_index.html", "coverage-matrix", context)


def _page(request: PersonRequest, asked: QueryDict, *, is_edited: bool) -> dict[str, Any]:
    """What the matrix shows that is asked for, in an address or beside what is set in it."""
    matrix = _matrix(asked)
    return {
        "matrix": matrix,
        "hidden": hidden(matrix.put_away) if is_edited else [],
        "axes": report.axes(),
        "search": _search(asked),
        "shows_hidden": asked.get("all") == "true",
        "may_edit": request.user.has_perm("references.set_coverage"),
        "is_edited": is_edited,
        "query": urlencode({"rows": matrix.rows_axis.key, "columns": matrix.columns_axis.key}),
    }


@require_safe
@requires("references.view_coverage")
def export(request: PersonRequest) -> HttpResponseBase:
    """Every place of the matrix as it is narrowed, one a line; none if it is not there."""
    if axes_asked(request.GET) is None:
        messages.error(request, _("There is no such matrix to export. Choose two different ways of looking at it."))
        return redirect("references:coverage_index")
    found = _matrix(request.GET)
    header = [found.rows_axis.name, found.columns_axis.name, _("Reference-able"), _("Of high impact"), _("On the way")]
    header += [_("Customers"), _("Target"), _("Missing"), _("Weight")]
    return csv_response(f"coverage-{timezone.localdate():%Y-%m-%d}.csv", header, _lines(found))


def _lines(found: Matrix) -> Iterator[list[Any]]:
    for row in found.rows:
        for column, place in zip(found.columns, row.places, strict=True):
            numbers = [place.referenceable, place.high_impact, place.pipeline, place.customers]
            yield [row.value.name, column.name, *numbers, place.target, place.missing, place.weight]


def _matrix(asked: QueryDict) -> Matrix:
    now, shows_hidden = Present.seen(timezone.now()), asked.get("all") == "true"
    return report.matrix(*_axes(asked), now=now, text=_search(asked), shows_hidden=shows_hidden)


def _search(asked: QueryDict) -> str:
    return asked.get("q", "").strip()[:100]


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
    context = {"matrix": _matrix(request.GET)}
    return render_page_or_partial(request, "references/coverage_gaps.html", "coverage-gaps", context)


@require_safe
@requires("references.view_coverage")
def gap(request: PersonRequest) -> HttpResponse:
    """One place: who could fill it, who is on the way, and which colleague to ask. Without a place, the matrix."""
    spot = _spot(request.GET)
    if spot is None:
        return redirect("references:coverage_index")
    return _gap(request, spot)


def _gap(request: PersonRequest, spot: Spot, refused: TargetForm | None = None) -> HttpResponse:
    now = Present.seen(timezone.now())
    found = gap_report.gap(spot, now=now)
    context = {
        "gap": found,
        "target": found.place.target if refused is None else refused.data.get("target", "")[:20],
        "problem": _problem(refused),
        "may_edit": request.user.has_perm("references.set_coverage"),
        "pay_trigger": now.definition.dimension,
    }
    return render(request, "references/coverage_gap.html", context, status=200 if refused is None else 422)


def _problem(refused: Form | None) -> str:
    """The first complaint about what was sent."""
    return next((str(words) for found in refused.errors.values() for words in found), "") if refused else ""


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
    if wants_partial(request):
        return _place(request, form, rows_axis, columns_axis)
    return _whole_page(request, form)


def _place(request: PersonRequest, form: TargetForm, rows_axis: Axis, columns_axis: Axis) -> HttpResponse:
    row, column = (request.POST.get(name, "")[:200].replace("\0", "") for name in ("row", "column"))
    place = report.place(rows_axis, columns_axis, row, column, now=Present.seen(timezone.now()))
    context = {"place": place, "matrix": {"rows_axis": rows_axis, "columns_axis": columns_axis}, "is_edited": True}
    context |= {"problem": _problem(form), "typed": request.POST.get("target", "")[:20]}
    return render(request, "references/coverage_place.html", context, status=422 if form.errors else 200)


def _whole_page(request: PersonRequest, form: TargetForm) -> HttpResponse:
    """The page of the place, where what was typed stays if it is refused; the matrix if there is no such place."""
    spot = spot_asked(request.POST)
    if spot and form.errors:
        return _gap(request, spot, form)
    if spot:
        messages.success(request, _("The target is saved."))
        return redirect(f"{reverse('references:coverage_gap')}?{spot.query}")
    words = _("The target is not saved. %(problem)s") % {"problem": _problem(form)}
    context = _page(request, request.POST, is_edited=True) | {"problem": words}
    return render(request, "references/coverage_index.html", context, status=422)


@require_POST
@requires("references.set_coverage")
def set_weight(request: PersonRequest) -> HttpResponse:
    """How much a value matters; the matrix is shown anew, as its order follows the weights."""
    known = {axis.key: axis for axis in report.axes()}
    form, axis = WeightForm(request.POST), known.get(request.POST.get("axis", ""))
    problem = "" if axis and form.is_valid() else _("a value of the matrix weighs 0 to 3.")
    if axis and not problem:
        try:
            actions.set_weight(axis, **form.cleaned_data, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            problem = str(refusal)
    if problem:
        return _weight_refused(request, problem)
    back = {name: request.POST.get(name, "")[:100] for name in ("rows", "columns", "q", "all")}
    query = urlencode({name: value for name, value in back.items() if value} | {"edit": "true"})
    return redirect(f"{reverse('references:coverage_index')}?{query}")


def _weight_refused(request: PersonRequest, problem: str) -> HttpResponse:
    """The matrix as it is now, with the weight that was chosen."""
    axis, value, weight = (request.POST.get(name, "")[:100] for name in ("axis", "value", "weight"))
    words = _("The weight ×%(weight)s of %(value)s is not saved: %(problem)s")
    told = {"weight": weight, "value": value or _("not given"), "problem": problem}
    context = _page(request, request.POST, is_edited=True)
    context |= {"problem": words % told, "refused_at": (axis, value), "refused_weight": weight}
    return render_page_or_partial(request, "references/coverage_index.html", "coverage-matrix", context, status=422)
