"""Since when Bluth Company has us in production: a slip of the year is refused whichever way it comes."""

from datetime import date

import pytest
from django.urls import reverse

from customers.models import Customer
from tests.api.calling import client_of, patch, post
from tests.customers.taking import counts, reasons, take
from tests.factories import customer

SLIPS = ["0001-01-01", "2099-01-01"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_maria(client, maria):
    client.force_login(maria)
    return client


def hooli_of_old():
    """Taken in when any day was."""
    hooli = customer("Hooli")
    Customer.objects.filter(pk=hooli.pk).update(in_production_since=date(2999, 1, 1))
    return hooli


@pytest.fixture
def bluth():
    return customer("Bluth Company", in_production_since=date(2024, 4, 3))


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_the_year_is_refused_in_the_forms_and_what_was_typed_stays(as_maria, bluth, slip):
    typed = {"name": "Sitwell", "lifecycle": "live", "industry": "Retail", "in_production_since": slip}
    edited = typed | {"name": "Bluth Company", "version": bluth.version}
    for address, sent in (("customer_create", typed), ("customer_edit", edited)):
        refused = as_maria.post(reverse(f"customers:{address}", args=[bluth.pk][: address == "customer_edit"]), sent)
        assert (refused.status_code, "Look at the year" in refused.text) == (422, True)
        assert 'value="Retail"' in refused.text
    assert Customer.objects.get().in_production_since == date(2024, 4, 3)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_program_is_told_the_same(bluth, maria, slip):
    api = client_of(maria)
    for answer in (
        post(api, "/api/v1/customers/", {"name": "Sitwell", "in_production_since": slip}),
        patch(api, f"/api/v1/customers/{bluth.pk}/", {"in_production_since": slip}),
    ):
        assert (answer.status_code, "Look at the year" in answer.text) == (422, True)
    assert Customer.objects.get().in_production_since == date(2024, 4, 3)


def test_in_a_file_it_is_a_problem_of_its_row_and_what_stands_already_is_let_be(bluth):
    hooli_of_old()
    file = (
        "Name,Since,Sector\nBluth Company,0001-01-01,\nSitwell,2099-01-01,\nHooli,2999-01-01,Tech\nTobias,1999-05-01,\n"
    )
    tally = take(file, {"Name": "name", "Since": "in_production_since", "Sector": "industry"})
    assert [reason[:16] for reason in reasons(tally)] == ["Look at the year"] * 2
    assert counts(tally) == {"problem": 2, "created": 1, "updated": 1}
    assert Customer.objects.get(name="Hooli").industry == "Tech"


def test_an_odd_day_that_stands_already_keeps_nobody_from_changing_the_rest(as_maria, maria):
    hooli = hooli_of_old()
    typed = {"name": "Hooli", "in_production_since": "2999-01-01", "version": hooli.version}
    assert (
        as_maria.post(reverse("customers:customer_edit", args=[hooli.pk]), typed | {"country": "Peru"}).status_code
        == 302
    )
    assert patch(client_of(maria), f"/api/v1/customers/{hooli.pk}/", {"region": "EMEA"}).status_code == 200
    hooli.refresh_from_db()
    assert (hooli.country, hooli.region) == ("Peru", "EMEA")
