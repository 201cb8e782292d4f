"""An address of the API: who asks, and what the person needs to be allowed."""

from typing import Any, ClassVar

from django.db.models import Model
from rest_framework.exceptions import PermissionDenied
from rest_framework.views import APIView

from core.api.permissions import Allowed
from core.models import User


class Endpoint(APIView):
    """The base of every endpoint: `permissions` names what each method needs."""

    permission_classes = [Allowed]
    permissions: ClassVar[dict[str, str]] = {}

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
