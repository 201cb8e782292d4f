"""Whatever leaves the program tells the browser what it must not do with it."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from core.actions import api_tokens
from core.choices import Role
from core.middleware import DEVICES
from references.models import Dimension, Evidence
from tests.factories import ContactFactory, customer, person
from tests.security.observatory import directives, score

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
FILES = {"export": "/people/export/", "evidence": "/evidence/{evidence}/file/", "workbook": "/grid/export/"}
API = {"content_type": "application/json"}
# What each kind of answer comes from: address, status, and how the address is asked.
ANSWERS: dict[str, tuple[str, int, dict]] = {
    "page": ("/", 200, {}),
    "fragment": ("/people/", 200, {"headers": {"HX-Request": "true"}}),
    "JSON": ("/grid/{customer}/logo/status/", 422, {"method": "post"}),
    "no such page": ("/nothing/", 404, {}),
    "refused": ("/products/", 403, {"who": "noah"}),
    "form of another site": ("/people/invite/", 403, {"method": "post", "who": "stranger's page"}),
    "wrong method": ("/profile/edit/", 405, {}),
    "unusable address": ("/?q=%00", 400, {}),
    "form not filled in": ("/people/invite/", 422, {"method": "post"}),
    "redirect": ("/accounts/login/", 302, {}),
    "log-in page": ("/accounts/login/", 200, {"who": "nobody"}),
    "API": ("/api/v1/dimensions/", 200, {"who": "program"}),
    "API without token": ("/api/v1/dimensions/", 401, {"who": "nobody"}),
    "API, no such address": ("/api/v1/nothing/", 404, {"who": "program"}),
    "API, wrong method": ("/api/v1/dimensions/", 405, {"who": "program", "method": "delete"}),
    "API, unknown field": ("/api/v1/customers/", 400, {"who": "program", "method": "post", "data": {"x": 1}, **API}),
    "API, too large": ("/api/v1/customers/", 413,
                       {"who": "program", "method": "post", "data": "[" + "1," * 2_000_000 + "1]", **API}),
    "API, stale": ("/api/v1/customers/{customer}/", 409,
                   {"who": "program", "method": "patch", "data": {"region": "EMEA", "version": 99}, **API}),
    "API, a rule says no": ("/api/v1/quarters/2999-Q1/close/", 422, {"who": "program", "method": "post"}),
    "description": ("/api/v1/openapi.json", 200, {}),
    "static": ("/static/css/tokens.css", 200, {}),
    "no such static file": ("/static/css/none.css", 404, {}),
    "health": ("/healthz", 200, {}),
    "figures without the token": ("/metrics", 404, {}),
    "admin": ("/admin/", 302, {}),
    "API, too often": ("/api/v1/dimensions/", 429, {"who": "program"}),
    "too often": ("/accounts/password/reset/", 429, {"method": "post", "who": "nobody", "data": {"email": "a@b.cd"}}),
    "failure": ("/", 500, {}),
} | {name: (path, 200, {}) for name, path in FILES.items()}  # fmt: skip


@pytest.fixture
def https(settings):
    """The settings of a production installation that answers need."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def callers(db) -> dict[str, Client]:
    """Ada, who manages people and the programme, a program of hers, Noah without a role, a stranger, a forged form."""
    ada = person("Ada Admin", Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER)
    _token, secret = api_tokens.create(ada, name="program", by=ada, at=timezone.now())
    made = {name: Client(raise_request_exception=False) for name in ("ada", "noah", "nobody")}
    made["program"] = Client(headers={"Authorization": f"Bearer {secret}"})
    made["stranger's page"] = Client(enforce_csrf_checks=True)
    made["ada"].force_login(ada)
    made["stranger's page"].force_login(ada)
    made["noah"].force_login(person("Noah Newman"))
    return made


@pytest.fixture
def answers(https, own_files, callers, monkeypatch, settings):
    """One answer of every kind."""
    evidence = proof()
    known = {"evidence": evidence.pk, "customer": evidence.customer_id}
    monkeypatch.setattr("allauth.account.app_settings.AppSettings.RATE_LIMITS", {"reset_password": "1/m/ip"})
    callers["nobody"].post("/accounts/password/reset/", {"email": "a@b.cd"}, secure=True)
    found = {}
    for name, (path, status, asked) in ANSWERS.items():
        asked = asked.copy()
        client, method = callers[asked.pop("who", "ada")], asked.pop("method", "get")
        settings.API_CALLS_PER_MINUTE = 1 if name == "API, too often" else 0
        if name == "failure":
            monkeypatch.setattr("refprogram.views.home.render", lambda *_args, **_more: 1 / 0)
        found[name] = getattr(client, method)(path.format(**known), secure=True, **asked)
        if name == "API, too often":
            found[name] = client.get(path, secure=True)
        found[name].getvalue()
        assert found[name].status_code == status, f"{name} {path}"
    return found


