"""Whoever saves a form is told what was saved, on the page that they are led to."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from core.choices import Role
from customers.actions import invoices, occasions, products, referrals, support_cases
from customers.models import Contact
from tests.factories import LONG_AGO, ContactFactory, customer, person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.time_machine(NOW)
DAY = NOW.date()


@pytest.fixture
def bluth(db, client, maria):
    client.force_login(maria)
    return customer("Bluth Company", csm=maria)


def said(client, name, row, typed):
    """What Maria reads at the head of the page after she has saved what she typed."""
    answer = client.post(reverse(f"customers:{name}", args=[row.pk]), typed, follow=True)
    assert answer.redirect_chain, "it was saved"
    return [str(message) for message in answer.context["messages"]]


def test_a_customer_is_told_to_be_saved_by_its_new_name(client, bluth):
    typed = {"name": "The Bluths", "domain": "", "lifecycle": "live", "version": bluth.version}
    assert said(client, "customer_edit", bluth, typed) == ["The Bluths is saved."]
    assert "The Bluths is saved." not in client.get(reverse("customers:customer_detail", args=[bluth.pk])).text


def test_a_contact_is_told_to_be_entered_and_saved(client, bluth):
    assert said(client, "contact_create", bluth, {"name": "Gob", "evangelist_level": "no"}) == ["Gob is entered."]
    gob = Contact.objects.get()
    typed = {"name": "Gob Bluth", "evangelist_level": "no", "version": gob.version}
    assert said(client, "contact_edit", gob, typed) == ["Gob Bluth is saved."]
    gob.refresh_from_db()
    typed = {"evangelist_level": "prompted", "evangelist_scope": "outside", "version": gob.version}
    assert said(client, "evangelist_edit", gob, typed) == ["Gob Bluth is saved."]


def test_a_product_in_use_is_told_to_be_saved_and_taken_off(client, bluth, priya):
    router = products.create(name="Router", by=priya, at=LONG_AGO)
    assert said(client, "product_use", bluth, {"product": router.pk, "since": "2026-01-01"}) == ["Router is saved."]
    answer = client.post(reverse("customers:product_use_remove", args=[bluth.pk, router.pk]), follow=True)
    assert "Router is taken off the products in use." in strip_tags(answer.text)


def test_what_belongs_to_a_customer_is_told_to_be_saved(client, bluth):
    client.force_login(person("Priya Nair", Role.PROGRAMME_MANAGER))
    case = support_cases.record(bluth, values={"number": "C-1", "opened_on": DAY}, by=None, at=NOW)
    typed = {"number": "C-1", "opened_on": str(DAY), "subject": "Slow", "version": case.version}
    assert said(client, "case_edit", case, typed) == ["The case is saved."]
    values = {"number": "R-1", "amount": 5, "currency": "EUR", "issued_on": DAY, "due_on": DAY}
    invoice = invoices.record(bluth, values=values, by=None, at=NOW)
    typed = values | {"issued_on": str(DAY), "due_on": str(DAY), "amount": "6", "version": invoice.version}
    assert said(client, "invoice_edit", invoice, typed) == ["The invoice is saved."]


def test_a_referral_and_an_occasion_are_told_to_be_saved(client, bluth):
    lucille = ContactFactory(customer=bluth, name="Lucille", evangelist_level="prompted")
    referral = referrals.record(lucille, values={"referred_on": DAY, "told_name": "Stan"}, by=None, at=NOW)
    typed = {"told_name": "Stan Sitwell", "referred_on": str(DAY), "outcome": "open", "version": referral.version}
    assert said(client, "referral_edit", referral, typed) == ["The referral is saved."]
    dinner = occasions.create(title="Dinner", kind="event", held_on=DAY, by=None, at=NOW)
    typed = {"title": "A dinner", "kind": "event", "held_on": str(DAY), "version": dinner.version}
    assert said(client, "occasion_edit", dinner, typed) == ["A dinner is saved."]
