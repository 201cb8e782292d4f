"""Greenholm leaves while a nomination of it is open: nobody asks it any more, and every page says the same of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from references.actions import nomination_care
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from tests.api.test_customers import client_of
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn
from tests.references.nominated import accepted, nominate


@pytest.fixture
def now(db):
    return timezone.now()


@pytest.fixture
def greenholm(now, sam, priya, maria):
    """In the queue."""
    return accepted("Greenholm Studios", csm=maria, by=sam, priya=priya, at=now)


def leaves(nomination, at):
    churn(nomination.customer, on=timezone.localdate(at), at=at)
    nomination.refresh_from_db()


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def test_who_was_invited_is_not_reminded_any_more_and_maria_reads_what_is_left_to_do(client, now, greenholm, maria):
    invitations.invite(greenholm, by=maria, at=now)
    client.force_login(maria)
    assert "Reminded</summary>" in client.get(page_of(greenholm)).text
    leaves(greenholm, now)
    page = client.get(page_of(greenholm)).text
    assert "Reminded</summary>" not in page
    assert f"what came of it is for {maria} to note" in page
    assert "The customer declined</summary>" in page
    refused = client.post(f"{page_of(greenholm)}chase/", {"note_text": "Called again"})
    assert (refused.status_code, "Greenholm Studios left on" in refused.text) == (422, True)
    assert "Called again" in refused.text
    answer = client_of(maria).post(f"/api/v1/nominations/{greenholm.pk}/chase/", {}, content_type="application/json")
    assert (answer.status_code, "left on" in answer.text) == (422, True)
    greenholm.refresh_from_db()
    assert greenholm.times_chased == 0
    assert invitations.decline(greenholm, reason="They left", by=maria, at=now).state == "declined"


def test_nobody_parks_or_takes_up_what_a_customer_that_left_was_nominated_for(client, now, greenholm, sam, priya):
    sitwell = accepted("Sitwell", csm=None, by=sam, priya=priya, at=now)
    decisions.park(sitwell, until=now.date() + timedelta(days=9), reason="Budget round", by=priya, at=now)
    client.force_login(priya)
    assert "Park</summary>" in client.get(page_of(greenholm)).text
    assert "Take it up again" in client.get(page_of(sitwell)).text
    for one in (greenholm, sitwell):
        leaves(one, now)
    assert "Park</summary>" not in client.get(page_of(greenholm)).text
    assert "Take it up again" not in client.get(page_of(sitwell)).text
    with pytest.raises(RuleBroken, match="Greenholm Studios left on"):
        decisions.park(greenholm, until=now.date() + timedelta(days=9), reason="Later", by=priya, at=now)
    with pytest.raises(RuleBroken, match="Sitwell left on"):
        decisions.resume(sitwell, by=priya, at=now)
    nomination_care.tend(at=now + timedelta(days=10))
    for one in (greenholm, sitwell):
        one.refresh_from_db()
        assert one.state == "withdrawn"
    assert sitwell.events.filter(deed="resumed", by=None).exists(), "the program still takes up what was parked"


def test_what_cannot_be_accepted_is_not_offered(client, now, sam, priya):
    submitted = nominate(ContactFactory(customer=customer("Sitwell")).customer, sam, at=now)
    client.force_login(priya)
    assert ">Accept<" in client.get(page_of(submitted)).text
    leaves(submitted, now)
    page = client.get(page_of(submitted)).text
    assert (">Accept<" in page, "Refuse</summary>" in page) == (False, True)
