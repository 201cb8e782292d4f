"""Where the log-in library meets the programme: who may come in, what is recorded, how secrets are kept."""

import base64
import hashlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from requests import RequestException, Response, Session

from core.actions import people
from core.models import User
from people.actions import sign_in
from people.connections import GuardedAdapter

logger = logging.getLogger(__name__)


class LogIn(AuthenticationBackend):  # type: ignore[misc]
    """The library's check of address and password; who a session belongs to is asked at every request."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.numbered(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; what a person does to the own account stands in the audit trail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many failed log-ins, be it with this e-mail address or from your network, by you or by others there. "
            "Wait five minutes, then try again: your password or your code may well be right."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sign_in.note(user, at=timezone.now())

    def set_password(self, user: User, password: str) -> None:
        people.set_password(user, password=password, by=user, at=timezone.now())

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Called for every change of a second factor, so it is also where the trail hears of them."""
        if not template_prefix.startswith("account/email/password"):
            sign_in.note_change(user, change=template_prefix.rpartition("/")[2], at=timezone.now())
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must neither break the page nor tell which addresses are known."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("The mail %s could not be sent.", template_prefix)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """As in every mail, the link leads to the address of the settings, whatever host the request named."""
        uid, _dash, token = key.partition("-")
        named = {"uidb36": uid, "key": token}
        return str(settings.SITE_URL) + reverse("account_reset_password_from_key", kwargs=named)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count per address. The library's own has the host before it, and a caller can name many.

        Some letters are others in capitals, and the databases compare in capitals.
        """
        return str(credentials.get("email", "")).upper().lower()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile_detail")


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes from the company's own sign-in service enters as the person with that address."""

    def get_requests_session(self) -> Session:
        """What every call to a service is made with."""
        session: Session = super().get_requests_session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, GuardedAdapter())
        session.request = partial(self._ask, session.request)  # type: ignore[method-assign]
        return session

    def _ask(self, ask: Callable[..., Response], *args: Any, **kwargs: Any) -> Response:
        """What the service answers; where it does not, the person is told so and can log in another way."""
        try:
            answer = ask(*args, **kwargs)
            if answer.status_code < 500:
                return answer
            logger.error("The sign-in service answered %s.", answer.status_code)
        except RequestException:
            logger.exception("The sign-in service could not be asked.")
        raise ImmediateHttpResponse(render(self.request, "socialaccount/authentication_error.html", status=502))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(settings.SSO_SIGN_UP)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        names = [data.get("first_name") or "", data.get("last_name") or ""]
        user.name = " ".join((data.get("name") or " ".join(names)).split())[:150]
        user.email = (data.get("email") or "").lower()
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """A newcomer has no role until an administrator gives one."""
        newcomer = sociallogin.user
        sociallogin.user = people.create(newcomer.email, name=newcomer.name, roles=[], by=None, at=timezone.now())
        sociallogin.save(request)
        user: User = sociallogin.user
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted in the database."""

    def get_totp_issuer(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Encrypts with a key made of SECRET_KEY and reads what its predecessors encrypted."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"people.second-factor{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
