"""A person's own API tokens."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.actions import api_tokens
from core.errors import RuleBroken
from core.models import ApiToken
from core.permissions import requires
from core.requests import PersonRequest
from people.forms import TokenForm

COOKIE: Final = "new_token"
SECONDS: Final = 60


@never_cache
@requires("core.use_program")
def create(request: PersonRequest) -> HttpResponse:
    """A new token; its secret is shown by the page that follows."""
    if request.method != "POST":
        in_a_year = timezone.localdate() + timedelta(days=365)
        return render(request, "people/token_new.html", {"form": TokenForm(initial={"expires_on": in_a_year})})
    form = TokenForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            token, secret = api_tokens.create(
                request.user,
                name=given["name"],
                may_write=given["may_write"],
                expires_at=given["expires_on"],
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            form.add_error("expires_on", str(refusal))
        else:
            return _carry(secret, to=reverse("people:token_created", args=[token.pk]))
    return render(request, "people/token_new.html", {"form": form}, status=422)


@never_cache
@require_safe
@requires("core.use_program")
def created(request: PersonRequest, pk: int) -> HttpResponse:
    """The secret, once: loaded again, the page has nothing to show, and makes nothing."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    secret = request.get_signed_cookie(COOKIE, default="", max_age=SECONDS) or ""
    if ApiToken.digest_of(secret) != token.digest:
        messages.info(
            request, gettext("A token is shown only once. If you did not copy it, revoke it and make another.")
        )
        return redirect("people:profile_detail")
    response = render(request, "people/token_created.html", {"token": token, "secret": secret})
    response.delete_cookie(COOKIE, path=request.path, samesite="Strict")
    return response


def _carry(secret: str, *, to: str) -> HttpResponse:
    """Go on to the page that shows the secret. The browser carries it there: the program keeps only its digest."""
    response = redirect(to)
    response.set_signed_cookie(
        COOKIE,
        secret,
        max_age=SECONDS,
        path=to,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@require_POST
@requires("core.use_program")
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    api_tokens.revoke(token, by=request.user, at=timezone.now())
    messages.success(request, gettext("“%(name)s” no longer works.") % {"name": token.name})
    return redirect("people:profile_detail")
