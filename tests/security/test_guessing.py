"""Somebody guesses passwords and codes, by every way round the limits that a request offers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.core.internal.ratelimit import cache_lock
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as configured
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.choices import Role
from core.models import User
from tests.cast import NOW
from tests.factories import person

PASSWORD = "five words are hard enough"
LOG_IN, RESET = "/accounts/login/", "/accounts/password/reset/"
WRONG = "wrong"
TOO_MANY = "Too many failed log-ins"


@pytest.fixture
def kim(db, settings) -> User:
    """Kim, whose address has letters that others turn into in capitals; passwords are hashed cheaply here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person("Kim Isis", Role.MARKETING, password=PASSWORD)


def attempt(email: str, number: int, password: str = WRONG, **more: str) -> HttpResponse:
    """The answer to one attempt from an address of its own."""
    asked = {"login": email, "password": password}
    return Client().post(LOG_IN, asked, REMOTE_ADDR=f"198.51.100.{number}", headers=more)


def guess(email: str, number: int, **more: str) -> str:
    """What one wrong password from an address of its own is told."""
    return attempt(email, number, **more).content.decode()


@pytest.mark.parametrize("way", ["host", "port", "forwarded", "capitals", "letters"])
def test_the_sixth_guess_waits_whatever_the_request_says_of_itself(kim, settings, way):
    settings.ALLOWED_HOSTS = ["*"]
    name = kim.email.partition("@")[0]
    told = []
    for number in range(6):
        email, more = kim.email, {}
        if way in ("host", "port"):
            more = {"Host": f"h{number}.example.com" if way == "host" else f"testserver:{8000 + number}"}
        elif way == "forwarded":
            more = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-Ip": f"203.0.113.{number}"}
        elif way == "capitals":
            email = email[:number].upper() + email[number:]
        else:
            letters = [place for place, letter in enumerate(name) if letter in "is"][:number]
            email = "".join({"i": "ı", "s": "ſ"}[one] if place in letters else one for place, one in enumerate(email))
        told.append(TOO_MANY in guess(email, number, **more))
    assert told == [False] * 5 + [True]


def test_who_forges_the_proxys_header_is_counted_at_the_address_the_proxy_saw(kim, settings, monkeypatch):
    """Behind one proxy only the last entry is the proxy's; what stands before it the caller wrote."""
    monkeypatch.setattr("allauth.app_settings.AppSettings.TRUSTED_PROXY_COUNT", 1)
    told = []
    for number in range(32):
        claims = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}
        told.append(TOO_MANY in guess(f"person{number}@example.com", 1, **claims))
    assert told == [False] * 30 + [True] * 2


def test_an_office_behind_one_address_fails_thirty_times_and_then_waits_five_minutes(kim):
    """Kim's colleagues mistype; she knows her password, and is not told that hers was wrong or to have a new one."""
    with time_machine.travel(NOW, tick=True):
        for number in range(29):
            attempt(f"colleague{number}@example.com", 1)
        assert attempt(kim.email, 1, PASSWORD).status_code == 302
        attempt("colleague29@example.com", 1)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=True):
        refused = attempt(kim.email, 1, PASSWORD)
        assert (refused.status_code, refused["Retry-After"]) == (429, "300")
        said = re.search(rf"{TOO_MANY}[^<]*", refused.content.decode())[0]
        assert "with this e-mail address or from your network" in said
        assert "new password" not in said
        assert attempt(kim.email, 2, PASSWORD).status_code == 302, "she is kept out elsewhere, too"
    with time_machine.travel(NOW + timedelta(minutes=7), tick=True):
        assert attempt(kim.email, 1, PASSWORD).status_code == 302


def test_who_has_no_account_is_told_to_wait_in_the_same_words(kim):
    told = []
    for email in (kim.email, "nobody@example.com"):
        for number in range(5):
            assert attempt(email, number).status_code == 200
        refused = attempt(email, 9)
        told.append((refused.status_code, re.search(rf"{TOO_MANY}[^<]*", refused.content.decode())[0]))
    assert told[0] == told[1]
    assert told[0][0] == 429


def test_the_link_in_the_mail_leads_home_whatever_host_was_named(kim, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://references.example.com"
    forged = {"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    Client().post(RESET, {"email": kim.email}, headers=forged)
    assert "https://references.example.com/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example.org" not in mail.outbox[0].message().as_string()


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_the_sixth_guessed_code_waits_from_every_device(kim, kind):
    TOTP.activate(kim, generate_totp_secret())
    codes = RecoveryCodes.activate(kim).get_unused_codes()
    wrong = "000000" if kind == "app" else "deadbeef"
    told = []
    for number in range(6):
        device, where = Client(), f"198.51.100.{number}"
        device.post(LOG_IN, {"login": kim.email, "password": PASSWORD}, REMOTE_ADDR=where)
        answer = device.post(reverse("mfa_authenticate"), {"code": wrong}, REMOTE_ADDR=where)
        told.append((TOO_MANY in answer.text, answer.status_code))
    assert told == [(False, 200)] * 5 + [(True, 429)]
    device.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert device.get("/").status_code == 302, "the right code came in among the guesses"


def test_strangers_crowd_no_count_out_of_the_cache(kim):
    """The database throws entries away when there are many; Redis is told by its operator when to."""
    if connection.vendor == "sqlite":
        assert caches["default"]._max_entries >= 10_000
    for _number in range(5):
        guess(kim.email, 9)
    for number in range(400):
        caches["default"].set(f"of-stranger-{number}", number, 60)
    assert TOO_MANY in guess(kim.email, 10)


@pytest.mark.skipif(not configured.REDIS_URL, reason="the embedded database is proved by make scan, with two workers")
def test_of_many_who_count_at_once_one_counts(db):
    """The lock under which the library counts attempts: Redis takes one request for it and refuses the others."""
    held = []

    def count(_number: int) -> None:
        with cache_lock("guesses") as locked:
            if locked:
                held.append("in")
                assert held.count("in") - held.count("out") == 1
                held.append("out")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(16)))
    assert held.count("out") == held.count("in") >= 1


@pytest.mark.parametrize(
    "there",
    ["//evil.example", "\\\\evil.example", "/\\evil.example", "https:evil.example", "http:///evil.example",
     "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "/%0d%0aSet-Cookie:x=1", "\t//evil.example",
     "/\t/evil.example", "//evil%E3%80%82example", "https://testserver@evil.example/", "https://evil.example#testserver",
     "//testserver.evil.example", "////evil.example", "https://evil。example"],
)  # fmt: skip
def test_no_spelling_of_another_site_is_followed_after_the_log_in(kim, there):
    answer = Client().post(LOG_IN, {"login": kim.email, "password": PASSWORD, "next": there})
    assert answer.status_code == 302
    led = answer["Location"]
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\", "/\t"))
    assert "\r" not in led
    assert "\n" not in led


@pytest.mark.parametrize("path", [LOG_IN, "/accounts/logout/", RESET, "/accounts/2fa/authenticate/"])
def test_the_forms_of_the_log_in_take_nothing_from_another_site(kim, path):
    """Else a stranger's page could log people out, or in as somebody who then reads what they type."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(kim)
    answer = browser.post(path, {"login": kim.email, "password": PASSWORD, "email": kim.email})
    assert answer.status_code == 403
    assert browser.get("/").status_code == 200
