"""Leo of marketing may not see invoices: he reads that one is overdue, and neither which nor since when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.choices import Role
from customers.actions import support_cases
from customers.models import Invoice
from references.actions import nomination_invitations as invitations
from tests.api.calling import client_of
from tests.factories import customer, person
from tests.references.covered import BANKS
from tests.references.nominated import accepted

DISCREET = "An invoice is overdue."


def bill(who, number, *, days, **facts):
    due = timezone.localdate() - timedelta(days=days)
    return Invoice.objects.create(
        customer=who, number=number, amount=100, due_on=due, updated_at=timezone.now(), **facts
    )


@pytest.fixture
def nomination(sam, priya, maria):
    """Bluth Company waits for its invitation and has not paid two invoices, one of them disputed."""
    found = accepted("Bluth Company", csm=maria, by=sam, priya=priya, at=timezone.now())
    bill(found.customer, "R-4402", days=12)
    bill(found.customer, "R-4403", days=20, is_disputed=True)
    return found


def told(client, who, nomination):
    """The page, the list, the file and the API, as the person reads them."""
    client.force_login(who)
    return {
        "page": client.get(f"/nominations/{nomination.pk}/").text,
        "list": client.get("/nominations/").text,
        "file": b"".join(client.get("/nominations/export.csv")).decode("utf-8-sig"),
        "api": client_of(who).get("/api/v1/nominations/").json()["results"][0]["invite_refusal"],
        "api of one": client_of(who).get(f"/api/v1/nominations/{nomination.pk}/").json()["invite_refusal"],
    }


@pytest.fixture
def leo(db):
    return person("Leo Martin", Role.MARKETING)


@pytest.mark.parametrize("role", [Role.MARKETING, Role.SUPPORT, Role.ADMINISTRATOR])
def test_who_may_not_see_invoices_reads_only_that_one_is_overdue(client, nomination, role):
    for place, text in told(client, person("Leo Martin", role), nomination).items():
        assert text.count(DISCREET) == 1, place
        assert ("R-440" in text, "overdue since" in text, "disputed" in text) == (False, False, False), place


def test_sam_and_maria_talk_to_customers_about_money_and_read_which_ones(client, nomination, sam, maria):
    for who in (sam, maria):
        for place, text in told(client, who, nomination).items():
            assert "Invoice R-4402 is overdue since" in text, place
            assert DISCREET not in text, place


def test_both_invoices_are_lifted_at_once_whoever_does_it(nomination, priya, maria):
    invitations.lift(nomination, block="invoice", reason="They pay on Monday.", by=priya, at=timezone.now())
    assert invitations.invite(nomination, by=maria, at=timezone.now()).state == "invited"


def test_a_place_of_the_coverage_matrix_does_not_tell_it_either(client, leo, maria):
    bill(customer("Freebank", csm=maria, **BANKS), "R-4404", days=3)
    place = "rows=industry&columns=region&row=Finance&column=EMEA"
    for address in (f"/coverage/gap/?{place}", f"/coverage/gap/export/?{place}"):
        for who, words, hidden in ((leo, DISCREET, "R-4404"), (maria, "Invoice R-4404 is overdue since", DISCREET)):
            client.force_login(who)
            found = client.get(address)
            text = b"".join(found).decode()
            assert (words in text, hidden in text) == (True, False), (who.name, address)


def test_leo_sees_the_case_that_blocks_as_everybody_reads_cases(client, leo, nomination, maria):
    values = {"number": "4711", "severity": "critical", "opened_on": timezone.localdate()}
    support_cases.record(nomination.customer, values=values, by=maria, at=timezone.now())
    client.force_login(leo)
    assert client.get("/cases/").status_code == 200
    assert "Support case 4711 is open since" in client.get(f"/nominations/{nomination.pk}/").text
