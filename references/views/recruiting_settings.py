"""The numbers of recruiting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from references.actions import recruiting_settings as actions
from references.forms.recruiting import RecruitingForm
from references.models import RecruitingSettings


@requires("references.configure")
def edit(request: PersonRequest) -> HttpResponse:
    """How many invitations a month, and after how many days something is due."""
    form = RecruitingForm(request.POST if request.method == "POST" else None, instance=RecruitingSettings.current())
    if form.is_bound and form.is_valid():
        try:
            actions.edit(changes=form.values(), seen=form.cleaned_data["seen"], by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.refuse(stale)
        else:
            messages.success(request, _("The settings are saved, and the queue is planned anew."))
            return redirect("references:recruiting_edit")
    context = {"form": form}
    return render(request, "references/recruiting_edit.html", context, status=422 if form.is_bound else 200)
