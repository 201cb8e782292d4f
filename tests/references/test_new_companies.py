"""Sam proposes Fakeblock, which nobody knows here: Priya says where it stands and who looks after it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from customers.models import Customer
from references.actions import nomination_decisions as decisions
from references.actions import nominations
from references.models import Dimension
from tests.api.calling import client_of, post
from tests.factories import customer


def propose(name, by):
    values = {"contact_name": "George Maharis", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(proposed_customer=name, values=values, willingness=will, by=by, at=timezone.now())


@pytest.fixture
def fakeblock(sam):
    return propose("Fakeblock", sam)


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def test_priya_says_where_it_stands_and_whose_turn_is_next(client, fakeblock, priya, maria):
    client.force_login(priya)
    page = client.get(page_of(fakeblock)).text
    assert '<option value="live" selected>Live</option>' in page
    assert '<option value="churned"' not in page
    client.post(f"{page_of(fakeblock)}accept/", {"lifecycle": "onboarding", "csm": maria.pk})
    fakeblock.refresh_from_db()
    assert (fakeblock.customer.lifecycle, fakeblock.customer.csm) == ("onboarding", maria)
    assert fakeblock.owner == maria
    assert any("It is your turn with the nomination of Fakeblock" in one.text for one in maria.notices.all())


def test_without_a_word_it_is_live_and_the_turn_stays_with_who_decides(fakeblock, priya):
    accepted = decisions.accept(fakeblock, by=priya, at=timezone.now())
    assert (accepted.customer.lifecycle, accepted.customer.csm, accepted.owner) == ("live", None, None)


def test_a_customer_that_is_here_stays_as_it_is_whatever_the_hidden_fields_say(client, fakeblock, sam, priya, maria):
    here = customer("Fakeblock Labs", csm=None)
    client.force_login(priya)
    page = client.get(page_of(fakeblock)).text
    assert "Is it a customer that is here?" in page
    sent = {"customer": here.pk, "lifecycle": "onboarding", "csm": maria.pk}
    assert client.post(f"{page_of(fakeblock)}accept/", sent).status_code == 302
    fakeblock.refresh_from_db()
    here.refresh_from_db()
    assert (fakeblock.customer, here.lifecycle, here.csm) == (here, "live", None)
    other = propose("Bluth Homes", sam)
    with pytest.raises(RuleBroken, match="Fakeblock Labs is a customer here already; say where it stands"):
        decisions.accept(other, customer=here, lifecycle="onboarding", by=priya, at=timezone.now())


def test_who_accepts_it_as_a_customer_that_waits_for_a_decision_too_has_decided_on_both(fakeblock, sam, jonas, priya):
    here = customer("Fakeblock Labs")
    values = {"contact_name": "George Maharis", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    waiting = nominations.submit(customer=here, values=values, willingness=will, by=jonas, at=timezone.now())
    accepted = decisions.accept(fakeblock, customer=here, by=priya, at=timezone.now())
    assert (accepted.pk, accepted.state) == (waiting.pk, "queued")
    assert {row.user for row in accepted.nominators.all()} == {jonas, sam}


def test_what_is_accepted_of_a_customer_asks_neither(client, sam, priya):
    values = {"contact_name": "Lucille", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    made = nominations.submit(
        customer=customer("Bluth Company"), values=values, willingness=will, by=sam, at=timezone.now()
    )
    client.force_login(priya)
    assert 'name="lifecycle"' not in client.get(page_of(made)).text


def test_a_program_says_both_or_neither(fakeblock, sam, priya, maria):
    said = {"lifecycle": "prospective", "csm": maria.email}
    address = f"/api/v1/nominations/{fakeblock.pk}/accept/"
    assert post(client_of(priya), address, {"lifecycle": "churned"}).status_code == 400
    answer = post(client_of(priya), address, said)
    assert (answer.status_code, answer.json()["owner"]) == (200, maria.email)
    made = Customer.objects.get(name="Fakeblock")
    assert (made.lifecycle, made.csm) == ("prospective", maria)
    other = propose("Bluth Homes", sam)
    assert post(client_of(priya), f"/api/v1/nominations/{other.pk}/accept/", {}).status_code == 200
