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

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
FILES = {"export": "/people/export/", "evidence": "/evidence/{evidence}/file/"}
ANSWERS = {
    "page": ("/", 200),
    "fragment": ("/people/", 200),
    "no such page": ("/nothing/", 404),
    "refused": ("/products/", 403),
    "wrong method": ("/profile/edit/", 405),
    "unusable address": ("/?q=%00", 400),
    "API": ("/api/v1/dimensions/", 200),
    "API without token": ("/api/v1/dimensions/", 401),
    "API, no such address": ("/api/v1/nothing/", 404),
    "description": ("/api/v1/openapi.json", 200),
    "static": ("/static/css/tokens.css", 200),
    "no such static file": ("/static/css/none.css", 404),
    "health": ("/healthz", 200),
    "admin": ("/admin/", 302),
    "failure": ("/", 500),
} | {name: (path, 200) for name, path in FILES.items()}


@pytest.fixture
def https(settings):
    """The settings of a production installation that answers need."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def answers(https, own_files, db, monkeypatch):
    """One answer of every kind, as Ada the administrator gets it."""
    ada, browser = person("Ada Admin", Role.ADMINISTRATOR), Client(raise_request_exception=False)
    _token, secret = api_tokens.create(ada, name="program", by=ada, at=timezone.now())
    browser.force_login(ada)
    headers = {"fragment": {"HX-Request": "true"}, "API": {"Authorization": f"Bearer {secret}"}}
    evidence = proof().pk
    found = {}
    for name, (path, status) in ANSWERS.items():
        if name == "failure":
            monkeypatch.setattr("refprogram.views.home.render", lambda *_args, **_more: 1 / 0)
        found[name] = browser.get(path.format(evidence=evidence), headers=headers.get(name), secure=True)
        assert found[name].status_code == status, f"{name} {path}"
        found[name].getvalue()
    return found


def proof() -> Evidence:
    """Evidence with a file that a browser would run if it were shown."""
    contact = ContactFactory(customer=customer("Bluth Company"))
    evidence = Evidence(customer=contact.customer, contact=contact, kind="email", agreed_on="2026-01-05")
    evidence.dimension, evidence.recorded_at = Dimension.objects.get(key="logo"), timezone.now()
    evidence.file.save("proof.html", ContentFile(b"<script>alert(1)</script>"), save=False)
    evidence.save()
    return evidence


def policy(answer) -> dict[str, str]:
    """The directives of the content security policy."""
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _space, sources in parts}


def test_every_kind_of_answer_carries_every_header(answers):
    devices = {f"{device}=()" for device in DEVICES}
    for name, answer in answers.items():
        assert {header: answer.headers.get(header) for header in ALWAYS} == ALWAYS, name
        assert set(answer["Permissions-Policy"].split(", ")) == devices >= {"camera=()", "microphone=()"}, name
        rules = policy(answer)
        assert "unsafe" not in answer["Content-Security-Policy"], name
        assert "*" not in answer["Content-Security-Policy"], name
        assert rules["default-src"] == rules["form-action"] == "'self'", name
        assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'", name
        assert "script-src" not in rules, name
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
