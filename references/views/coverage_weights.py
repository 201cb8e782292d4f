"""How much a value of the coverage matrix matters; the weight 0 hides it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from references.actions import coverage as actions
from references.forms.coverage import WeightForm
from references.reports import coverage_matrix as report
from references.views.coverage_pages import matrix_context


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
        return _refused(request, problem)
    back = {name: request.POST.get(name, "")[:100] for name in ("rows", "columns", "q", "all")}
    query = urlencode({name: value for name, value in back.items() if value} | {"edit": "true"})
    return redirect(f"{reverse('references:coverage_index')}?{query}")


def _refused(request: PersonRequest, problem: str) -> HttpResponse:
    """The matrix as it is now, with the weight that was chosen."""
    axis, value, weight = (request.POST.get(name, "")[:100] for name in ("axis", "value", "weight"))
    words = _("The weight ×%(weight)s of %(value)s is not saved: %(problem)s")
    told = {"weight": weight, "value": value or _("not given"), "problem": problem}
    context = matrix_context(request, request.POST, is_edited=True)
    context |= {"problem": words % told, "refused_at": (axis, value), "refused_weight": weight}
    return render_page_or_partial(request, "references/coverage_index.html", "coverage-matrix", context, status=422)
