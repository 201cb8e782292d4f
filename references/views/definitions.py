"""What "reference-able" means, and from which quarter on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import permit, requires
from core.requests import PersonRequest
from references.actions import definitions as actions
from references.forms.quarters import DefinitionForm
from references.models import Definition
from references.reports import trials
from references.reports.counts import Present


@requires("references.view_quarter")
def index(request: PersonRequest) -> HttpResponse:
    """The definitions with their reasons; who configures the programme changes the one of a quarter to come."""
    now = Present.seen(timezone.now())
    running, holding = now.quarter, now.definition
    initial = {"quarter": running.label, "dimension": holding.dimension_id, "evidence_needed": holding.evidence_needed}
    initial["seen"] = Definition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    form = DefinitionForm(request.POST or None, running=running, initial=initial)
    if request.method == "POST":
        permit(request, "references.configure")
        if form.is_valid() and _changed(request, form, now):
            return redirect("references:definition_index")
    context = {
        "form": form,
        "holding": holding,
        "running": running,
        "trials": trials.trials(now) if request.user.has_perm("references.configure") else [],
        "count": now.count,
        "definitions": Definition.objects.select_related("dimension", "by").prefetch_related("closings"),
    }
    return render(request, "references/definition_index.html", context, status=422 if form.is_bound else 200)


def _changed(request: PersonRequest, form: DefinitionForm, now: Present) -> bool:
    try:
        definition = actions.change(
            form.cleaned_data["dimension"],
            from_quarter=form.cleaned_data["quarter"],
            evidence_needed=form.cleaned_data["evidence_needed"],
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=now.at,
        )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    words = _("From %(quarter)s on, “%(dimension)s” is the pay trigger.")
    told = words % {"quarter": definition.from_quarter, "dimension": definition.dimension}
    messages.success(request, f"{told} {trials.in_words(definition, now=now)}")
    return True
