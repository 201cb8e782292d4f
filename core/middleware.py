"""What happens to every request before a view sees it."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext

from core.api.errors import refusal
from core.models import User

Answer = Callable[[HttpRequest], HttpResponse]
DEVICES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip


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
            words = gettext("The address contains a character that cannot be used.")
            if request.path.startswith("/api/"):
                return JsonResponse(refusal("invalid_address", words), status=400)
            return HttpResponseBadRequest(words)
        return self.get_response(request)


class RefuseImpossibleNumbers:
    """Answer 404 for a number in the path that no row can have: SQLite fails at what is larger than its columns."""

    largest = 2**63 - 1

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > self.largest for value in kwargs.values()):
            raise Http404


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
