"""The request as a guarded view gets it, and the two shapes of its answer."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from core.models import User


class PersonRequest(HttpRequest):
    """A request of a person who is logged in: what every view behind `@requires` may count on. For types only."""

    user: User
    htmx: HtmxDetails


def programme_day(request: PersonRequest) -> date:
    """The day by which a page judges who has left and what is due, wherever the person sits; see decision 27."""
    return request.user.programme.calendar.day_of(timezone.now())


def without_cursor(request: HttpRequest) -> QueryDict:
    """What a list was asked with, without the place in it: for the links to its other pages and its export."""
    asked = request.GET.copy()
    asked.pop("cursor", None)
    return asked


def wants_partial(request: PersonRequest) -> bool:
    """Whether to answer with the partial only: htmx asks, and neither follows a link nor restores the history."""
    return bool(request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request)


def render_page_or_partial(
    request: PersonRequest, template: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """One address, one view: the named partial for htmx, the whole page otherwise.

    The partial stands in the page's own template, or is named together with the one it stands in.
    """
    shown = template
    if wants_partial(request):
        shown = partial if "#" in partial else f"{template}#{partial}"
    response = render(request, shown, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
