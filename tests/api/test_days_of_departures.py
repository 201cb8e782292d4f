"""A program that empties the day on which a customer leaves does not make it leave today."""

from datetime import UTC, date, datetime

import pytest

from customers.models import Customer
from tests.api.calling import patch, post, told
from tests.factories import customer
from tests.references.ledger import churn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARCH = date(2027, 3, 1)
KEEP = "Give the day on which it leaves, or set the lifecycle to “live” or “onboarding” to keep it."
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def leaving(bluth):
    return churn(bluth, on=MARCH, at=NOW)


def address(who):
    return f"/api/v1/customers/{who.pk}/"


@pytest.mark.parametrize("more", [{}, {"lifecycle": "churned"}, {"churn_reason": "Taken over"}])
@pytest.mark.parametrize("day", [MARCH, date(2026, 10, 1)])
def test_no_day_of_one_that_leaves_or_has_left_is_refused_in_words(api, bluth, day, more):
    churn(bluth, on=day, at=NOW)
    assert told(patch(api, address(bluth), {"churned_on": None} | more)) == {"churned_on": KEEP}
    assert Customer.objects.get(pk=bluth.pk).churned_on == day


def test_no_day_of_one_that_is_to_leave_is_refused_and_a_day_left_out_is_today(api, bluth):
    sent = {"lifecycle": "churned", "churn_reason": "Taken over"}
    words = {"churned_on": "Give the day on which it leaves, or leave this out if it is today."}
    assert told(patch(api, address(bluth), sent | {"churned_on": None})) == words
    assert told(post(api, "/api/v1/customers/", {"name": "Sitwell", "churned_on": None} | sent)) == words
    assert not Customer.objects.filter(name="Sitwell").exists()
    assert patch(api, address(bluth), sent).json()["churned_on"] == "2026-11-20"
    entered = post(api, "/api/v1/customers/", {"name": "Sitwell"} | sent)
    assert (entered.status_code, entered.json()["churned_on"]) == (201, "2026-11-20")


def test_with_a_lifecycle_that_keeps_it_no_day_is_what_it_has(api, leaving):
    sent = {"lifecycle": "live", "lifecycle_reason": "New terms", "churned_on": None}
    assert patch(api, address(leaving), sent).json()["churned_on"] is None
    other = customer("Sitwell")
    assert patch(api, address(other), {"churned_on": None, "region": "DACH"}).json()["lifecycle"] == "live"
    made = post(api, "/api/v1/customers/", {"name": "Gobias", "lifecycle": "live", "churned_on": None})
    assert (made.status_code, made.json()["churned_on"]) == (201, None)


def test_the_reason_alone_leaves_the_day_as_it_is(api, leaving):
    assert patch(api, address(leaving), {"churn_reason": "Taken over"}).json()["churned_on"] == "2027-03-01"
