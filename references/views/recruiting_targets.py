"""How many new references the programme aims at, quarter by quarter."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.models import Programme
from core.permissions import permit, requires
from core.requests import PersonRequest
from references.actions import recruiting_targets as actions
from references.forms.recruiting import RecruitingTargetForm
from references.reports import recruiting_targets as report


@requires("references.view_nominations")
def index(request: PersonRequest) -> HttpResponse:
    """All targets and what came of them; who configures the programme sets those of quarters that are not over."""
    at = timezone.now()
    running = Programme.current().calendar.quarter_at(at)
    wanted = request.GET.get("quarter") or running.label
    sent, lines = request.POST if request.method == "POST" else None, report.lines(at=at)
    initial = {"quarter": wanted, "seen": max((line.target.pk for line in lines), default=0)}
    form = RecruitingTargetForm(sent, running=running, initial=initial)
    if form.is_bound:
        permit(request, "references.configure")
        if form.is_valid() and _set(request, form):
            return redirect("references:recruiting_target_index")
    context = {"form": form, "lines": lines, "running": running}
    return render(request, "references/recruiting_target_index.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires("references.view_nominations")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """Every target that was ever set, with what came of those that hold."""
    found = report.lines(at=timezone.now())
    name = f"recruiting-targets-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(found))


def _set(request: PersonRequest, form: RecruitingTargetForm) -> bool:
    quarter, count = form.cleaned_data["quarter"], form.cleaned_data["count"]
    told = {name: form.cleaned_data[name] for name in ("reason", "seen")}
    try:
        actions.set_target(quarter, count=count, **told, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The target of %(quarter)s is %(count)d.") % {"quarter": quarter, "count": count})
    return True
