"""The closing count that the team aims at, quarter by quarter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import permit, requires
from core.requests import PersonRequest
from references.actions import targets as actions
from references.forms.quarters import TargetForm
from references.models import Closing, QuarterTarget


@requires("references.view_quarter")
def index(request: PersonRequest) -> HttpResponse:
    """All targets with their reasons; who configures the programme sets those of quarters that are not over."""
    running = Programme.current().calendar.quarter_at(timezone.now())
    rows = QuarterTarget.objects.select_related("by")
    closed = Closing.objects.filter(target__isnull=True).order_by("-quarter").values_list("quarter", flat=True)
    late = [label for label in closed if label not in set(rows.values_list("quarter", flat=True))]
    wanted = request.GET.get("quarter") or running.label
    holding = dict(rows.order_by("pk").values_list("quarter", "pk"))
    initial = {"quarter": wanted, "seen": max(holding.values(), default=0)}
    form = TargetForm(request.POST or None, running=running, late=late, initial=initial)
    if request.method == "POST":
        permit(request, "references.configure")
        if form.is_valid() and _set(request, form):
            return redirect("references:target_index")
    context = {"form": form, "targets": rows, "holding": set(holding.values()), "running": running}
    return render(request, "references/target_index.html", context, status=422 if form.is_bound else 200)


def _set(request: PersonRequest, form: TargetForm) -> bool:
    quarter, count = form.cleaned_data["quarter"], form.cleaned_data["count"]
    told = {name: form.cleaned_data[name] for name in ("reason", "seen")}
    try:
        actions.set_target(quarter, count=count, **told, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The target of %(quarter)s is %(count)d.") % {"quarter": quarter, "count": count})
    return True
