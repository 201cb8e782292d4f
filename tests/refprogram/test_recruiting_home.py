"""What recruiting asks of whoever runs it, on the first page."""

from datetime import UTC, datetime, timedelta

import pytest

from core.choices import Role
from customers.choices import CaseSeverity
from customers.models import SupportCase
from references.actions import coverage, impact, nomination_decisions, nominations
from references.models import Dimension
from references.reports.coverage_matrix import axes
from tests.factories import ContactFactory, customer, person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]


@pytest.fixture
def sam():
    return person("Sam Ortiz", Role.SALES_REP)


def nominated(name, by, *, days):
    who = customer(name, industry="Finance", region="EMEA", csm=person(f"Csm {name}", Role.CSM))
    values = {"contact": ContactFactory(customer=who), "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=NOW - timedelta(days=days))


def test_the_programme_manager_sees_the_queue_what_ages_and_what_is_blocked(client, sam):
    priya = person("Priya Nair", Role.PROGRAMME_MANAGER)
    nominated("Agebank", sam, days=9)
    nominated("Freshbank", sam, days=2)
    blocked = nominated("Blockbank", sam, days=5)
    nomination_decisions.accept(blocked, by=priya, at=NOW)
    SupportCase.objects.create(
        customer=blocked.customer, number="77", severity=CaseSeverity.HIGH, opened_on=NOW.date(), updated_at=NOW
    )
    client.force_login(priya)
    page = client.get("/")
    found = page.context["recruiting"]
    assert [str(row.nomination) for row in found.ageing] == ["Agebank"]
    assert [str(row.nomination) for row in found.blocked] == ["Blockbank"]
    assert "1 has waited for a decision for more than a week" in page.text
    assert "Support case 77" in page.text


def test_marketing_sees_where_references_are_missing_and_sales_does_not(client, sam):
    nominated("Agebank", sam, days=1)
    nina = person("Nina Rossi", Role.MARKETING)
    known = {axis.key: axis for axis in axes()}
    where = {"row": "Finance", "column": "EMEA", "target": 3}
    coverage.set_target(known["industry"], columns_axis=known["region"], **where, by=nina, at=NOW)
    client.force_login(nina)
    assert "/coverage/gaps/" in client.get("/").text
    assert "Invitations against capacity" not in client.get("/").text
    part = client.get("/coverage/gaps/", headers={"HX-Request": "true"}).text
    assert "Finance × EMEA" in part
    assert "0 of 3 wanted, 1 on the way" in part
    client.force_login(sam)
    assert "/coverage/gaps/" not in client.get("/").text


def test_a_rep_is_asked_on_the_first_page_whether_an_old_word_still_holds(client, sam):
    priya = person("Priya Nair", Role.PROGRAMME_MANAGER)
    old = nominated("Oldbank", sam, days=40)
    nomination_decisions.accept(old, by=priya, at=NOW - timedelta(days=39))
    nominated("Freshbank", sam, days=2)
    client.force_login(sam)
    page = client.get("/")
    assert [str(one) for one in page.context["home"].to_confirm] == ["Oldbank"]
    assert "Do they still hold?" in page.text
    client.post(f"/nominations/{old.pk}/verify/")
    assert "Do they still hold?" not in client.get("/").text


def test_the_queue_shows_what_a_reference_would_be_worth(client, sam):
    impact.refresh(customer_ids=[nominated("Agebank", sam, days=1).customer_id], at=NOW)
    client.force_login(sam)
    assert 'aria-label="C: low impact"' in client.get("/nominations/").text
