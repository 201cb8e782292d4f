"""Of some customers nobody has said the industry or region: that is nothing to recruit for."""

import pytest

from customers.models import Customer
from references.actions import coverage, recruiting_settings
from references.models import Nomination
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from tests.factories import customer
from tests.references.covered import BANKS, NOW, axes, banks
from tests.references.nominated import accepted

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


def test_a_company_of_which_nothing_is_known_pushes_no_customer_back(maria, priya):
    """Zinsbank has waited for longest; of Fakeblock, proposed by its name, nobody has said where it belongs."""
    banks(maria)
    known = accepted("Zinsbank", csm=maria, by=maria, priya=priya, at=NOW, days=20)
    Customer.objects.filter(pk=known.customer_id).update(**BANKS)
    for name, half in (("Fakeblock", {}), ("Sitwell", {"industry": "Finance"}), ("Austero", {"region": "EMEA"})):
        found = accepted(name, csm=maria, by=maria, priya=priya, at=NOW)
        Customer.objects.filter(pk=found.customer_id).update(**half)
    gap = accepted("Bluth", csm=maria, by=maria, priya=priya, at=NOW)
    Customer.objects.filter(pk=gap.customer_id).update(industry="Housing", region="AMER")
    recruiting_settings.edit(changes={"capacity": 2}, by=priya, at=NOW)
    scores = Nomination.objects.waiting().values_list("customer__name", "score")
    assert dict(scores) == {"Bluth": 30, "Zinsbank": 2, "Fakeblock": 0, "Sitwell": 0, "Austero": 0}


def test_a_target_of_what_is_not_given_is_kept_in_the_matrix_and_names_no_place_to_recruit(as_priya, maria, priya):
    customer("Fakeblock", csm=maria)
    rows, columns = axes("industry", "region")
    assert "coverage-missing" not in as_priya.get("/coverage/").text
    coverage.set_target(rows, columns_axis=columns, row="", column="", target=3, by=priya, at=NOW)
    found = report.matrix(rows, columns, now=Present.seen(NOW))
    assert [place.missing for place in found.places] == [3]
    assert found.gaps == []
    assert "No target is missed." in as_priya.get("/coverage/gaps/").text
    waiting = accepted("Sitwell", csm=maria, by=maria, priya=priya, at=NOW)
    assert Nomination.objects.get(pk=waiting.pk).score == 0
