"""What the program writes to its log: a line per request and per task run, as JSON for machines or text for a person.

No line holds what people wrote: no query string, no body, no key of a link, and of an exception the first line alone,
because a database tells the refused row, notes and all, in the lines after it.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

HEADER, SENT_ID = "X-Request-ID", re.compile(r"[\w.:=+/-]{1,100}", re.ASCII)
SECRETS, LONGEST = ("key", "token"), 500
running: ContextVar[str] = ContextVar("running", default="")
requests = logging.getLogger("refprogram.requests")


class Json(logging.Formatter):
    """One JSON object per line; what a line tells beyond its message stands in `extra={"told": {…}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": first_line(record.getMessage()),
            "request_id": running.get() or None,
        }
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """The same for a person who looks at a terminal."""

    def __init__(self) -> None:
        super().__init__("[{asctime}] [{levelname}] {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        told = getattr(record, "told", {})
        return " ".join([super().format(record), *(f"{name}={value}" for name, value in told.items())])


def as_warning(record: logging.LogRecord) -> bool:
    """A filter for what strangers bring about at will: it is told in one line, and alarms nobody."""
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.exc_info = None
    record.msg, record.args = first_line(record.getMessage()), ()
    return True


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """The LOGGING of the settings. Django tells of an error by mail alone; ours stands in the log as well.

    A form that is too large is no failure; the line of its request tells that it was answered 413.
    """
    too_large = ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"as_warning": {"()": lambda: as_warning}},
        "formatters": {"line": {"()": f"refprogram.logs.{'Json' if as_json else 'Text'}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "refprogram": {"level": level},
            "django.security.DisallowedHost": {"filters": ["as_warning"]},
            **{f"django.security.{name}": {"level": "CRITICAL"} for name in too_large},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }


class RequestLog:
    """Give every request a number, the caller's if it sent one, and write a line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent, began = request.headers.get(HEADER, ""), perf_counter()
        number = sent if SENT_ID.fullmatch(sent) else uuid4().hex
        token = running.set(number)
        try:
            response = self.get_response(request)
            response[HEADER] = number
            requests.info("request", extra={"told": _told(request, response, perf_counter() - began)})
        finally:
            running.reset(token)
        return response


def _told(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "method": request.method,
        "path": _without_secrets(request),
        "view": match.view_name if match else None,
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
        "user_id": _person(request),
    }


def _without_secrets(request: HttpRequest) -> str:
    path = request.path
    for name, value in (request.resolver_match.kwargs if request.resolver_match else {}).items():
        if name in SECRETS:
            path = path.replace(str(value), "…")
    return path


def _person(request: HttpRequest) -> int | None:
    """Who asked, if anybody wanted to know: the log asks the database for nothing."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject) and user.__dict__.get("_wrapped") is empty:
        return None
    return getattr(user, "pk", None)


def first_line(text: str) -> str:
    return text.partition("\n")[0][:LONGEST]


def _chain(error: BaseException) -> list[dict[str, Any]]:
    """The exception and those behind it, the last one first, each with the places it came through."""
    found: list[dict[str, Any]] = []
    one: BaseException | None = error
    while one is not None and len(found) < 5:
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)]
        found.append({"type": type(one).__name__, "message": first_line(str(one)), "places": places[-20:]})
        one = one.__cause__ or one.__context__
    return found
