"""Invite a person, and invite again."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from core.errors import RuleBroken
from core.models import User
from core.permissions import requires
from core.requests import PersonRequest
from people import tasks
from people.actions import invitations
from people.forms import InvitationForm

logger = logging.getLogger(__name__)


@requires("core.manage_people")
def create(request: PersonRequest) -> HttpResponse:
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite_newcomer(**form.cleaned_data, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error("email", str(refusal))
        else:
            _send_soon()
            messages.success(request, gettext("%(name)s is invited; the mail is on its way.") % {"name": invitation})
            return redirect("people:person_detail", pk=invitation.user_id)
    return render(request, "people/invitation_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@requires("core.manage_people")
def repeat(request: PersonRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        invitations.invite(user, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        _send_soon()
        messages.success(request, gettext("The invitation is on its way to %(mail)s again.") % {"mail": user.email})
    return redirect("people:person_detail", pk=pk)


def _send_soon() -> None:
    """Ask a worker; if the broker is down, the schedule sends the mail as soon as it is back."""
    try:
        tasks.send_invitations.apply_async(retry=False)
    except (OperationalError, OSError):
        logger.warning("The broker does not answer; the schedule will send the invitation.")
