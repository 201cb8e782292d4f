"""Foxglove was merged into Dunmore: whoever looks for it, or would enter it again, finds Dunmore."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Duplicate, RuleBroken
from customers.actions import customers
from customers.models import Customer
from references.actions import cells, nominations
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension, Evidence
from tests.factories import ContactFactory, customer
from tests.references.test_companies_found_here import page_of, propose, radio
from tests.references.test_evidence_of_merged import merge

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def dunmore(maria):
    """Dunmore Cloud, into which Foxglove was merged, into which Bluegate had been."""
    rows = {name: customer(name, csm=maria) for name in ("Bluegate Shipping", "Foxglove Industries", "Dunmore Cloud")}
    Customer.objects.filter(pk=rows["Bluegate Shipping"].pk).update(domain="bluegate.example")
    merge(rows["Foxglove Industries"], rows["Bluegate Shipping"], maria)
    return merge(rows["Dunmore Cloud"], rows["Foxglove Industries"], maria)


@pytest.mark.parametrize("words", ["foxglove", "Bluegate", "bluegate.example"])
@pytest.mark.parametrize("page", ["/search/", "/customers/", "/grid/", "/nominations/new/"])
def test_who_looks_for_a_former_name_finds_the_customer(client, dunmore, maria, page, words):
    client.force_login(maria)
    assert "Dunmore Cloud" in client.get(page, {"q": words}).text


@pytest.mark.parametrize(("name", "domain"), [("Foxglove Industries", ""), ("Other", "bluegate.example")])
def test_who_would_enter_it_again_is_asked_first(dunmore, maria, name, domain):
    with pytest.raises(Duplicate, match="Dunmore Cloud"):
        customers.enter(name=name, values={"domain": domain}, by=maria, at=NOON)


def test_who_proposes_it_by_name_is_led_to_the_customer(dunmore, sam):
    will = {Dimension.objects.get(key="logo"): "willing"}
    said = {"contact_name": "Uma", "story": "Big.", "source": "sales"}
    with pytest.raises(RuleBroken, match="Dunmore Cloud is a customer here already"):
        nominations.submit(
            proposed_customer="Foxglove Industries", values=said, willingness=will, by=sam, at=timezone.now()
        )


def test_a_company_whose_speaker_is_a_contact_here_is_probably_that_customer(client, dunmore, sam, priya):
    """She writes from another domain than the customer's own."""
    ContactFactory(customer=dunmore, name="Hana", email="hana@foxglove.example")
    proposed = propose("Harbour Twelve", sam, email="HANA@foxglove.example")
    client.force_login(priya)
    assert radio(dunmore, checked=True) in client.get(page_of(proposed)).text


def test_a_withdrawal_says_whether_a_green_stood_on_the_consent(client, dunmore, maria):
    call, contact = Dimension.objects.get(key="reference_call"), ContactFactory(customer=dunmore)
    for version, day in enumerate((date(2026, 10, 1), date(2026, 11, 1))):
        said = NewEvidence("call", day, contact)
        cell = Cell.objects.of(dunmore, call)
        cells.edit(cell, seen_version=version, changes={"status": "green"}, evidence=said, by=maria, at=NOON)
    client.force_login(maria)
    older, newer = Evidence.objects.order_by("agreed_on")
    told = [
        client.post(reverse("references:evidence_withdraw", args=[one.pk]), {"reason": "Stop"}, follow=True).text
        for one in (older, newer)
    ]
    assert "no Green stood on it" in told[0]
    assert "the Green that stood on it is Amber now" in told[1]
