"""The mail with which Priya asks Maria about a gap: whom it names, and what it says of those who said no."""

from urllib.parse import unquote

import pytest

from core.choices import Role
from customers.actions import support_cases
from references.actions import nomination_decisions, nominations
from references.models import Dimension
from tests.factories import customer, person
from tests.references.covered import BANKS, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
HERE = {"rows": "industry", "columns": "region", "row": "Finance", "column": "EMEA"}


@pytest.fixture
def maria():
    return person("Maria Chen", Role.CSM)


@pytest.fixture
def priya():
    return person("Priya Nair", Role.PROGRAMME_MANAGER)


def refused(name, maria, priya, *, reason):
    one = customer(name, csm=maria, **BANKS)
    values = {"contact_name": "Lucille", "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    word = nominations.submit(customer=one, values=values, willingness=will, by=maria, at=NOW)
    nomination_decisions.refuse(word, reason=reason, by=priya, at=NOW)


def address(client, priya):
    client.force_login(priya)
    text = client.get("/coverage/gap/", HERE).text
    return "mailto:" + text.split('href="mailto:')[1].split('"')[0].replace("&amp;", "&")


def test_it_says_of_a_customer_that_was_refused_when_and_why_and_names_it_last(client, maria, priya):
    refused("A Bank", maria, priya, reason="Their renewal is in dispute.")
    customer("Freebank", csm=maria, **BANKS)
    mail = unquote(address(client, priya))
    assert "- A Bank (Refused on 20 Nov 2026: Their renewal is in dispute.): http" in mail
    assert "- Freebank: http" in mail
    assert mail.index("Freebank") < mail.index("A Bank")


def test_a_customer_that_must_not_be_asked_now_is_not_in_it(client, maria, priya):
    customer("Freebank", csm=maria, **BANKS)
    troubled = customer("Troublebank", csm=maria, **BANKS)
    case = {"number": "C-77", "severity": "critical", "opened_on": NOW.date()}
    support_cases.record(troubled, values=case, by=maria, at=NOW)
    mail = unquote(address(client, priya))
    assert "Freebank" in mail
    assert "Troublebank" not in mail


def test_its_address_stays_short_enough_for_every_mail_program(client, maria, priya):
    for number in range(8):
        refused(f"Банк развития и реконструкции {number}", maria, priya, reason="Они " * 100)
    link = address(client, priya)
    assert len(link) <= 2_000
    assert "Банк развития" in unquote(link)
