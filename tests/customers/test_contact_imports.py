"""Contacts from a file join the customers that are here."""

import pytest

from customers.models import Contact, Customer, CustomerChange
from tests.customers.taking import counts, reasons, take
from tests.factories import ContactFactory, customer

pytestmark = pytest.mark.django_db

CONTACTS = {"Who": "name", "Mail": "email", "Company": "customer_name", "Job": "title", "Role": "roles"}
PEOPLE = "Who,Mail,Company,Job,Role\nLucille,lucille@bluth.com,Bluth Company,CEO,champion; decision maker\n"


def test_contacts_join_their_customers_and_twice_changes_nothing():
    bluth = customer("Bluth")
    assert counts(take(PEOPLE, CONTACTS, kind="contacts")) == {"created": 1}
    lucille = Contact.objects.get()
    assert (lucille.customer, lucille.title, lucille.roles) == (bluth, "CEO", ["champion", "decision_maker"])
    assert CustomerChange.objects.filter(customer=bluth, kind="imported").count() == 1
    assert counts(take(PEOPLE, CONTACTS, kind="contacts")) == {"unchanged": 1}
    assert counts(take(PEOPLE.replace("CEO", "Chair"), CONTACTS, kind="contacts")) == {"updated": 1}
    lucille.refresh_from_db()
    assert (lucille.title, lucille.version) == ("Chair", 2)


def test_contacts_without_a_customer_are_problems_and_a_domain_can_tell():
    customer("Bluth", domain="bluth.com")
    content = "Who,Mail,Company\nA,a@bluth.com,\nB,b@other.com,\nC,,Unknown Ltd\nD,not-an-address,Bluth\n"
    tally = take(content, CONTACTS, kind="contacts")
    assert counts(tally) == {"created": 1, "problem": 3}
    assert "does not say whose" in reasons(tally)[0]
    assert "not here yet" in reasons(tally)[1]
    assert "not an e-mail address" in reasons(tally)[2]


def test_a_contact_entered_by_hand_is_matched_by_address_and_takes_the_id():
    bluth = customer("Bluth")
    ContactFactory(customer=bluth, name="L. Bluth", email="Lucille@bluth.com")
    columns = {"Id": "external_id", **CONTACTS}
    content = "Id,Who,Mail,Company\n7,Lucille Bluth,lucille@bluth.com,Bluth\n"
    assert counts(take(content, columns, kind="contacts", source="crm")) == {"updated": 1}
    assert Contact.objects.get().source_id == "7"


def test_who_refers_us_by_the_file_has_no_reason_any_more():
    said = {"refusal_reason": "Legal forbids it", "asked_on": "2026-03-02"}
    for name in ("Lucille", "Buster"):
        ContactFactory(customer=Customer.objects.first() or customer("Bluth"), name=name, **said)
    columns = {"Who": "name", "Company": "customer_name", "Refers": "evangelist_level", "Job": "title"}
    content = "Who,Company,Refers,Job\nLucille,Bluth,prompted,CEO\nBuster,Bluth,,Pilot\n"
    assert counts(take(content, columns, kind="contacts")) == {"updated": 2}
    lucille, buster = Contact.objects.get(name="Lucille"), Contact.objects.get(name="Buster")
    assert (lucille.evangelist_level, lucille.refusal_reason, lucille.asked_on) == ("prompted", "", None)
    assert buster.refusal_reason == "Legal forbids it"
    told = CustomerChange.objects.filter(kind="imported").latest("pk").fields
    assert told["contact Lucille: refusal_reason"] == ["Legal forbids it", None]


def test_a_file_says_how_a_contact_came_to_our_solution():
    bluth = customer("Bluth")
    columns = {"Who": "name", "Company": "customer_name", "Ours": "adoption"}
    content = "Who,Company,Ours\nLucille,Bluth,Had it chosen for them\nBuster,Bluth,chose\nGob,Bluth,perhaps\n"
    tally = take(content, columns, kind="contacts")
    assert (counts(tally), "how a contact came to us" in reasons(tally)[0]) == ({"created": 2, "problem": 1}, True)
    assert dict(Contact.objects.values_list("name", "adoption")) == {"Lucille": "imposed", "Buster": "chose"}
    assert counts(take(content.replace("Buster,Bluth,chose", "Buster,Bluth,won over"), columns, kind="contacts")) == {
        "unchanged": 1,
        "updated": 1,
        "problem": 1,
    }
    assert bluth.contacts.get(name="Buster").adoption == "won_over"
