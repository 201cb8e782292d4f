"""What is answered when the program cannot: in words, and without asking the database for anything."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, server_error

from core.api.errors import refusal
from core.forms import NotNarrowed
from core.unavailable import SECONDS, reason

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 for a form that is too large, with what a person can do; 400 for what cannot be understood, in words where
    there are some."""
    if isinstance(exception, TOO_LARGE):
        return HttpResponse(render_to_string("413.html"), status=413)
    if isinstance(exception, NotNarrowed):
        return HttpResponse(render_to_string("400.html", {"words": str(exception)}), status=400)
    return bad_request(request, exception)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token; a header tells the page's scripts whether its person is logged out."""
    answer = csrf_failure(request, reason=reason)
    answer["X-Refused"] = "no-token" if request.user.is_authenticated else "logged-out"
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """503 if the database could not do its part, with what a person can do; 500 if the program is at fault."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return server_error(request)
    words = reason(error)
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(refusal("unavailable", words) | {"type": "server_error"}, status=503)
    else:
        answer = HttpResponse(render_to_string("503.html", {"reason": words}), status=503)
    answer["Retry-After"] = str(SECONDS)
    return answer
