"""Coverage: where references are, where they are wanted, and whom to ask."""

import csv
from urllib.parse import unquote

import pytest

from core.choices import Role
from core.errors import RuleBroken
from customers.choices import CaseSeverity
from customers.models import Attribute, AttributeValue, Customer, Product, ProductUse, SupportCase
from references.actions import coverage, impact, nomination_decisions, nominations
from references.choices import Characteristic
from references.models import CoverageTarget, CoverageWeight, CustomerImpact, Dimension, Nomination
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_gaps import gap
from references.reports.coverage_places import spot_asked
from tests.factories import ContactFactory, customer, person
from tests.references.covered import BANKS, NOW, axes, banks
from tests.references.ledger import churn

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
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
    found = gap(spot_asked(HERE), now=Present.seen(NOW), reader=maria)
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
    address = f"/nominations/new/?customer={free.pk}&dimension=reference_call&contact={contact.pk}"
    address += "&rows=industry&columns=region&row=Finance&column=EMEA"
    assert address in text.replace("&amp;", "&")
    assert address in mail
    form = as_priya.get(address).text
    assert "We are short of references here: Finance × EMEA." in form
    assert "/coverage/gap/?rows=industry&columns=region&row=Finance&column=EMEA" in form.replace("&amp;", "&")
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
    assert "1 hidden (weight 0)" in as_priya.get("/coverage/").text
    for odd in ({"axis": "moon", "value": "EMEA"}, {"value": "Moon"}, {"weight": "9"}, {"value": "a\0b"}):
        sent = {"axis": "region", "value": "EMEA", "weight": "1"} | odd
        refused = as_priya.post("/coverage/weight/", sent)
        assert (refused.status_code, "message-error" in refused.text) == (422, True)
    assert CoverageWeight.objects.count() == 1


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
    assert (answer.status_code, "to 7 meanwhile. Set it again to replace that." in answer.text) == (422, True)
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


def test_the_gap_is_exported_as_it_is_shown_and_harmless_in_a_spreadsheet(as_priya, priya, maria):
    """Cobank was refused once, Anglobank has a severe case; the contact of Freebank has a name like a formula."""
    _acme, free = banks(maria)
    ContactFactory(customer=free, name="=1+1", evangelist_level="prompted", adoption="chose")
    word = Nomination.objects.get(customer__name="Cobank")
    nomination_decisions.refuse(word, reason="-2+3 is not enough", by=priya, at=NOW)
    troubled = customer("Anglobank", csm=maria, **BANKS)
    case = {"number": "1", "severity": CaseSeverity.CRITICAL, "opened_on": NOW.date(), "updated_at": NOW}
    SupportCase.objects.create(customer=troubled, **case)
    impact.refresh(at=NOW)
    page = as_priya.get("/coverage/gap/", HERE)
    address = page.text.split("/coverage/gap/export/?")[1].split('"')[0].replace("&amp;", "&")
    answer = as_priya.get(f"/coverage/gap/export/?{address}")
    assert "coverage-gap-2026-11-20.csv" in answer["Content-Disposition"]
    lines = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert lines[0][:5] == ["Customer", "Contact", "Our solution", "Not now", "Earlier answer"]
    shown = page.context["gap"].candidates
    assert [line[0] for line in lines[1:]] == [one.customer.name for one in shown]
    by_name = {line[0]: line[1:] for line in lines[1:]}
    score = str(next(one.score for one in shown if one.customer == free))
    tier = next(one.tier for one in shown if one.customer == free)
    assert by_name["Freebank"][:2] == ["'=1+1", "Chose it"]
    assert by_name["Freebank"][2:] == ["", "", "", "", tier, score, "1", "", "Maria Chen"]
    assert by_name["Cobank"][3:6] == ["Refused", "2026-11-20", "'-2+3 is not enough"]
    assert by_name["Anglobank"][2] == str(shown[-1].blocks[0].words)
    assert as_priya.get("/coverage/gap/export/", HERE | {"row": "No"}).status_code == 404


def test_a_customer_that_has_left_is_not_nominated(maria):
    gone = churn(customer("Gone", csm=maria), on=NOW.date(), at=NOW)
    values = {"contact_name": "Lucille", "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    with pytest.raises(RuleBroken, match="a customer that has left is not asked"):
        nominations.submit(customer=gone, values=values, willingness=will, by=maria, at=NOW)


@pytest.mark.parametrize(
    "odd",
    [
        {"row": "No"},
        {"column": "Moon"},
        {"rows": "moon"},
        {"columns": ""},
        {"rows": "region", "columns": "region", "row": "EMEA"},
        {"rows": "size", "row": "9999"},
        {"rows": "attribute_moon"},
        {"row": "Finance" * 100},
    ],
)
def test_a_place_that_does_not_exist_is_neither_shown_nor_wanted_nor_nominated_for(as_priya, maria, odd):
    _acme, free = banks(maria)
    asked = HERE | odd
    assert as_priya.get("/coverage/gap/", asked).status_code == 404
    wrong = as_priya.post("/coverage/target/", asked | {"target": "3"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, "is-invalid" in wrong.text) == (422, True)
    told = as_priya.post("/coverage/target/", asked | {"target": "3"})
    assert (told.status_code, "The target is not saved." in told.text) == (422, True)
    assert not CoverageTarget.objects.exists()
    assert "We are short" not in as_priya.get("/nominations/new/", asked | {"customer": free.pk}).text


def test_what_an_address_says_of_a_gap_is_not_believed(as_priya, maria):
    _acme, free = banks(maria)
    form = as_priya.get(f"/nominations/new/?customer={free.pk}&gap=Call+0900-1234+now").text
    assert "0900-1234" not in form
    assert "We are short" not in form


def test_the_target_of_a_value_that_nobody_has_any_more_can_be_taken_away(as_priya, maria):
    banks(maria)
    as_priya.post("/coverage/target/", HERE | {"target": "3"})
    Customer.objects.update(industry="Banking")
    assert as_priya.get("/coverage/gap/", HERE).status_code == 200
    as_priya.post("/coverage/target/", HERE | {"target": ""})
    assert not CoverageTarget.objects.exists()


def test_nobody_writes_a_mail_to_herself(client, maria):
    banks(maria)
    client.force_login(maria)
    text = client.get("/coverage/gap/", HERE).text
    assert "mailto:" not in text.split('aria-labelledby="ask"')[1].split("</section>")[0]
    assert "that is you" in text


def test_who_left_speaks_for_no_candidate_of_a_gap(maria):
    _acme, free = banks(maria)
    ContactFactory(customer=free, name="Gob", evangelist_level="unprompted", left_on=NOW.date())
    churn(customer("Gone too", csm=maria, **BANKS), on=NOW.date(), at=NOW)
    found = gap(spot_asked(HERE), now=Present.seen(NOW), reader=maria).candidates
    [freebank] = [one for one in found if one.customer == free]
    assert (freebank.evangelists, freebank.contact) == (0, None)
    assert "Gone too" not in [one.customer.name for one in found]
