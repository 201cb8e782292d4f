"""Omar typed for an hour; the address his form was sent to is not his any more, and his words come back once."""

import pytest
from django.test import Client
from django.urls import reverse

from core.choices import Role
from references.actions import recognitions
from tests.factories import person
from tests.references.recognized import NOW

TYPED = "Dear Sam,\nthree evenings <b>went</b> into these words."
SHOWN = "three evenings &lt;b&gt;went&lt;/b&gt; into these words."
MISSING = "/there/is/no/such/page/"
OURS = "http://testserver"


@pytest.fixture
def omar(db):
    """Omar, whose role an administrator took away while he was typing."""
    return person("Omar Haddad")


@pytest.fixture
def letter(sam, priya):
    said = {"subject": "Thanks", "text": "Dear Sam", "signer": person("Eva Lindqvist", Role.EXECUTIVE)}
    return recognitions.draft(sam, values=said, quarter="2026-Q4", by=priya, at=NOW)


def test_omar_who_lost_his_role_gets_his_letter_back(client, omar, letter, sam):
    client.force_login(omar)
    known = {"subject": "Thank you", "text": TYPED, "version": 1, "seen": "not typed by him"}
    edited = client.post(reverse("references:recognition_edit", args=[letter.pk]), known)
    written = client.post(f"{reverse('references:recognition_create')}?person={sam.pk}&quarter=2026-Q4", known)
    assert (edited.status_code, written.status_code) == (404, 403)
    for answer in (edited, written):
        assert "What you wrote" in answer.text
        assert SHOWN in answer.text
        assert "Thank you</textarea>" in answer.text
        assert "not typed by him" not in answer.text
        assert TYPED not in answer.text
    letter.refresh_from_db()
    assert letter.text == "Dear Sam"


@pytest.mark.parametrize(
    "more",
    [{"password": "two words"}, {"login": "omar", "new_Password1": "x y"}, {"passphrase": "a b"}],
)
def test_nothing_of_a_form_with_a_password_is_shown(client, omar, more):
    client.force_login(omar)
    answer = client.post(MISSING, {"text": TYPED, **more})
    assert answer.status_code == 404
    assert "What you wrote" not in answer.text


@pytest.mark.parametrize("name", ["code", "api_token", "client-secret", "postcode"])
def test_of_a_form_with_another_secret_all_but_the_secret_is_shown(client, omar, name):
    client.force_login(omar)
    shown = client.post(MISSING, {"text": TYPED, name: "123 456"}).text
    assert SHOWN in shown
    assert "123 456" not in shown


def test_a_text_without_a_space_that_is_long_is_told_of(client, omar):
    client.force_login(omar)
    shown = client.post(MISSING, {"text": "x" * 200_000, "story": TYPED}).text
    assert SHOWN in shown
    assert "too long to be shown" in shown
    assert "xxx" not in shown
    alone = client.post(MISSING, {"text": "x" * 200_000}).text
    assert "What you wrote" in alone
    assert "too long to be shown" in alone
    assert "<textarea" not in alone
    assert "too long to be shown" not in client.post(MISSING, {"text": TYPED, "mark": "x" * 64}).text


@pytest.fixture
def careful(omar):
    """Omar's browser, whose forms are refused without their token."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(omar)
    return browser


@pytest.mark.parametrize("sent_from", [{}, {"Origin": OURS}, {"Referer": f"{OURS}/customers/new/"}])
def test_a_form_that_was_too_old_gives_back_what_was_typed(careful, sent_from):
    answer = careful.post("/customers/new/", {"text": TYPED, "csrfmiddlewaretoken": "a b"}, headers=sent_from)
    assert (answer.status_code, "The form was too old" in answer.text) == (403, True)
    assert SHOWN in answer.text
    assert "a b" not in answer.text
    secret = careful.post("/profile/edit/", {"text": TYPED, "password": "a b"}, headers=sent_from)
    assert "evenings" not in secret.text


@pytest.mark.parametrize(
    "sent_from",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": f"{OURS}/customers/new/"},
        {"Origin": "http://testserver:8000"},
        {"Referer": "https://evil.example/testserver/"},
        {"Referer": "//testserver/"},
        {"Referer": "http://[testserver/"},
    ],
)
def test_nothing_that_another_site_sent_is_shown(careful, sent_from):
    for address in ("/customers/new/", MISSING):
        answer = careful.post(address, {"text": TYPED}, headers=sent_from)
        assert answer.status_code in (403, 404)
        assert "What you wrote" not in answer.text
        assert "evenings" not in answer.text


def test_nothing_is_shown_but_what_was_typed_by_who_is_logged_in(client, omar):
    assert "evenings" not in client.post(MISSING, {"text": TYPED}).text
    client.force_login(omar)
    shown = client.post(MISSING, {"text": TYPED}).text
    assert SHOWN in shown
    for answer in (
        client.get(MISSING, {"text": TYPED}),
        client.post(
            MISSING, {"csrfmiddlewaretoken": "two words", "next": "two words", "version": "7", "a-seen": "1 2"}
        ),
        client.post("/accounts/no/such/", {"text": TYPED}),
        client.post(MISSING, {"text": TYPED}, headers={"HX-Request": "true"}),
        client.post("/api/v1/no/such/", {"text": TYPED}),
        client.post(MISSING, f'{{"text": "{SHOWN}"}}', content_type="application/json"),
    ):
        assert "What you wrote" not in answer.text
        assert "evenings" not in answer.text
        assert "two words" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("&".join(f"name{number}=b" for number in range(5000)), "application/x-www-form-urlencoded"),
        ("text=" + "a+b+" * 1_000_000, "application/x-www-form-urlencoded"),
        ("text=a+b", "application/x-www-form-urlencoded; charset=latin-1"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("--x\r\nbroken", "multipart/form-data"),
    ],
)
def test_a_body_that_is_no_form_is_answered_as_what_is_not_there(client, omar, body, kind):
    client.force_login(omar)
    answer = client.post(MISSING, body, content_type=kind)
    assert (answer.status_code, "What you wrote" in answer.text) == (404, False)
