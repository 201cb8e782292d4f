"""Coverage: where references are, where they are wanted, and whom to ask."""

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from core.choices import Role
from core.errors import RuleBroken
from customers.choices import CaseSeverity
from customers.models import Attribute, AttributeValue, Product, ProductUse, SupportCase
from references.actions import coverage, impact, nomination_decisions, nominations
from references.choices import Characteristic
from references.models import CoverageTarget, CoverageWeight, CustomerImpact, Dimension, Nomination
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_gaps import gap
from tests.factories import ContactFactory, customer, person
from tests.references.ledger import churn, green, set_cell

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
BANKS = {"industry": "Finance", "region": "EMEA"}
HERE = {"rows": "industry", "columns": "region", "row": "Finance", "column": "EMEA"}


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


def banks(maria):
    """One counts, one is Amber, one is nominated, one is free, and one has left."""
    counting = green("Acme Bank")
    counting_values = {"industry": "Finance", "region": "EMEA"}
    type(counting).objects.filter(pk=counting.pk).update(**counting_values)
    set_cell(customer("Betabank", csm=maria, **BANKS), "amber")
    nominated = customer("Cobank", csm=maria, **BANKS)
    values = {"contact": ContactFactory(customer=nominated), "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nominations.submit(customer=nominated, values=values, willingness=will, by=maria, at=NOW)
    customer("Gone Bank", lifecycle="prospective", **BANKS)
    return counting, customer("Freebank", csm=maria, **BANKS)


def axes(*keys):
    known = {axis.key: axis for axis in report.axes()}
    return [known[key] for key in keys]


def test_a_place_tells_what_counts_what_comes_and_what_is_missing(maria):
    acme, _free = banks(maria)
    for one in Characteristic:
        impact.rate(acme, characteristic=one, points=3, evidence="seen", by=maria, at=NOW)
    customer("Shop", industry="Retail", region="APAC")
    rows, columns = axes("industry", "region")
    coverage.set_target(rows, columns_axis=columns, row="Finance", column="EMEA", target=4, by=maria, at=NOW)
    found = report.matrix(rows, columns, now=Present.seen(NOW))
    [place] = [one for one in found.places if (one.row, one.column) == ("Finance", "EMEA")]
    assert (place.referenceable, place.high_impact, place.pipeline, place.customers) == (1, 1, 2, 4)
    assert (place.target, place.missing, place.level) == (4, 3, "short")
    assert found.gaps == [place]
    turned = report.matrix(columns, rows, now=Present.seen(NOW))
    assert [one.target for one in turned.places if (one.row, one.column) == ("EMEA", "Finance")] == [4]


def test_products_and_attributes_are_ways_of_looking_too(maria):
    acme, free = banks(maria)
    for name in ("Insight", "Flow"):
        ProductUse.objects.create(customer=acme, product=Product.objects.create(name=name))
    AttributeValue.objects.create(customer=acme, attribute=Attribute.objects.get(key="use_case"), value="Fraud")
    found = report.matrix(*axes("product", "attribute_use_case"), now=Present.seen(NOW))
    numbers = {(one.row, one.column): (one.referenceable, one.customers) for one in found.places}
    assert numbers == {
        ("Insight", "Fraud"): (1, 1),
        ("Flow", "Fraud"): (1, 1),
        ("Insight", ""): (0, 0),
        ("Flow", ""): (0, 0),
        ("", "Fraud"): (0, 0),
        ("", ""): (0, 3),
    }
    assert free


def test_weights_order_and_hide_values_and_move_the_impact_of_an_industry(maria):
    _acme, free = banks(maria)
    customer("Shop", industry="Retail", region="EMEA")
    rows, columns = axes("industry", "region")
    coverage.set_weight(rows, value="Retail", weight=3, by=maria, at=NOW)
    coverage.set_weight(rows, value="Finance", weight=0, by=maria, at=NOW)
    found = report.matrix(rows, columns, now=Present.seen(NOW))
    assert [row.value.key for row in found.rows] == ["Retail"]
    assert [(axis.key, one.name) for axis, one in found.put_away] == [("industry", "Finance")]
    shown = report.matrix(rows, columns, now=Present.seen(NOW), shows_hidden=True)
    assert [row.value.key for row in shown.rows] == ["Retail", "Finance"]
    assert CustomerImpact.objects.get(customer=free).vertical == 0


def test_the_gap_names_candidates_by_impact_and_the_colleague_to_ask(maria):
    banks(maria)
    troubled = customer("Anglobank", csm=maria, is_well_known=True, **BANKS)
    SupportCase.objects.create(
        customer=troubled, number="1", severity=CaseSeverity.CRITICAL, opened_on=NOW.date(), updated_at=NOW
    )
    brand = customer("Zinsbank", csm=maria, is_well_known=True, **BANKS)
    impact.refresh(at=NOW)
    found = gap(*axes("industry", "region"), "Finance", "EMEA", now=Present.seen(NOW))
    assert [one.customer.name for one in found.candidates] == ["Zinsbank", "Betabank", "Freebank", "Anglobank"]
    assert found.candidates[-1].blocks
    [asked] = found.colleagues
    assert asked.colleague == maria
    assert brand in asked.customers
    assert troubled not in asked.customers
    assert [str(one) for one in found.nominations] == ["Cobank"]


def test_the_page_of_a_gap_leads_to_a_mail_and_a_nomination_with_all_that_is_known(as_priya, maria):
    _acme, free = banks(maria)
    contact = ContactFactory(customer=free, name="Buster Bluth")
    text = as_priya.get("/coverage/gap/", HERE).text
    mail = unquote(text.split('href="mailto:')[1].split('"')[0].replace("&amp;", "&"))
    assert mail.startswith("maria.chen@example.com?subject=Who of your customers would speak for us?")
    assert f"/nominations/new/?customer={free.pk}" in mail
    address = f"/nominations/new/?customer={free.pk}&dimension=reference_call"
    assert address in text.replace("&amp;", "&")
    form = as_priya.get(f"{address}&gap=Finance+×+EMEA&contact={contact.pk}").text
    assert "We are short of references here: Finance × EMEA." in form
    assert f'<option value="{contact.pk}" selected>Buster Bluth' in form
    as_priya.post(address, {
        "story": "They halved fraud.", "contact": contact.pk, "source": "marketing",
        f"will-{Dimension.objects.get(key='reference_call').pk}": "willing",
    })  # fmt: skip
    assert Nomination.objects.get(customer=free).contact == contact


def test_a_target_is_set_in_place_and_taken_away_again(as_priya, maria):
    banks(maria)
    answer = as_priya.post("/coverage/target/", HERE | {"target": "3"}, headers={"HX-Request": "true"})
    assert "−2" in answer.text
    assert CoverageTarget.objects.get().target == 3
    wrong = as_priya.post("/coverage/target/", HERE | {"target": "-3"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, 'value="-3"' in wrong.text) == (422, True)
    assert as_priya.post("/coverage/target/", HERE | {"target": ""}).status_code == 302
    assert not CoverageTarget.objects.exists()


def test_the_matrix_is_edited_searched_and_exported(as_priya, maria):
    banks(maria)
    customer("Shop", industry="Retail", region="APAC")
    assert 'name="target"' in as_priya.get("/coverage/?edit=true").text
    assert 'name="target"' not in as_priya.get("/coverage/").text
    assert "Retail" not in as_priya.get("/coverage/?q=fin", headers={"HX-Request": "true"}).text
    lines = b"".join(as_priya.get("/coverage/export/?q=fin").streaming_content).decode().splitlines()
    assert "Finance,EMEA,1,0,2,4,,0,1" in lines
    as_priya.post("/coverage/weight/", {"axis": "region", "value": "APAC", "weight": "0", "rows": "industry"})
    assert CoverageWeight.objects.get().weight == 0
    assert as_priya.post("/coverage/weight/", {"axis": "moon", "value": "", "weight": "1"}).status_code == 404


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


def test_the_same_axis_twice_is_passed_over(as_priya, maria):
    banks(maria)
    found = as_priya.get("/coverage/?rows=region&columns=region").context["matrix"]
    assert (found.rows_axis.key, found.columns_axis.key) == ("region", "industry")


def test_the_number_of_queries_does_not_grow(as_priya, maria, django_assert_max_num_queries):
    banks(maria)
    with django_assert_max_num_queries(20):
        as_priya.get("/coverage/")
    for number in range(12):
        customer(f"More {number}", industry=f"Industry {number}", region=f"Region {number}")
    with django_assert_max_num_queries(20):
        as_priya.get("/coverage/")


def test_of_two_targets_typed_at_once_the_second_is_told(as_priya, maria):
    banks(maria)
    rows, columns = axes("industry", "region")
    coverage.set_target(rows, columns_axis=columns, row="Finance", column="EMEA", target=7, by=maria, at=NOW)
    answer = as_priya.post("/coverage/target/", HERE | {"target": "3", "seen": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, "Somebody has set it to 7 meanwhile." in answer.text) == (422, True)
    assert as_priya.post("/coverage/target/", HERE | {"target": "3", "seen": "7"}).status_code == 302
    assert CoverageTarget.objects.get().target == 3


def test_a_customer_with_two_products_is_one_customer_of_its_row(maria):
    acme, _free = banks(maria)
    for name in ("Insight", "Flow"):
        ProductUse.objects.create(customer=acme, product=Product.objects.create(name=name))
    [finance] = report.matrix(*axes("industry", "product"), now=Present.seen(NOW)).rows
    assert (finance.value.customers, finance.value.referenceable) == (4, 1)


def test_sizes_stand_in_their_order(maria):
    for size in ("5000+", "1-9", "50-249"):
        customer(f"Of {size}", size_band=size)
    found = report.matrix(*axes("size", "region"), now=Present.seen(NOW))
    assert [row.value.key for row in found.rows] == ["1-9", "50-249", "5000+"]


def test_the_gap_says_who_was_refused_before_and_why(as_priya, priya, maria):
    banks(maria)
    word = Nomination.objects.get(customer__name="Cobank")
    nomination_decisions.refuse(word, reason="Their renewal is in dispute.", by=priya, at=NOW)
    assert "Their renewal is in dispute." in as_priya.get("/coverage/gap/", HERE).text


def test_a_customer_that_has_left_is_not_nominated(maria):
    gone = churn(customer("Gone", csm=maria), on=NOW.date(), at=NOW)
    values = {"contact_name": "Lucille", "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    with pytest.raises(RuleBroken, match="a customer that has left is not asked"):
        nominations.submit(customer=gone, values=values, willingness=will, by=maria, at=NOW)
