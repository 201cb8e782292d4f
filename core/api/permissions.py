"""Who may call an endpoint: the same permissions as the pages, and the token's scope."""

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.models import ApiToken


class Allowed(BasePermission):
    """Asks for the endpoint's `permissions` by method, and for a token that may write where something is written.

    An endpoint names its permissions as {"GET": "references.view_grid", "PATCH": …}; a method that is not named is
    not allowed to anyone.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        permission = getattr(view, "permissions", {}).get(method)
        if permission is None:
            # The view answers 405 by itself; nothing is behind the method.
            return request.user.is_authenticated
        if request.method not in SAFE_METHODS and isinstance(request.auth, ApiToken) and not request.auth.may_write:
            self.message = _("This token may only read. Make one that may write on your profile page.")
            return False
        return request.user.has_perm(permission)
