"""What comes along unseen with a paste into a form never gets into a text; what breaks a line still does."""

import pytest
from django.urls import reverse
from hypothesis import given

from core.models import SavedView
from core.texts import CONTROL, named_id, plain
from customers.actions import attributes
from customers.models import AttributeValue, Customer
from customers.rules.names import name_key
from references.models import Cell, Dimension, Nomination
from tests.api.calling import client_of
from tests.factories import LONG_AGO, ContactFactory, customer
from tests.fuzz import values
from tests.fuzz.cases import cases


@pytest.fixture(autouse=True)
def _logged_in(client, maria):
    client.force_login(maria)


def test_a_customers_name_has_a_space_where_the_paste_broke_the_line(client):
    typed = {"name": "Sit\x1bwell\x0bHoldings\x9f", "domain": "", "lifecycle": "live", "industry": "Re\x7ftail\x0cFood"}
    client.post(reverse("customers:customer_create"), typed)
    made = Customer.objects.get()
    assert (made.name, made.industry) == ("Sitwell Holdings", "Retail Food")


def test_a_note_in_the_grid_keeps_its_lines_and_its_tabs(client, maria):
    bluth, logo = customer("Bluth Company", csm=maria), Dimension.objects.get(key="logo")
    address = f"/grid/{bluth.pk}/{logo.key}/edit/"
    client.post(address, {"status": "amber", "version": 0, "note": "Legal\x80 reads it,\x0bthen\tsigns.\u2028Soon."})
    assert Cell.objects.get().note == "Legal reads it,\nthen\tsigns.\nSoon."


def test_a_story_of_a_nomination_keeps_its_lines(client, maria):
    bluth = customer("Bluth Company", csm=maria)
    contact = ContactFactory(customer=bluth)
    said = {"story": "Half\x08 the returns.\x0cIn a year.", "source": "sales", "contact": contact.pk}
    said |= {f"will-{Dimension.objects.get(key='logo').pk}": "willing", "relationship": "Since\x0b2019"}
    client.post(f"{reverse('references:nomination_create')}?customer={bluth.pk}", said)
    found = Nomination.objects.get()
    assert (found.story, found.relationship) == ("Half the returns.\nIn a year.", "Since 2019")


def test_a_value_of_an_attribute_is_one_clean_line(client, maria):
    tier = attributes.create(name="Tier", by=None, at=LONG_AGO)
    typed = {"name": "Sitwell", "domain": "", "lifecycle": "live", tier.field_name: "Pre\x02mium\x0bplus"}
    client.post(reverse("customers:customer_create"), typed)
    assert AttributeValue.objects.get().value == "Premium plus"


def test_a_nul_is_refused_and_what_was_typed_is_shown_again(client):
    answer = client.post(reverse("customers:customer_create"), {"name": "Sit\0well", "lifecycle": "live"})
    assert (answer.status_code, Customer.objects.count()) == (422, 0)
    assert "Null characters are not allowed" in answer.content.decode()


def test_a_view_is_saved_under_a_clean_name(client):
    client.post("/saved-views/", {"page": "references:grid", "name": "EMEA\x0bfirst\x07", "query": "region=EMEA"})
    assert SavedView.objects.get().name == "EMEA first"


def test_a_text_does_not_turn_what_stands_after_it():
    assert plain("Thanks \u202evoN\u2066 for all") == "Thanks voN for all"
    hebrew = "\u05d0\u200f (A)"
    assert plain(hebrew) == hebrew


@cases(60, 0.04)
@given(values.text)
def test_what_is_plain_is_plain(text):
    assert plain(plain(text)) == plain(text)
    assert not CONTROL.search(plain(text))
    assert len(plain(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("", 0), ("-7", 0), ("7.0", 0), ("x", 0), ("9" * 18, 10**18 - 1), ("9" * 19, 0)],
)
def test_an_address_names_a_row_or_none(text, number):
    assert named_id(text) == number


@pytest.mark.parametrize(
    "name", ["\u200b", "\u2060\ufeff", "\u200d\u200c", "\u3164", " \u2800 ", "\U000e0001", "\U000e0100", "\ufff9"]
)
def test_a_name_that_nobody_can_see_is_no_name(client, maria, name):
    refused = client.post("/customers/new/", {"name": name, "lifecycle": "live"})
    assert (refused.status_code, "This field is required." in refused.text) == (422, True)
    answer = client_of(maria).post("/api/v1/customers/", {"name": name}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "name")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("text", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f468\u200d\U0001f4bb"])
def test_marks_between_letters_stay(text):
    assert plain(text) == text


def test_blanks_alone_stay_what_they_are():
    assert plain("\t\t\r\n \t") == "\t\t\r\n \t"


def test_what_only_tells_where_a_word_may_be_broken_is_dropped():
    assert plain("Plum\u00adtree \ufeffLtd\u200b") == "Plumtree Ltd"


def test_names_that_differ_in_what_nobody_sees_are_one_name():
    assert {name_key(name) for name in ("Plum\u00adtree", "Plum\u200btree", "Plum\u200ftree", "PLUMTREE")} == {
        "plumtree"
    }
