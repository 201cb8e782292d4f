"""What the API says of itself: bearer tokens, and one shape for all errors."""

from threading import Lock
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from core.api.endpoints import Endpoint

ONE_AT_A_TIME = Lock()


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tokens from the profile page."""

    target_class = "core.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from your profile page."}


class DescribedOneAtATime(SchemaGenerator):
    """The library looks up what it describes when it is first asked; two threads that ask at once trip there."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        with ONE_AT_A_TIME:
            return super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]


class ErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong; `attr` names the field, with dots for nested ones, or is null."""

    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class ErrorsSerializer(serializers.Serializer[Any]):
    """Every answer from 400 on. A 409 also has `current`, the row as it is now, or `existing`, ids."""

    type = serializers.CharField(help_text="validation_error, client_error or server_error")
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]
    current = serializers.DictField(required=False)
    existing = serializers.ListField(child=serializers.IntegerField(), required=False)


REFUSALS = {
    "400": "A field or query parameter is wrong or unknown; `attr` names it.",
    "401": "The token is missing or not valid.",
    "403": "The person, or the token, may not do this.",
    "404": "There is no such row.",
    "406": "Only JSON is answered.",
    "414": "The address is longer than the web server reads; it answers in HTML.",
    "429": "The token called too often; `Retry-After` says in how many seconds it may again.",
}
REFUSED_WRITES = {
    "409": (
        "The row was changed since it was read; `current` is what it is now. Or what would be entered is there "
        "already: `existing` has the ids."
    ),
    "413": "The body is larger than the program reads at once.",
    "415": "Only JSON is read.",
    "422": "A rule of the programme forbids it; `detail` says which.",
}


class Described(AutoSchema):
    """Adds what a GET of the endpoint may ask with, and the refusals that every endpoint knows, to its description."""

    def get_override_parameters(self) -> list[Any]:
        return [*self.view.query] if isinstance(self.view, Endpoint) and self.method == "GET" else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refusals = REFUSALS if self.method == "GET" else REFUSALS | REFUSED_WRITES
        for status, meaning in refusals.items():
            body = self._get_response_for_code(ErrorsSerializer, status, direction=direction)  # type: ignore[no-untyped-call]
            bodies[status] = body | {"description": meaning}
        return bodies
