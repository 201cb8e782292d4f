"""What a weight does to the coverage matrix, what it hides, where to recruit next, and what is refused there."""

import pytest
from django.utils.html import strip_tags

from core.choices import Role
from customers.models import Product, ProductUse
from references.actions import coverage
from references.models import CoverageTarget, CoverageWeight
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from tests.factories import customer, person
from tests.references.covered import NOW, axes, banks

HERE = {"rows": "industry", "columns": "region", "row": "Finance", "column": "EMEA"}
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]


@pytest.fixture
def maria():
    return person("Maria Chen", Role.CSM)


@pytest.fixture
def priya():
    return person("Priya Nair", Role.PROGRAMME_MANAGER)


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


def test_what_a_weight_hides_is_said_before_and_can_be_brought_back(as_priya, maria):
    banks(maria)
    customer("Shop", industry="Retail", region="APAC")
    form = as_priya.get("/coverage/?edit=true").text
    assert "×0 hides it at once and leaves its customers out of the sums" in form
    assert "Bring back" not in form
    weigh = {"axis": "region", "value": "APAC", "weight": "0", "rows": "industry", "columns": "region"}
    told = as_priya.post("/coverage/weight/", weigh, follow=True).text
    assert 'Bring back<span class="visually-hidden"> APAC' in told
    shown = as_priya.get("/coverage/?q=ret").text
    assert "1 hidden (weight 0) · show" in shown
    assert "?rows=industry&amp;columns=region&amp;q=ret&amp;all=true" in shown
    assert "does not count in what stands under each row" in shown
    everything = as_priya.get("/coverage/?all=true").text
    assert "1 hidden (weight 0) · hide" in everything
    assert "×0 hidden" in everything
    as_priya.post("/coverage/weight/", weigh | {"weight": "1"})
    assert "weight 0" not in as_priya.get("/coverage/").text


def test_where_all_is_hidden_the_page_leads_back(as_priya, maria):
    banks(maria)
    as_priya.post("/coverage/weight/", {"axis": "region", "value": "EMEA", "weight": "0"})
    assert "All of it is hidden by the weight 0" in as_priya.get("/coverage/").text


def test_a_target_that_is_refused_on_its_own_page_stays_typed_there(as_priya, maria):
    banks(maria)
    rows, columns = axes("industry", "region")
    coverage.set_target(rows, columns_axis=columns, row="Finance", column="EMEA", target=7, by=maria, at=NOW)
    for typed, words in (("-1", "greater than or equal to 0"), ("abc", "whole number"), ("3", "set it to 7 meanwhile")):
        refused = as_priya.post("/coverage/target/", HERE | {"target": typed, "seen": ""})
        assert (refused.status_code, f'value="{typed}"' in refused.text, words in refused.text) == (422, True, True)
    assert 'name="seen" value="7"' in refused.text
    assert CoverageTarget.objects.get().target == 7


def test_of_two_weights_chosen_at_once_the_second_is_told(as_priya, maria):
    banks(maria)
    industries, _regions = axes("industry", "region")
    seen = {"axis": "industry", "value": "Finance", "seen": "1", "rows": "industry", "columns": "region"}
    assert 'name="seen" value="1"' in as_priya.get("/coverage/?edit=true").text
    coverage.set_weight(industries, value="Finance", weight=3, by=maria, at=NOW)
    for headers in ({}, {"HX-Request": "true"}):
        refused = as_priya.post("/coverage/weight/", seen | {"weight": "2"}, headers=headers)
        assert (refused.status_code, CoverageWeight.objects.get().weight) == (422, 3)
        assert "of Finance is not saved: Somebody has set it to ×3 meanwhile." in refused.text
        assert '<option value="2" selected>' in refused.text
        assert 'name="seen" value="3"' in refused.text
        assert refused.text.lstrip().startswith("<div") == bool(headers)
    assert as_priya.post("/coverage/weight/", seen | {"weight": "2", "seen": "3"}).status_code == 302
    assert CoverageWeight.objects.get().weight == 2


def test_what_was_hidden_meanwhile_is_not_brought_back_by_an_old_page(as_priya, maria):
    banks(maria)
    _industries, regions = axes("industry", "region")
    coverage.set_weight(regions, value="EMEA", weight=0, by=maria, at=NOW)
    sent = {"axis": "region", "value": "EMEA", "seen": "1", "weight": "2"}
    refused = as_priya.post("/coverage/weight/", sent)
    assert (refused.status_code, CoverageWeight.objects.get().weight) == (422, 0)
    assert (
        "The weight ×2 of EMEA is not saved: Somebody has hidden it meanwhile, by the weight ×0. Bring it back first."
        in refused.text
    )
    assert "Bring back" in refused.text


def test_a_row_comes_to_what_is_shown_of_it(maria):
    banks(maria)
    customer("Pacific Bank", industry="Finance", region="APAC")
    customer("Shop", industry="Retail", region="APAC")
    rows, columns = axes("industry", "region")
    coverage.set_weight(columns, value="APAC", weight=0, by=maria, at=NOW)
    now = Present.seen(NOW)
    sums = {row.value.key: row.value.customers for row in report.matrix(rows, columns, now=now).rows}
    assert sums == {"Finance": 4, "Retail": 0}
    shown = report.matrix(rows, columns, now=now, shows_hidden=True).rows
    assert {row.value.key: row.value.customers for row in shown} == {"Finance": 5, "Retail": 1}


