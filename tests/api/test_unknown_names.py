"""A program that misspells a name is told so: nothing it sends or asks is dropped without a word."""

import pytest
from django.urls import get_resolver

from core.api.endpoints import Endpoint
from core.choices import Role
from customers.actions import invoices, referrals, support_cases
from customers.models import Contact, Customer
from references.actions import nominations, recruiting_plans
from references.api.urls import urlpatterns
from references.models import Cell, Closing, Dimension, Nomination
from tests.api.calling import client_of, patch, post
from tests.factories import LONG_AGO, ContactFactory, customer, person

ENDPOINTS = [(pattern.name, pattern.callback.view_class) for pattern in urlpatterns]
WRITES = [(name, method) for name, view in ENDPOINTS for method in view.permissions if method != "GET"]
READS = [name for name, view in ENDPOINTS if "GET" in view.permissions]


def nominated(bluth, priya):
    """A nomination of Priya's, so that every deed is hers."""
    said = {"contact_name": "Lucille", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(customer=bluth, values=said, willingness=will, by=priya, at=LONG_AGO)


@pytest.fixture
def address(priya):
    """The address of an endpoint by its name, with a customer that is there."""
    bluth, day = customer("Bluth Company"), LONG_AGO.date()
    case = support_cases.record(bluth, values={"number": "1", "opened_on": day}, by=None, at=LONG_AGO)
    invoice = invoices.record(bluth, values={"number": "1", "amount": 1, "due_on": day}, by=None, at=LONG_AGO)
    known = {"customer_id": bluth.pk, "dimension_key": "logo", "label": "2026-Q1"}
    known |= {"nomination_id": nominated(bluth, priya).pk}
    lucille = ContactFactory(customer=bluth)
    told = {"told_name": "Stan Sitwell", "referred_on": day}
    referral = referrals.record(lucille, values=told, by=None, at=LONG_AGO)
    known |= {"case_id": case.pk, "invoice_id": invoice.pk, "contact_id": lucille.pk, "referral_id": referral.pk}
    plan = {"dimensions": [Dimension.objects.get(key="logo")]}
    by = person("Paul Planner", Role.CSM)
    known |= {"plan_id": recruiting_plans.begin(bluth, values=plan, by=by, at=LONG_AGO).pk}
    known |= {"recognition_id": 1, "drive_id": 1}

    def of(name: str) -> str:
        pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
        return "/api/v1/" + get_resolver("references.api.urls").reverse(
            name, **{key: known[key] for key in pattern.pattern.converters}
        )

    return of


def test_every_endpoint_is_one_of_ours():
    assert ENDPOINTS
    assert all(issubclass(view, Endpoint) for _name, view in ENDPOINTS)


@pytest.mark.parametrize(("name", "method"), WRITES)
def test_a_field_that_nobody_knows_is_refused_by_name(address, priya, name, method):
    url = address(name)
    answer = client_of(priya).generic(method, url, '{"statuss": "green"}', content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert {"code": "invalid", "detail": "There is no such field.", "attr": "statuss"} in answer.json()["errors"]
    assert (Customer.objects.count(), Contact.objects.count()) == (1, 1)
    assert not Cell.objects.exists()
    assert not Closing.objects.exists()
    assert Nomination.objects.get().state == "submitted"


@pytest.mark.parametrize("name", READS)
def test_a_query_parameter_that_nobody_knows_is_refused_by_name(address, priya, name):
    api, url = client_of(priya), address(name)
    assert api.get(url).status_code in (200, 404)
    answer = api.get(url + "?lifecycel=live")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "lifecycel"


@pytest.mark.parametrize("name", READS)
def test_a_number_that_no_database_can_hold_is_answered_in_words_by_every_parameter(address, priya, name):
    view = next(view for known, view in ENDPOINTS if known == name)
    api, url = client_of(priya), address(name)
    for parameter in Endpoint.query_names(view()):
        answer = api.get(f"{url}?{parameter}={10**20}")
        assert answer.status_code in (200, 400, 404), (parameter, answer.content)
        named = [error["attr"] for error in answer.json().get("errors", [])]
        assert answer.status_code != 400 or named == [parameter], answer.content


# Any text narrows by these, as words of a search do; no page begins anywhere in a list without rows.
FREE = {"q", "region", "industry", "country", "attribute_use_case", "cursor"}


@pytest.mark.parametrize("name", READS)
def test_a_value_that_a_parameter_does_not_know_is_refused_and_not_passed_over(address, priya, name):
    view = next(view for known, view in ENDPOINTS if known == name)
    api, url = client_of(priya), address(name)
    for parameter in sorted(Endpoint.query_names(view()) - FREE):
        answer = api.get(url, {parameter: "no such value"})
        assert answer.status_code in (400, 404), (parameter, answer.content)
        named = [error["attr"] for error in answer.json()["errors"]]
        assert answer.status_code == 404 or named == [parameter], answer.content


def test_a_misspelt_field_inside_evidence_is_named_with_its_place(address, maria):
    evidence = {"kind": "call", "agreed_at": "2026-11-20"}
    answer = patch(client_of(maria), address("cell_detail"), {"status": "green", "version": 0, "evidence": evidence})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "evidence.agreed_at")


def test_what_a_customer_only_answers_is_refused_by_name(address, maria):
    refused = patch(client_of(maria), address("customer_detail"), {"created_at": "2020-01-01T00:00:00Z"})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "created_at")


