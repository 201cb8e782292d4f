"""An address of the API: who asks, what the person needs to be allowed, and what may be asked."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from core.api.parsing import Body
from core.api.permissions import Allowed
from core.api.throttling import PerToken
from core.models import User

YES_OR_NO = ("true", "false")


class Endpoint(APIView):
    """The base of every endpoint: `permissions` names what each method needs, `query` what a GET may ask with.

    A name in the query string that stands in neither is refused, as a misspelt filter would answer every row.
    """

    permission_classes = [Allowed]
    throttle_classes = [PerToken]
    permissions: ClassVar[dict[str, str]] = {}
    query: ClassVar[Sequence[type[Serializer[Any]] | OpenApiParameter]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = str(request.method)
        known = self.query_names() if method in ("GET", "HEAD") else set()
        unknown = [name for name in request.query_params if name not in known]
        # A method that is not there is answered 405, whatever it came with.
        if unknown and method in self.allowed_methods and method != "OPTIONS":
            raise ValidationError(dict.fromkeys(unknown, _("There is no such query parameter here.")))
        if unclear := [name for name in self._switches() if request.query_params.get(name, "true") not in YES_OR_NO]:
            raise ValidationError(dict.fromkeys(unclear, _("Say true or false.")))

    def query_names(self) -> set[str]:
        """The names that a GET may ask with."""
        names: set[str] = set()
        for known in self.query:
            names |= {known.name} if isinstance(known, OpenApiParameter) else set(known().fields)
        return names

    def _switches(self) -> list[str]:
        """The parameters that are on or off: any other value would be passed over, and answer every row."""
        return [one.name for one in self.query if isinstance(one, OpenApiParameter) and one.type is bool]

    def received(self, body: type[Body], **options: Any) -> dict[str, Any]:
        """What the caller sent, checked against the body that this method takes."""
        data = body(data=self.request.data, **options)
        data.is_valid(raise_exception=True)
        return dict(data.validated_data)

    @property
    def person(self) -> User:
        """Who asks; anonymous callers never come this far."""
        user = self.request.user
        if not isinstance(user, User):
            raise PermissionDenied
        return user

    def permit(self, permission: str, subject: Model) -> None:
        """Refuse with 403 unless the person may do this to this row."""
        if not self.person.has_perm(permission, subject):
            raise PermissionDenied

    def serialize_current(self, row: Any) -> Any:
        """How a row stands in a 409; endpoints whose actions compare versions say it."""
        raise NotImplementedError
