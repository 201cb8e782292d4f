"""Errors of the API in one shape: {"type", "errors": [{"code", "detail", "attr"}]}, as the pages' refusals say them."""

from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework.exceptions import APIException
from rest_framework.settings import api_settings

from core.api.endpoints import Endpoint
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.unavailable import SECONDS, reason


def refusal(code: str, detail: str) -> dict[str, Any]:
    """What is said where no endpoint is reached."""
    return {"type": "client_error", "errors": [{"code": code, "detail": detail, "attr": None}]}


class Refused(APIException):
    """A rule of the programme forbids it; the detail says which."""

    status_code = 422
    default_code = "rule_broken"

    def __init__(self, detail: str, *, field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class Stale(APIException):
    """The row was changed since the caller read it. `current` is added to the answer."""

    status_code = 409
    default_code = "stale_version"

    def __init__(self, detail: str, *, current: Any) -> None:
        super().__init__(detail)
        self.current = current


class AlreadyThere(APIException):
    """Such a row is there. The ids of `existing` rows are added to the answer."""

    status_code = 409
    default_code = "duplicate"

    def __init__(self, detail: str, *, existing: list[int]) -> None:
        super().__init__(detail)
        self.existing = existing


class TooLarge(APIException):
    """The body is larger than the program reads at once."""

    status_code = 413
    default_code = "too_large"


class Unavailable(APIException):
    """The database could not do its part; the same call may be sent again."""

    status_code = 503
    default_code = "unavailable"
    wait = SECONDS


class Handler(ExceptionHandler):
    """Turns refusals of actions into answers."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, StaleVersion):
            endpoint = cast(Endpoint, self.context["view"])
            return Stale(str(exc), current=endpoint.serialize_current(exc.current))
        if isinstance(exc, Duplicate):
            return AlreadyThere(str(exc), existing=[row.pk for row in exc.existing])
        if isinstance(exc, RuleBroken):
            return Refused(str(exc), field=exc.field)
        if isinstance(exc, RequestDataTooBig):
            return TooLarge(_("The body is larger than the program reads at once; send it in parts."))
        if isinstance(exc, OperationalError | InterfaceError):
            return Unavailable(reason(exc))
        return super().convert_known_exceptions(exc)


class Formatter(ExceptionFormatter):
    """Adds the current row, or the rows that are there already, to a 409, so that the caller need not ask.

    What is wrong with a part as a whole is told of the field in which it was sent.
    """

    def get_errors(self) -> list[Any]:
        found = super().get_errors()
        for error in found:
            error.attr = error.attr and error.attr.removesuffix(f".{api_settings.NON_FIELD_ERRORS_KEY}")
        return found

    def format_error_response(self, error_response: Any) -> Any:
        answer = super().format_error_response(error_response)
        if isinstance(self.exc, Refused) and self.exc.field:
            answer["errors"][0]["attr"] = self.exc.field
        if isinstance(self.exc, Stale):
            answer["errors"][0]["attr"] = "version"
            answer["current"] = self.exc.current
        if isinstance(self.exc, AlreadyThere):
            answer["existing"] = self.exc.existing
        return answer
