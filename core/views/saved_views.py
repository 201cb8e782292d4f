"""Saved views: the menu on every list keeps, shares and forgets them; it returns to the list it came from."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from core.actions import saved_views
from core.errors import RuleBroken
from core.models import SavedView
from core.permissions import requires
from core.requests import PersonRequest


@require_POST
@requires("core.use_program")
def save(request: PersonRequest) -> HttpResponse:
    """Keep the filters of a page: `page` is its URL name, `query` its query string."""
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    back = _address(page, query)
    name, is_shared = request.POST.get("name", ""), "is_shared" in request.POST
    # What was typed goes into no query before the action has looked at it.
    was_there = (page, name.strip()) in request.user.saved_views.values_list("page", "name")
    try:
        view = saved_views.save(
            request.user, page=page, name=name, query=query, is_shared=is_shared, by=request.user, at=timezone.now()
        )
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return back
    said = gettext("The view “%(name)s” is saved.")
    if was_there:
        said = gettext("The view “%(name)s” was there already; it shows this now.")
    messages.success(request, said % {"name": view.name})
    return back


@require_POST
@requires("core.use_program")
def share(request: PersonRequest, pk: int) -> HttpResponse:
    """Turn sharing on or off; only the owner may."""
    view = _own(request, pk)
    saved_views.share(view, is_shared=not view.is_shared, by=request.user, at=timezone.now())
    said = gettext("Everyone sees “%(name)s” now.") if view.is_shared else gettext("Only you see “%(name)s” now.")
    messages.success(request, said % {"name": view.name})
    return _address(view.page, request.POST.get("query", view.query))


@require_POST
@requires("core.use_program")
def delete(request: PersonRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    back = _address(view.page, request.POST.get("query", ""))
    saved_views.delete(view, by=request.user, at=timezone.now())
    messages.success(request, gettext("The view “%(name)s” is deleted.") % {"name": view.name})
    return back


def _own(request: PersonRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user).filter(owner=request.user), pk=pk)


def _address(page: str, query: str) -> HttpResponseRedirect:
    try:
        address = reverse(page)
    except NoReverseMatch:
        raise Http404
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
