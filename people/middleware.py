"""Who must log in with a second factor and has none is led to set one up; who failed too often is answered to wait."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import ResolverMatch
from django_htmx.http import HttpResponseClientRedirect

Answer = Callable[[HttpRequest], HttpResponse]
# What the library calls the error, and for how many seconds a failure counts: ACCOUNT_RATE_LIMITS.
WAITS, FAILURES_ARE_COUNTED = "too_many_login_attempts", 300
SET_UP = "mfa_index"
# What it takes to set one up, and the way out. The API asks for tokens and looks at no session.
OPEN = {
    SET_UP, "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "account_reauthenticate", "account_set_password", "account_logout", "healthz", "readyz",
}  # fmt: skip


class SecondFactor:
    """The roles that need one are a setting of the programme; Django's admin always does. The demo needs none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not _is_asked(request, match) or get_adapter().is_mfa_enabled(request.user):
            return None
        return HttpResponseClientRedirect(resolve_url(SET_UP)) if "HX-Request" in request.headers else redirect(SET_UP)


class WaitsAfterFailures:
    """The log-in library writes into the form that its person has to wait; programs are told by the status, too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if isinstance(form, BaseForm) and form.is_bound and any(form.has_error(name, WAITS) for name in form.errors):
            response.status_code, response["Retry-After"] = 429, str(FAILURES_ARE_COUNTED)
        return response


def _is_asked(request: HttpRequest, match: ResolverMatch) -> bool:
    user = request.user
    if settings.DEMO or not user.is_authenticated or match.view_name in OPEN or match.namespace == "api":
        return False
    return user.needs_second_factor or (match.app_name == "admin" and user.is_staff)
