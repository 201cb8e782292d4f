"""Priya sets targets in the matrix: the place, its colour and the list beside it agree afterwards."""

import pytest

from customers.models import Customer
from references.actions import coverage
from tests.factories import customer
from tests.references.covered import NOW, axes, banks

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
HERE = {"rows": "industry", "columns": "region", "row": "Finance", "column": "EMEA"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_priya(client, priya, maria):
    banks(maria)
    client.force_login(priya)
    return client


def sent(client, **values):
    answer = client.post("/coverage/target/", HERE | values, headers=HTMX)
    place, _template, listed = answer.text.partition("<template>")
    return answer.status_code, place.strip(), listed


def test_the_place_comes_in_its_new_colour_with_the_list_beside_it(as_priya):
    for target, level in (("9", "short"), ("3", "coming"), ("1", "met"), ("", "open")):
        status, place, listed = sent(as_priya, target=target)
        assert (status, place.startswith(f'<td class="coverage-{level}">')) == (200, True)
        assert 'id="coverage-next" aria-labelledby="gaps" hx-swap-oob="true"' in listed
        assert ("Finance × EMEA" in listed) == (level in ("short", "coming"))
    assert "No target is missed." in listed


def test_a_refused_target_comes_in_the_colour_of_the_one_that_somebody_set_meanwhile(as_priya):
    rows, columns = axes("industry", "region")
    coverage.set_target(rows, columns_axis=columns, row="Finance", column="EMEA", target=9, by=None, at=NOW)
    status, place, listed = sent(as_priya, target="3", seen="")
    assert (status, place.startswith('<td class="coverage-short">')) == (422, True)
    assert "to 9 meanwhile. Set it again to replace that." in place
    assert "−8" in listed


def test_the_list_stays_as_long_as_it_was(as_priya):
    rows, columns = axes("industry", "region")
    for number in range(9):
        customer(f"Shop {number}", industry=f"Retail {number}", region="APAC")
        place = {"row": f"Retail {number}", "column": "APAC", "target": 5}
        coverage.set_target(rows, columns_axis=columns, **place, by=None, at=NOW)
    assert '<input type="hidden" name="places" value="all">' in as_priya.get("/coverage/?edit=true&places=all").text
    assert 'name="places"' not in as_priya.get("/coverage/?edit=true").text
    for kept, number in (({"places": "all"}, 10), ({}, 8)):
        _status, _place, listed = sent(as_priya, target="9", **kept)
        assert listed.count("<li>") == number


def test_one_customer_is_said_to_be_one(as_priya):
    Customer.objects.exclude(name="Freebank").update(industry="Other")
    _status, _place, listed = sent(as_priya, target="9")
    assert "1 customer, 0 on the way" in listed


def test_the_mail_of_a_gap_names_its_address_as_it_is_written(as_priya):
    assert 'href="mailto:maria.chen@example.com?subject=' in as_priya.get("/coverage/gap/", HERE).text


def test_the_page_of_the_impact_does_not_lead_to_itself(as_priya):
    page = f"/customers/{Customer.objects.get(name='Freebank').pk}/impact/"
    assert f'href="{page}"' not in as_priya.get(page).text
    assert f'<h2><a href="{page}">' in as_priya.get(page, headers=HTMX).text
