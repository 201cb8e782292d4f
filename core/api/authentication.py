"""How programs log in to the API."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.actions import api_tokens
from core.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`, with a token from the profile page."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        digest = ApiToken.digest_of(secret.strip())
        token = ApiToken.objects.usable(now).select_related("user").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed(_("The token is not valid. Make a new one on your profile page."))
        if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
            api_tokens.note_use(token, at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> Any:
        return "Bearer"
