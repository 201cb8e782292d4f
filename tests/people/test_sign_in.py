"""Nina logs in, forgets her password, and nobody learns who else has an account."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from core.actions import people
from core.models import AuditEvent
from tests.cast import NOW
from tests.people.conftest import PASSWORD

LOG_IN = "/accounts/login/"


def log_in(client, email, password=PASSWORD, **more):
    return client.post(LOG_IN, {"login": email, "password": password} | more)


def test_nina_logs_in_and_the_trail_knows(client, nina):
    answer = log_in(client, "NINA.rossi@example.com")
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert AuditEvent.objects.filter(event="person.logged_in", by=nina).count() == 1


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, nina):
    answers = [log_in(client, nina.email, "wrong"), log_in(client, "nobody@example.com", "wrong")]
    texts = [re.findall(r"alert[^>]*>\s*<ul[^>]*>(.*?)</ul>", one.content.decode(), re.DOTALL) for one in answers]
    assert texts[0] == texts[1] != []


def test_after_five_wrong_passwords_the_right_one_waits_too(client, nina):
    for _attempt in range(5):
        log_in(client, nina.email, "wrong")
    answer = log_in(client, nina.email)
    assert "Too many failed log-ins" in answer.content.decode()


def test_another_port_in_the_name_of_the_host_gives_no_further_attempts(client, nina):
    for port in range(5):
        client.post("/accounts/login/", {"login": nina.email, "password": "wrong"}, HTTP_HOST=f"localhost:{port}")
    assert "Too many failed log-ins" in log_in(client, nina.email).content.decode()


def test_the_log_in_page_follows_no_link_to_another_site(client, nina):
    assert log_in(client, nina.email, next="https://evil.example.org/").url == "/"


def test_nobody_signs_up(client, db):
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "By invitation only" in answer.content.decode()


@pytest.mark.parametrize("email", ["nina.rossi@example.com", "nobody@example.com"])
def test_asking_for_a_new_password_answers_everyone_the_same(client, nina, email):
    answer = client.post("/accounts/password/reset/", {"email": email}, follow=True)
    assert "Look into your mail" in answer.content.decode()
    assert [one.to for one in mail.outbox] == [[email]]
    assert mail.outbox[0].subject.removeprefix("RefProgram: ") in (
        "choose a new password",
        "nobody is known under this address",
    )


@pytest.mark.parametrize(
    "what", ["account/email/password_changed", "mfa/email/totp_activated", "mfa/email/webauthn_added"]
)
def test_subjects_of_mails_are_sentences_of_the_program(what):
    subject = render_to_string(f"{what}_subject.txt").strip()
    assert subject == subject.lower()


def test_nina_chooses_a_new_password_by_the_link_and_is_logged_in(client, nina):
    elsewhere = Client()
    log_in(elsewhere, nina.email)
    client.post("/accounts/password/reset/", {"email": nina.email})
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "another five words for me"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert answer.wsgi_request.user == nina
    nina.refresh_from_db()
    assert nina.check_password(new)
    assert AuditEvent.objects.filter(event="person.password_set", by=nina).exists()
    assert elsewhere.get("/").status_code == 302, "a session opened with the old password lives on"
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_mail_server_that_is_down_breaks_nothing_and_tells_nothing(client, nina, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    answer = client.post("/accounts/password/reset/", {"email": nina.email}, follow=True)
    assert (answer.status_code, "Look into your mail" in answer.content.decode()) == (200, True)


def test_a_second_factor_is_asked_for_and_its_secret_is_stored_encrypted(client, nina):
    secret = generate_totp_secret()
    TOTP.activate(nina, secret)
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert log_in(client, nina.email).url == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    _earlier, now, _later = yield_hotp_counters_from_time()
    code = f"{hotp_value(secret, now):06d}"
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get("/").status_code == 200


def test_who_was_deactivated_is_out_at_once_and_cannot_come_back(client, nina, ada):
    log_in(client, nina.email)
    people.set_active(nina, active=False, by=ada, at=NOW)
    assert client.get("/").status_code == 302
    assert log_in(client, nina.email).url != "/"
    people.set_active(nina, active=True, by=ada, at=NOW)
    assert client.get("/").status_code == 302, "the old session came back to life"


def test_the_demo_lists_its_logins_and_nobody_else_does(client, nina, settings):
    assert nina.email not in client.get(LOG_IN).content.decode()
    settings.DEMO = True
    page = client.get(LOG_IN).content.decode()
    assert f'data-email="{nina.email}"' in page
    assert settings.DEMO_PASSWORD in page
