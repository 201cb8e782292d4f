"""What a stranger learns at the log-in page, and what becomes of sessions."""

import re

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.test import Client

from core.actions import people
from core.choices import Role
from core.models import User
from tests.cast import NOW
from tests.factories import person

PASSWORD = "five words are hard enough"
LOG_IN, RESET, CHANGE = "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/"


@pytest.fixture
def nina(db) -> User:
    return person("Nina Rossi", Role.MARKETING, password=PASSWORD)


@pytest.fixture
def strangers(nina) -> dict[str, str]:
    """Addresses of every kind: known, unknown, invited without a password so far, deactivated."""
    person("Ivy Invited", Role.CSM)
    gone = person("Gus Gone", Role.CSM, password=PASSWORD)
    people.set_active(gone, active=False, by=None, at=NOW)
    found = {"known": nina.email, "invited": "ivy.invited@example.com", "deactivated": gone.email}
    return found | {"unknown": "nobody@example.com"}


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Each time a password is hashed, which is what takes time at log-in."""
    calls: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *given, **more: calls.append("hash") or encode(*given, **more))
    return calls


def log_in(client, email, password=PASSWORD):
    return client.post(LOG_IN, {"login": email, "password": password})


def told(answer, email: str) -> str:
    """The page without what differs by itself: the token against forged requests and the address typed in."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", answer.content.decode()).replace(
        email, ""
    )


def test_a_wrong_password_looks_and_lasts_the_same_for_everyone(strangers, hashed):
    seen = {}
    for kind, email in strangers.items():
        hashed.clear()
        answer = log_in(Client(), email, "wrong")
        seen[kind] = (answer.status_code, told(answer, email), len(hashed))
    assert seen["unknown"][2] == 1
    assert {kind: one == seen["unknown"] for kind, one in seen.items()} == dict.fromkeys(strangers, True)


def test_asking_for_a_new_password_looks_and_lasts_the_same_for_everyone(strangers, hashed):
    seen = {}
    for kind, email in strangers.items():
        hashed.clear()
        mail.outbox.clear()
        client = Client()
        answer = client.post(RESET, {"email": email})
        done = client.get(answer.url)
        seen[kind] = (answer.status_code, answer.url, told(done, email), len(hashed), [one.to for one in mail.outbox])
    assert {kind: one[:4] for kind, one in seen.items()} == dict.fromkeys(strangers, seen["unknown"][:4])
    assert {kind: one[4] for kind, one in seen.items()} == {kind: [[email]] for kind, email in strangers.items()}


def test_the_key_of_a_session_changes_at_log_in(client, nina):
    client.get(LOG_IN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client, nina.email)
    assert client.get("/").status_code == 200
    assert client.cookies["sessionid"].value != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert attacker.get("/").status_code == 302


def test_a_session_is_worth_nothing_after_log_out(client, nina):
    log_in(client, nina.email)
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert stolen.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert stolen.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions(client, nina):
    phone = Client()
    log_in(phone, nina.email)
    log_in(client, nina.email)
    new = "another five words for me"
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert phone.get("/").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "there", ["https://evil.example.org/", "//evil.example.org/", "/\\evil.example.org", "javascript:alert(1)"]
)
@pytest.mark.parametrize("page", [LOG_IN, "/accounts/logout/", "/accounts/reauthenticate/", CHANGE])
def test_no_page_leads_to_another_site(client, nina, page, there):
    if page != LOG_IN:
        log_in(client, nina.email)
    given = {"login": nina.email, "password": PASSWORD, "next": there, "oldpassword": PASSWORD}
    answer = client.post(f"{page}?next={there}", given)
    assert not answer.headers.get("Location", "/").startswith((there, "//", "http", "javascript", "/\\"))
