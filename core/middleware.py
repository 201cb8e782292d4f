"""What happens to every request before a view sees it."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.middleware.common import CommonMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from core.api.errors import refusal
from core.api.parsing import LARGEST_ID
from core.models import User

READING = ("GET", "HEAD")
Answer = Callable[[HttpRequest], HttpResponse]
DEVICES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip


class HeadWithoutBody:
    """Answer HEAD with what GET tells of itself, its length included, and nothing after it: Django leaves that to the
    web server, which complains of every body it has to drop."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD" and isinstance(response, StreamingHttpResponse):
            # What it would have read from is still closed with it.
            response.streaming_content = ()
        elif request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class LedOn(HttpResponsePermanentRedirect):
    """Like 301, but the method and what was sent go along."""

    status_code = 308


class AddMissingSlash(CommonMiddleware):
    """Leads an address that lacks its last slash on. After a 301 a program would ask with GET, be answered 200, and
    believe that it has written."""

    response_redirect_class = LedOn


class RefuseDevices:
    """Tell the browser that no page here uses the camera, the microphone and the like, whatever a script asks for."""

    policy = ", ".join(f"{device}=()" for device in DEVICES)

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.policy
        return response


class KeepToOnePerson:
    """Let no cache keep what was made for one person, and no other site load it.

    So nothing comes back with the browser's *back* after a log-out. Who answers with the same to everyone says so.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RefuseControlCharacters:
    """Refuse NUL in the path and the query string, which neither database can store or compare."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            if request.path.startswith("/api/"):
                words = gettext("The address contains a character that cannot be used.")
                return JsonResponse(refusal("invalid_address", words), status=400)
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


class RefuseImpossibleNumbers:
    """Answer 404 for a number in the path that no row can have: SQLite fails at what is larger than its columns."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
            raise Http404


class LogInFirst(LoginRequiredMiddleware):
    """Who was logged out while filling in a form comes back to the page on which it stood, and is told that it was not
    sent: the address it was sent to has nothing to show."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in READING:
            return super().handle_no_permission(request, view_func)
        words = gettext(
            "You had been logged out, so what you wrote was not saved. Log in and send it once more; if it does not "
            "stand in its form again, your browser's Back button may still have it."
        )
        messages.warning(request, words)
        return redirect_to_login(_page_of_the_form(request), self.get_login_url(view_func))


def _page_of_the_form(request: HttpRequest) -> str:
    """The page from which a form was sent, if the browser tells one of ours; otherwise the first page."""
    sent_from = request.headers.get("Referer", "")
    ours = {request.get_host()}
    if not url_has_allowed_host_and_scheme(sent_from, ours, require_https=request.is_secure()):
        return "/"
    page = urlsplit(sent_from)
    return f"{page.path}?{page.query}" if page.query else page.path


class WordsForMethods:
    """A page is read or a form is sent; whatever else is tried is answered 405, in words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        allowed = [*READING, "POST"]
        response = self.get_response(request) if request.method in allowed else HttpResponseNotAllowed(allowed)
        if response.status_code != 405:
            return response
        page = render(request, "405.html", {"is_to_be_read": "GET" in response["Allow"]}, status=405)
        page["Allow"] = response["Allow"]
        return page


class PersonalSettings:
    """Show dates, numbers and words as the person who is logged in has chosen."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The person, where Django has a promise of one: everything below asks who it is, and a promise takes its time.
        request.user = person = get_user(request)
        if not isinstance(person, User):
            return self.get_response(request)
        with translation.override(person.locale), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
            return self.get_response(request)
