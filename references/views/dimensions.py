"""Settings: the dimensions and the evidence rules."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from references.actions import dimensions, evidence_settings
from references.forms.dimensions import DimensionForm, EvidenceSettingsForm
from references.models import Definition, Dimension, EvidenceSettings


@requires("references.configure")
def index(request: PersonRequest) -> HttpResponse:
    """All dimensions in the order of the grid, and the numbers of the evidence rules."""
    settings = EvidenceSettings.current()
    form = EvidenceSettingsForm(request.POST or None, instance=settings)
    if form.is_valid() and _saved(request, form):
        return redirect("references:dimension_index")
    label = Programme.current().calendar.quarter_at(timezone.now()).label
    context = {
        "dimensions": Dimension.objects.order_by("-group", "position", "pk"),
        "trigger": Definition.objects.holding_for(label).dimension_id,
        "form": form,
    }
    return render(request, "references/dimension_index.html", context, status=422 if form.is_bound else 200)


def _saved(request: PersonRequest, form: EvidenceSettingsForm) -> bool:
    seen, now = form.cleaned_data["seen"], timezone.now()
    try:
        evidence_settings.edit(changes=form.values(), seen=seen, by=request.user, at=now)
    except StaleVersion as stale:
        form.refuse(stale)
        return False
    messages.success(request, _("The evidence rules are saved; they hold for evidence entered from now on."))
    return True


@requires("references.configure")
def create(request: PersonRequest) -> HttpResponse:
    """A dimension more."""
    form = DimensionForm(request.POST or None, initial={"position": 7})
    if form.is_valid():
        try:
            made = dimensions.create(values=form.values(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%s” stands in the grid.") % made)
            return redirect("references:dimension_index")
    return render(request, "references/dimension_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("references.configure")
def edit(request: PersonRequest, key: str) -> HttpResponse:
    """Rename, explain, reorder a dimension, set its evidence rule, take it out of use."""
    dimension = get_object_or_404(Dimension, key=key)
    form = DimensionForm(request.POST or None, instance=dimension)
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            dimensions.edit(dimension, changes=form.values(), seen=seen, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%s” is saved.") % form.cleaned_data["name"])
            return redirect("references:dimension_index")
    context = {"form": form, "dimension": dimension}
    return render(request, "references/dimension_edit.html", context, status=422 if form.is_bound else 200)
