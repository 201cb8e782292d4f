"""Priya requires a second factor of managers and administrators, and it holds at every page."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from core.actions import api_tokens, people
from core.choices import Role
from core.models import AuditEvent, Programme
from references.actions import programme
from tests.factories import person
from tests.references.test_programme import VALUES

PASSWORD = "five words are hard enough"
SET_UP = "/accounts/2fa/"


@pytest.fixture
def ada(db):
    """Ada Admin, the administrator."""
    return person("Ada Admin", Role.ADMINISTRATOR, password=PASSWORD)


def require(*roles: Role) -> None:
    programme.configure(Programme.current(), values={"second_factor_roles": list(roles)}, by=None, at=timezone.now())


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def log_in(client, user):
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def test_priya_requires_it_on_the_settings_page(priya, maria):
    priyas = browser(priya)
    answer = priyas.post("/settings/", VALUES | {"second_factor_roles": ["programme_manager"]})
    assert answer.status_code == 302
    assert AuditEvent.objects.get(event="programme.configured").detail["second_factor_roles"] == [
        [], ["programme_manager"],
    ]  # fmt: skip
    refused = priyas.get("/", follow=True)
    assert refused.redirect_chain == [(SET_UP, 302)]
    assert "The programme requires a second factor of your role" in refused.content.decode()
    assert browser(maria).get("/").status_code == 200


def test_without_it_priya_reaches_nothing_but_the_way_to_set_it_up(priya):
    require(Role.PROGRAMME_MANAGER)
    priyas = browser(priya)
    for path in ("/", "/profile/", "/grid/", "/people/", "/admin/", "/notices/", "/accounts/password/change/"):
        assert priyas.get(path).url == SET_UP, path
    assert priyas.post("/settings/", VALUES).url == SET_UP
    assert Programme.current().company != VALUES["company"]
    fragment = priyas.get("/grid/", headers={"HX-Request": "true"})
    assert (fragment.content, fragment["HX-Redirect"]) == (b"", SET_UP)
    assert priyas.get(reverse("mfa_activate_totp"), follow=True).status_code == 200
    assert priyas.get(reverse("account_logout")).status_code == 200


def test_with_it_she_goes_on(priya):
    require(Role.PROGRAMME_MANAGER)
    TOTP.activate(priya, generate_totp_secret())
    assert browser(priya).get("/").status_code == 200


def test_her_tokens_and_the_demo_go_on_without_it(priya, settings):
    require(Role.PROGRAMME_MANAGER)
    _token, secret = api_tokens.create(priya, name="nightly", by=priya, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/dimensions/").status_code == 200
    settings.DEMO = True
    assert browser(priya).get("/").status_code == 200


def test_it_comes_and_goes_with_the_role_and_with_the_setting(maria):
    require(Role.PROGRAMME_MANAGER)
    marias = browser(maria)
    assert marias.get("/").status_code == 200
    people.set_roles(maria, roles=[Role.CSM, Role.PROGRAMME_MANAGER], by=None, at=timezone.now())
    assert marias.get("/").status_code == 302
    people.set_roles(maria, roles=[Role.CSM], by=None, at=timezone.now())
    assert marias.get("/").status_code == 200
    require(Role.CSM)
    assert marias.get("/").status_code == 302
    require()
    assert marias.get("/").status_code == 200


def test_the_admin_asks_for_it_without_any_setting(ada, settings):
    adas = browser(ada)
    assert adas.get("/").status_code == 200
    assert adas.get("/admin/").url == adas.get("/admin/core/user/").url == SET_UP
    TOTP.activate(ada, generate_totp_secret())
    assert adas.get("/admin/").status_code == adas.get("/admin/core/user/").status_code == 200


def test_in_the_admin_nothing_can_be_written(ada):
    TOTP.activate(ada, generate_totp_secret())
    request = RequestFactory().get("/admin/")
    request.user = ada
    for model, window in admin.site._registry.items():
        rights = window.has_add_permission, window.has_change_permission, window.has_delete_permission
        assert not any(right(request) for right in rights), model
    adas = browser(ada)
    for name in ("core_auditevent", "references_cellchange", "references_closing", "core_user"):
        assert adas.post(reverse(f"admin:{name}_add"), {}).status_code == 403, name
        acted = adas.post(reverse(f"admin:{name}_changelist"), {"action": "delete_selected", "_selected_action": "1"})
        assert "delete_selected" not in acted.content.decode(), name


def test_a_recovery_code_lets_in_once(client, ada):
    TOTP.activate(ada, generate_totp_secret())
    code, *others = RecoveryCodes.activate(ada).get_unused_codes()
    log_in(client, ada)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    again = Client()
    log_in(again, ada)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code != 302
    assert again.get("/").status_code == 302
    kept = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert RecoveryCodes(kept).get_unused_codes() == others
    assert code not in str(kept.data)


def test_a_code_of_the_app_lets_in_once(ada):
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    code = code_now(secret)
    entered = []
    for device in (Client(), Client()):
        log_in(device, ada)
        device.post(reverse("mfa_authenticate"), {"code": code})
        entered.append(device.get("/").status_code == 200)
    assert entered == [True, False]


@time_machine.travel("2026-11-29T15:00:05Z", tick=False)
def test_the_code_that_activated_the_app_lets_nobody_in(ada):
    hers, thiefs = Client(), Client()
    log_in(hers, ada)
    hers.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = hers.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="authenticator_secret" type="text" value="(\w+)"', page)[1]
    code = code_now(secret)
    assert hers.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    log_in(thiefs, ada)
    refused = thiefs.post(reverse("mfa_authenticate"), {"code": f"{code[:3]} {code[3:]}"})
    assert "Incorrect code" in refused.content.decode()
    assert thiefs.get("/").status_code == 302
    with time_machine.travel("2026-11-29T15:00:35Z", tick=False):
        assert thiefs.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 302
        assert thiefs.get("/").status_code == 200


def test_a_code_is_spent_for_as_long_as_slow_clocks_would_make_it_good(ada):
    """It is good half a minute before and after its own; the library forgets after half a minute that it was used."""
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    entered = []
    with time_machine.travel("2026-11-29T15:00:30Z", tick=False):
        code = code_now(secret)
    for moment in ("15:00:05", "15:00:40", "15:01:20"):
        with time_machine.travel(f"2026-11-29T{moment}Z", tick=False):
            device = Client()
            log_in(device, ada)
            device.post(reverse("mfa_authenticate"), {"code": code})
            entered.append(device.get("/").status_code == 200)
    assert entered == [True, False, False]


def code_now(secret: str) -> str:
    """What an app whose clock is right shows."""
    return f"{hotp_value(secret, list(yield_hotp_counters_from_time())[1]):06d}"