def test_a_customer_can_be_sent_back_as_it_was_read(address, maria):
    api, url = client_of(maria), address("customer_detail")
    read = api.get(url).json()
    answer = patch(api, url, read | {"industry": "Housing"})
    assert (answer.status_code, answer.json()["industry"]) == (200, "Housing")


@pytest.mark.parametrize("name", ["note", "next_action"])
def test_control_characters_in_the_words_of_a_cell_are_refused(address, maria, name):
    api, url = client_of(maria), address("cell_detail")
    refused = patch(api, url, {name: "Ask\x07 Lucille", "version": 0})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, name)
    kept = patch(api, url, {"note": "Two\nlines\tand a tab", "version": 0})
    assert kept.json()["note"] == "Two\nlines\tand a tab"


def test_control_characters_in_the_name_of_a_customer_are_refused(maria):
    refused = post(client_of(maria), "/api/v1/customers/", {"name": "Bluth\x1b[31m"})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "name")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("name", READS)
def test_a_method_that_is_not_there_is_told_so_whatever_it_came_with(address, priya, name):
    api, url = client_of(priya), address(name)
    assert api.generic("TRACE", url).status_code == 405
    assert api.generic("TRACE", url + "?lifecycel=live").status_code == 405


@pytest.mark.parametrize("asked", ["since=", "limit=", "since=0&limit="])
def test_an_empty_query_parameter_is_refused_rather_than_answered_from_the_beginning(address, priya, asked):
    answer = client_of(priya).get(f"{address('changes')}?{asked}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] in asked


@pytest.mark.parametrize("asked", ["overdue=null", "overdue=yes", "expiring=", "mine=1", "sort=nmae", "sort=-logoo"])
def test_a_filter_or_an_order_that_means_nothing_is_refused_rather_than_passed_over(address, priya, asked):
    answer = client_of(priya).get(f"{address('customers')}?{asked}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["attr"] == asked.partition("=")[0]


@pytest.mark.parametrize("asked", ["overdue=true", "expiring=false", "sort=-name", "sort=logo", "sort="])
def test_a_filter_or_an_order_that_means_something_is_answered(address, priya, asked):
    assert client_of(priya).get(f"{address('customers')}?{asked}").status_code == 200


def test_an_empty_cursor_asks_for_the_first_page(address, priya):
    url = address("customers")
    assert client_of(priya).get(f"{url}?cursor=").json() == client_of(priya).get(url).json()