def proof() -> Evidence:
    """Evidence with a file that a browser would run if it were shown."""
    contact = ContactFactory(customer=customer("Bluth Company"))
    evidence = Evidence(customer=contact.customer, contact=contact, kind="email", agreed_on="2026-01-05")
    evidence.dimension, evidence.recorded_at = Dimension.objects.get(key="logo"), timezone.now()
    evidence.file.save("proof.html", ContentFile(b"<script>alert(1)</script>"), save=False)
    evidence.save()
    return evidence


def test_every_kind_of_answer_carries_every_header(answers):
    devices = {f"{device}=()" for device in DEVICES}
    for name, answer in answers.items():
        assert {header: answer.headers.get(header) for header in ALWAYS} == ALWAYS, name
        assert set(answer["Permissions-Policy"].split(", ")) == devices >= {"camera=()", "microphone=()"}, name
        rules = directives(answer["Content-Security-Policy"])
        assert "unsafe" not in answer["Content-Security-Policy"], name
        assert "*" not in answer["Content-Security-Policy"], name
        assert rules["script-src"] == rules["style-src"] == rules["form-action"] == ["'self'"], name
        assert rules["frame-ancestors"] == rules["default-src"] == rules["base-uri"] == ["'none'"], name
        assert "Access-Control-Allow-Origin" not in answer.headers, name
        assert "Server" not in answer.headers, name


@pytest.mark.parametrize("name", FILES)
def test_files_are_saved_and_never_shown(answers, name):
    answer = answers[name]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "html" not in answer["Content-Type"]
    assert "no-store" in answer["Cache-Control"]


def test_cookies_travel_over_https_alone_and_not_to_other_sites(https, client, db):
    page = client.get("/accounts/login/", secure=True)
    person("Nina Rossi", Role.MARKETING, password="five words are hard enough")
    answer = client.post(
        "/accounts/login/",
        {"login": "nina.rossi@example.com", "password": "five words are hard enough"},
        secure=True,
    )
    cookies = page.cookies | answer.cookies
    assert {"csrftoken", "sessionid"} <= set(cookies)
    assert {(one["secure"], one["samesite"]) for one in cookies.values()} == {(True, "Lax")}
    # The token against forged requests is no secret from the page: its own script sends it along.
    assert {name for name, one in cookies.items() if not one["httponly"]} == {"csrftoken"}


def test_nothing_that_one_person_was_shown_is_kept_by_a_cache_or_for_the_next_at_the_machine(answers):
    for name, answer in answers.items():
        kept = answer["Cache-Control"]
        assert ("public" in kept) if name == "static" else ("no-store" in kept and "public" not in kept), name
    page = answers["page"].content.decode()
    assert '"historyCacheSize":0' in page, "htmx would keep pages in the browser's storage beyond the log-out"


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/grid/", "/api/v1/dimensions/", "/admin/"])
def test_the_observatory_would_give_the_highest_mark(https, callers, path):
    first = callers["nobody"].get(path)
    page = callers["ada"].get(path, secure=True)
    cookies = callers["nobody"].get("/accounts/login/", secure=True).cookies
    cookies["sessionid"] = "of a log-in, whose flags another test looks at"
    cookies["sessionid"].update({"secure": True, "httponly": True, "samesite": "Lax"})
    led = (first.status_code, first.headers.get("Location", ""))
    assert score(page.headers, cookies, page=page.content.decode(), first=led) == 140


def test_plain_http_leads_to_https(https, client, db):
    answer = client.get("/accounts/login/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/accounts/login/")


def test_nothing_of_the_disk_but_static_files_is_served(client, db):
    assert finders.find("css/tokens.css")
    for path in ("/static/../refprogram/settings/ground.py", "/static/%2e%2e/manage.py", "/media/", "/files/", "/var/"):
        assert client.get(path).status_code == 404, path


def test_pages_hold_no_script_and_no_style_of_their_own(answers):
    for name in ("page", "fragment", "no such page", "refused", "failure"):
        text = answers[name].content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), name
