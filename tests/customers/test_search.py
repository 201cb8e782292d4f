"""The search box finds customers and contacts by a few letters."""

import pytest
from django.urls import reverse

from customers.actions import external_ids
from tests.factories import LONG_AGO, ContactFactory, customer

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _some(db):
    bluth = customer("Bluth Company", domain="bluth.com")
    customer("The Big Bluth")
    customer("Müller & Söhne")
    external_ids.add(bluth, source="crm", value="001A", by=None, at=LONG_AGO)
    ContactFactory(customer=bluth, name="Lucille Bluth", email="lucille@example.com")


def found(client, text, **headers):
    answer = client.get(reverse("customers:search"), {"q": text}, headers=headers)
    result = answer.context["found"]
    return [row.name for row in result.customers], [row.name for row in result.contacts]


@pytest.mark.parametrize(
    ("text", "customers", "contacts"),
    [
        ("blu", ["Bluth Company", "The Big Bluth"], ["Lucille Bluth"]),
        ("MULLER", ["Müller & Söhne"], []),
        ("001A", ["Bluth Company"], []),
        ("bluth.c", ["Bluth Company"], []),
        ("lucille@", [], ["Lucille Bluth"]),
        ("b", [], []),
        ("", [], []),
        ("%%%", [], []),
        ("nobody at all", [], []),
    ],
)
def test_customers_and_contacts_are_found(client, maria, text, customers, contacts):
    client.force_login(maria)
    assert found(client, text) == (customers, contacts)


def test_the_box_gets_a_short_list_of_links(client, maria):
    client.force_login(maria)
    for number in range(9):
        customer(f"Bluth branch {number}")
    answer = client.get(reverse("customers:search"), {"q": "bluth"}, headers=HTMX)
    text = answer.content.decode()
    assert "<html" not in text
    assert text.count("<li>") == 6 + 1 + 1
    assert "Show all" in text


def test_nothing_found_says_what_to_do(client, maria):
    client.force_login(maria)
    text = client.get(reverse("customers:search"), {"q": "zzz"}).content.decode()
    assert "Nothing found" in text
    assert "all customers" in text
