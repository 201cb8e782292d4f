"""The own profile: name and formats, second factor, sessions, tokens."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.http import require_POST, require_safe

from core.actions import people
from core.errors import StaleVersion
from core.models import ApiToken, User
from core.permissions import requires
from core.requests import PersonRequest
from people.forms import ProfileForm


@require_safe
@requires("core.log_in")
def detail(request: PersonRequest) -> HttpResponse:
    return _page(request, ProfileForm(initial=_told(request.user)))


def _told(user: User) -> dict[str, Any]:
    told = {"name": user.name, "time_zone": user.time_zone, "locale": user.locale}
    return told | {"version": people.profile_mark(user)}


@require_POST
@requires("core.log_in")
def edit(request: PersonRequest) -> HttpResponse:
    form = ProfileForm(request.POST, initial=_told(request.user))
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        user = people.edit(request.user, **form.said(), by=request.user, at=timezone.now())
    except StaleVersion as stale:
        form.refuse(stale, ProfileForm(initial=_told(stale.current)))
        return _page(request, form, status=422)
    with override(user.locale):
        messages.success(request, gettext("Your profile is saved."))
    return redirect("people:profile_detail")


@require_POST
@requires("core.log_in")
def end_sessions(request: PersonRequest) -> HttpResponse:
    """Ends every session but the one that asks."""
    user = people.end_sessions(request.user, by=request.user, at=timezone.now())
    update_session_auth_hash(request, user)
    messages.success(request, gettext("You are logged out everywhere else."))
    return redirect("people:profile_detail")


@require_safe
@requires("core.log_in")
def address(request: PersonRequest) -> HttpResponse:
    """The log-in library's page of addresses: here an address is the login, and administrators look after it."""
    return redirect("people:profile_detail")


def _page(request: PersonRequest, form: ProfileForm, *, status: int = 200) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "tokens": ApiToken.objects.visible_to(user).filter(revoked_at__isnull=True),
        "has_second_factor": get_adapter().is_mfa_enabled(user),
        "services": SocialAccount.objects.filter(user=user) if settings.SOCIALACCOUNT_PROVIDERS else None,
        "now": timezone.now(),
    }
    return render(request, "people/profile.html", context, status=status)
