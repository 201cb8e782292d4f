"""What the page of the coverage says of itself: places that are not listed, and ways of looking that there are not."""

from datetime import timedelta

import pytest

from core.choices import Role
from customers.models import Attribute, Invoice
from references.actions import coverage, impact
from tests.factories import customer, person
from tests.references.covered import BANKS, NOW, axes

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
PAGE = "/coverage/"


@pytest.fixture
def priya():
    return person("Priya Nair", Role.PROGRAMME_MANAGER)


@pytest.fixture
def as_priya(client, priya):
    rows, columns = axes("industry", "region")
    for number in range(10):
        customer(f"Shop {number}", industry=f"Retail {number}", region="APAC")
        place = {"row": f"Retail {number}", "column": "APAC", "target": number + 1}
        coverage.set_target(rows, columns_axis=columns, **place, by=priya, at=NOW)
    client.force_login(priya)
    return client


def places(text):
    return text.split('id="gaps"')[1].split("</section>")[0].count("<li>")


def test_priya_is_told_that_more_places_miss_references_and_comes_to_all_of_them(as_priya):
    first = as_priya.get(PAGE).text
    assert places(first) == 8
    assert "8 of 10: show all" in first
    address = "/coverage/?rows=industry&amp;columns=region&amp;places=all#gaps"
    assert f'href="{address}"' in first
    every = as_priya.get("/coverage/?rows=industry&columns=region&places=all").text
    assert places(every) == 10
    assert "show all" not in every
    assert "Show the first 8" in every
    card = as_priya.get("/coverage/gaps/").text
    assert "8 of 10: show all" in card
    assert f'href="{address}"' in card


def test_where_all_places_are_shown_nothing_is_said_of_more(as_priya, priya):
    rows, columns = axes("industry", "region")
    for number in range(2):
        place = {"row": f"Retail {number}", "column": "APAC", "target": None}
        coverage.set_target(rows, columns_axis=columns, **place, by=priya, at=NOW)
    for shown in (as_priya.get(PAGE).text, as_priya.get("/coverage/?places=all").text):
        assert places(shown) == 8
        assert "show all" not in shown
        assert "Show the first" not in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "rows=region&columns=region",
            "Choose two different ways of looking at the customers. Shown is Region × Industry.",
        ),
        ("rows=xx", "There is no “xx” to look at customers by. Shown is Industry × Region."),
        ("rows=size&columns=%3Cb%3E", "There is no “&lt;b&gt;” to look at customers by. Shown is Size × Region."),
    ],
)
def test_what_cannot_be_laid_out_is_said_beside_what_is_shown_instead(as_priya, asked, told):
    for answer in (as_priya.get(f"{PAGE}?{asked}"), as_priya.get(f"{PAGE}?{asked}", headers={"HX-Request": "true"})):
        assert (answer.status_code, told in answer.text) == (200, True)
    assert told in as_priya.get(f"/coverage/gaps/?{asked}").text


def test_a_retired_attribute_is_no_way_of_looking_and_the_page_says_so(as_priya):
    Attribute.objects.update(is_active=False)
    told = "There is no “attribute_use_case” to look at customers by. Shown is Industry × Region."
    assert told in as_priya.get(f"{PAGE}?rows=attribute_use_case").text


def test_what_can_be_laid_out_is_shown_without_a_word(as_priya):
    for asked in ("", "rows=region", "rows=size&columns=region", "rows=&columns=", "rows=attribute_use_case"):
        text = as_priya.get(f"{PAGE}?{asked}").text
        assert "Shown is" not in text, asked


def test_of_what_a_number_is_a_part_stands_beside_it(as_priya):
    customer("Shop of the city", industry="Retail 9", region="APAC")
    page = as_priya.get(PAGE).text
    assert ("0 of 2 customers<" in page, "0 of 1 customer<" in page) == (True, True)
    assert "2/5: reference-able of the target" in page
    assert "0 of 10 wanted, 0 on the way" in as_priya.get("/coverage/gaps/").text


def test_who_may_be_asked_comes_before_fifty_better_ones_who_may_not(client, priya, maria):
    """One import of overdue invoices must not hide the bank that can be asked."""
    free = customer("Freebank", csm=maria, **BANKS)
    for number in range(51):
        known = customer(f"Late {number}", csm=maria, is_well_known=True, **BANKS)
        sent = {"amount": 10, "due_on": NOW.date() - timedelta(days=30), "updated_at": NOW}
        Invoice.objects.create(customer=known, number=str(number), **sent)
    impact.refresh(at=NOW)
    client.force_login(priya)
    gap = client.get("/coverage/gap/?rows=industry&columns=region&row=Finance&column=EMEA").context["gap"]
    assert [one.customer for one in gap.candidates][:1] == [free]
    assert len(gap.candidates) == 25
    assert [one.colleague for one in gap.colleagues] == [maria]
