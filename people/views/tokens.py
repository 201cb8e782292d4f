"""A person's own API tokens."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.actions import api_tokens
from core.errors import RuleBroken
from core.models import ApiToken
from core.permissions import requires
from core.requests import PersonRequest
from people.forms import TokenForm


@never_cache
@requires("core.use_program")
def create(request: PersonRequest) -> HttpResponse:
    """The secret stands in the answer and nowhere else: it cannot be shown a second time."""
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
            return render(request, "people/token_created.html", {"token": token, "secret": secret})
    return render(request, "people/token_new.html", {"form": form}, status=422)


@require_POST
@requires("core.use_program")
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    api_tokens.revoke(token, by=request.user, at=timezone.now())
    messages.success(request, gettext("“%(name)s” no longer works.") % {"name": token.name})
    return redirect("people:profile_detail")
