"""How many references are wanted at a place of the coverage matrix: set in the matrix, or on the page of the place."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest, wants_partial
from references.actions import coverage as actions
from references.forms.coverage import TargetForm
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_matrix import Axis
from references.reports.coverage_places import axes_asked, axes_to_show, spot_asked
from references.views.coverage_pages import matrix_context, show_gap


@require_POST
@requires("references.set_coverage")
def set_target(request: PersonRequest) -> HttpResponse:
    """How many references are wanted at one place; answers with it and with the list of gaps, or goes there."""
    rows_axis, columns_axis = axes_to_show(request.POST)
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
    context = matrix_context(request, request.POST, is_edited=True) | {"place": place, "problem": form.problem}
    context["typed"] = request.POST.get("target", "")[:20]
    return render(request, "references/coverage_saved.html", context, status=422 if form.errors else 200)


def _whole_page(request: PersonRequest, form: TargetForm) -> HttpResponse:
    """The page of the place, where what was typed stays if it is refused; the matrix if there is no such place."""
    spot = spot_asked(request.POST)
    if spot and form.errors:
        return show_gap(request, spot, refused=form)
    if spot:
        messages.success(request, _("The target is saved."))
        return redirect(f"{reverse('references:coverage_gap')}?{spot.query}")
    words = _("The target is not saved. %(problem)s") % {"problem": form.problem}
    context = matrix_context(request, request.POST, is_edited=True) | {"problem": words}
    return render(request, "references/coverage_index.html", context, status=422)
