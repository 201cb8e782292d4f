"""Priya sets the programme up; once a quarter is closed its calendar stands still."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from core.errors import RuleBroken
from core.models import AuditEvent, Programme
from core.quarters import Quarter
from references.actions import closings
from references.actions import programme as programme_actions
from tests.factories import customer

VALUES = {
    "company": "Halden",
    "currency": "USD",
    "first_month": 4,
    "time_zone": "Europe/Berlin",
    "colleagues_may_edit": "on",
    "ownership_mode": "account_manager",
    "upload_limit_mb": 30,
}


@pytest.fixture
def priyas(priya):
    client = Client()
    client.force_login(priya)
    return client


def test_settings_are_saved_with_author_and_difference(priyas, priya):
    assert priyas.post("/settings/", VALUES).status_code == 302
    programme = Programme.current()
    assert (programme.company, programme.first_month, programme.currency) == ("Halden", 4, "USD")
    event = AuditEvent.objects.get(event="programme.configured")
    assert (event.by, event.detail["first_month"]) == (priya, [1, 4])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"time_zone": "Mars/Base"}, "is not a time zone"),
        ({"currency": "euro"}, "three letters"),
        ({"upload_limit_mb": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused(priyas, wrong, said):
    answer = priyas.post("/settings/", VALUES | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Programme.current().company == "Our company"


def test_the_calendar_stands_still_once_a_quarter_is_closed(priyas, priya):
    closings.close(Quarter.parse("2026-Q1"), by=priya, at=datetime(2026, 4, 2, tzinfo=UTC))
    page = priyas.get("/settings/").content.decode()
    assert re.search(r'name="time_zone"[^>]* disabled', page)
    assert priyas.post("/settings/", VALUES).status_code == 302
    programme = Programme.current()
    assert (programme.company, programme.first_month, programme.time_zone) == ("Halden", 1, "UTC")
    with pytest.raises(RuleBroken, match="because a quarter has been closed"):
        programme_actions.configure(programme, values={"first_month": 4}, by=priya, at=datetime(2026, 4, 3, tzinfo=UTC))


def test_the_customer_page_says_who_leads_follow_up_business(priyas):
    bluth = customer("Bluth Company")
    assert "Opener (original rep) <span" in priyas.get(f"/customers/{bluth.pk}/").content.decode()
    priyas.post("/settings/", VALUES)
    assert "Account manager <span" in priyas.get(f"/customers/{bluth.pk}/").content.decode()