def test_a_hidden_product_takes_only_those_out_of_a_row_who_use_nothing_else(maria):
    acme, free = banks(maria)
    insight, flow = (Product.objects.create(name=name) for name in ("Insight", "Flow"))
    for user_of, product in ((acme, insight), (acme, flow), (free, flow)):
        ProductUse.objects.create(customer=user_of, product=product)
    rows, columns = axes("industry", "product")
    coverage.set_weight(columns, value="Flow", weight=0, by=maria, at=NOW)
    [finance] = report.matrix(rows, columns, now=Present.seen(NOW)).rows
    assert (finance.value.customers, finance.value.referenceable) == (3, 1)
    [finance] = report.matrix(rows, columns, now=Present.seen(NOW), shows_hidden=True).rows
    assert finance.value.customers == 4


def test_every_place_comes_in_the_order_of_the_matrix(maria):
    banks(maria)
    insight, flow = (Product.objects.create(name=name) for name in ("Insight", "Flow"))
    for shop in [customer(name, industry="Retail") for name in ("Shop", "Other Shop", "Third Shop")]:
        for product in (insight, flow):
            ProductUse.objects.create(customer=shop, product=product)
    rows, columns = axes("industry", "product")
    now = Present.seen(NOW)
    every = [(one.row, one.column) for one in report.every_place(rows, columns, now=now)]
    shown = report.matrix(rows, columns, now=now, shows_hidden=True)
    assert every == [(one.row, one.column) for one in shown.places if one.customers]
    assert every[0][0] == "Finance", "four customers; three with two products each are three"


def test_a_hidden_value_comes_back_with_the_weight_that_it_had(as_priya, maria):
    """EMEA weighed 3 and APAC 2 before they were hidden; of AMER nobody knows any more what it weighed."""
    banks(maria)
    customer("Shop", industry="Retail", region="APAC")
    customer("Mall", industry="Retail", region="AMER")
    _rows, regions = axes("industry", "region")
    for value, weight in (("EMEA", 3), ("APAC", 3), ("APAC", 2), ("EMEA", 0), ("APAC", 0)):
        coverage.set_weight(regions, value=value, weight=weight, by=maria, at=NOW)
    CoverageWeight.objects.create(axis="region", value="AMER", weight=0)
    hidden = as_priya.get("/coverage/?edit=true").text.split("coverage-hidden")[1].split("</ul>")[0]
    for value, weight in (("EMEA", 3), ("APAC", 2), ("AMER", 1)):
        [form] = [part for part in hidden.split("</form>") if f'name="value" value="{value}"' in part]
        assert f'name="weight" value="{weight}"' in form
        assert f'Bring back<span class="visually-hidden"> {value} with the weight {weight}</span>' in form


def test_the_list_of_gaps_says_that_all_is_hidden_and_leads_back(as_priya, maria, client):
    banks(maria)
    rows, regions = axes("industry", "region")
    where = {"row": "Finance", "column": "EMEA", "target": 4}
    coverage.set_target(rows, columns_axis=regions, **where, by=maria, at=NOW)
    assert "Finance × EMEA" in as_priya.get("/coverage/gaps/").text
    coverage.set_weight(regions, value="EMEA", weight=0, by=maria, at=NOW)
    told = as_priya.get("/coverage/gaps/").text
    assert "All of it is hidden by the weight 0." in told
    assert '<a href="/coverage/?edit=true">Show what is hidden</a>' in told
    assert "No target is missed" not in told
    client.force_login(maria)
    assert '<a href="/coverage/?all=true">Show what is hidden</a>' in client.get("/coverage/gaps/").text


def test_a_gap_without_a_place_is_the_matrix(as_priya, maria):
    banks(maria)
    for asked in ({}, {"row": "Finance"}, {"rows": "industry"}):
        assert as_priya.get("/coverage/gap/", asked).headers["Location"] == "/coverage/"
    assert as_priya.get("/coverage/gap/", {"row": "", "column": ""}).status_code == 200, "of whom it is not known"


def test_where_enough_is_on_the_way_is_not_where_to_recruit_next(as_priya, maria):
    banks(maria)
    for name in ("Shop", "Store"):
        customer(name, industry="Retail", region="APAC")
    rows, columns = axes("industry", "region")
    for row, column, target in (("Finance", "EMEA", 3), ("Retail", "APAC", 1)):
        coverage.set_target(rows, columns_axis=columns, row=row, column=column, target=target, by=maria, at=NOW)
    found = report.matrix(rows, columns, now=Present.seen(NOW)).gaps
    assert [(one.row, one.missing, one.level) for one in found] == [("Retail", 1, "short"), ("Finance", 2, "coming")]
    for address in ("/coverage/", "/coverage/gaps/"):
        page = as_priya.get(address).text
        assert '<span class="tag tag-amber">−2</span>' in page
        assert '<span class="tag tag-red">−1</span>' in page
        assert "2 on the way: enough" in " ".join(strip_tags(page).split())
        assert "Where enough is on the way comes last." in page


@pytest.mark.parametrize("asked", ["rows=a_b&columns=region", "rows=industry&columns=x", "rows=region&columns=region"])
def test_a_matrix_that_is_not_there_is_not_exported_as_another_one(client, priya, asked):
    client.force_login(priya)
    answer = client.get(f"/coverage/export/?{asked}")
    assert (answer.status_code, "There is no such matrix to export." in answer.text) == (400, True)
