"""Nina's profile: how she reads dates, her tokens, her other devices."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from core.actions import api_tokens
from core.models import ApiToken, AuditEvent

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def ninas(nina):
    client = Client()
    client.force_login(nina)
    return client


def test_dates_follow_her_language_and_time_zone(ninas, nina):
    ninas.post("/profile/edit/", {"name": "Nina Rossi", "time_zone": "Asia/Tokyo", "locale": "en-de"})
    nina.refresh_from_db()
    assert (nina.time_zone, nina.locale) == ("Asia/Tokyo", "en-de")
    with time_machine.travel(datetime(2026, 11, 20, 16, 30, tzinfo=UTC), tick=False):
        page = ninas.get("/profile/").content.decode()
    assert "Dates look like 21. Nov 2026, times like 01:30" in page
    assert AuditEvent.objects.get(event="person.edited").by == nina


def test_a_time_zone_that_is_none_is_refused(ninas, nina):
    answer = ninas.post("/profile/edit/", {"name": "Nina", "time_zone": "Mars/Base", "locale": "en"})
    assert answer.status_code == 422
    nina.refresh_from_db()
    assert nina.time_zone == "UTC"


def test_a_token_is_shown_once_stored_hashed_and_opens_the_api(ninas, nina):
    typed = {"name": "export", "may_write": "", "expires_on": "2099-01-01"}
    answer = ninas.post("/profile/tokens/new/", typed, follow=True)
    secret = re.search(r'value="(rp_[^"]+)"', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    token = ApiToken.objects.get()
    assert secret not in str(vars(token))
    assert (token.may_write, token.user) == (False, nina)
    assert secret not in ninas.get("/profile/").content.decode()
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/dimensions/").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    ninas.post(f"/profile/tokens/{token.pk}/revoke/")
    assert api.get("/api/v1/dimensions/").status_code == 401


def test_loading_the_page_of_a_new_token_again_makes_no_other_and_shows_nothing(ninas, jonas):
    made = ninas.post("/profile/tokens/new/", {"name": "export", "may_write": "", "expires_on": "2099-01-01"})
    carried = made.cookies["new_token"]
    assert (made.status_code, carried["path"], carried["httponly"]) == (302, made.url, True)
    assert "rp_" in ninas.get(made.url).content.decode()
    again = ninas.get(made.url, follow=True)
    assert "A token is shown only once" in again.content.decode()
    assert "rp_" not in again.content.decode().replace(ApiToken.objects.get().prefix, "")
    assert ApiToken.objects.count() == 1


def test_the_secret_of_one_token_is_not_shown_as_that_of_another(ninas, nina):
    other, _secret = api_tokens.create(nina, name="other", by=nina, at=NOON)
    ninas.post("/profile/tokens/new/", {"name": "export", "may_write": "", "expires_on": "2099-01-01"})
    assert ninas.get(f"/profile/tokens/{other.pk}/").status_code == 302


def test_a_token_that_reads_does_not_write(ninas, nina, maria):
    _token, secret = api_tokens.create(maria, name="read", may_write=False, by=maria, at=NOON)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = api.post("/api/v1/customers/", {"name": "Acme"}, content_type="application/json")
    assert answer.status_code == 403


def test_a_day_in_the_past_is_refused(ninas):
    answer = ninas.post("/profile/tokens/new/", {"name": "late", "expires_on": "2020-01-01"})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_logging_out_everywhere_leaves_the_session_that_asked(ninas, nina):
    phone = Client()
    phone.force_login(nina)
    ninas.post("/profile/log-out-everywhere/")
    assert phone.get("/profile/").status_code == 302
    assert ninas.get("/profile/").status_code == 200
