"""Settings of the programme, and the way to all other settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from references.actions import programme as actions
from references.forms.programme import ProgrammeForm
from references.models import Closing


@requires("core.configure_programme")
def edit(request: PersonRequest) -> HttpResponse:
    """All settings at once; the calendar is shown as fixed once a quarter is closed."""
    sent, is_closed_once = request.POST if request.method == "POST" else None, Closing.objects.exists()
    form = ProgrammeForm(sent, instance=Programme.current(), is_calendar_fixed=is_closed_once)
    if form.is_bound and form.is_valid():
        values, seen = form.values(), form.cleaned_data["seen"]
        try:
            actions.configure(Programme.current(), values=values, seen=seen, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The settings are saved."))
            return redirect("references:programme_edit")
    context = {"form": form, "is_closed_once": is_closed_once}
    return render(request, "references/programme_edit.html", context, status=422 if form.is_bound else 200)
