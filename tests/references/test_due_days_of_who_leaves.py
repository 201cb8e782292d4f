"""Greenholm gives notice: nothing is due of its nomination after its last day, and it is not parked beyond it."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import recruiting_settings
from references.models import Nomination
from tests.api.calling import client_of, post
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn
from tests.references.nominated import accepted, nominate

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
FIRST, MID = date(2026, 12, 1), date(2026, 12, 15)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def submitted(sam, maria):
    """Due on 6 December."""
    who = customer("Greenholm", csm=maria)
    ContactFactory(customer=who, name="Bob Loblaw")
    return nominate(who, sam, at=NOW)


@pytest.fixture
def queued(sam, priya, maria):
    """The second of two, one place a month: planned for December."""
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=NOW)
    names = (("Gob", 20), ("Greenholm", 0))
    return [accepted(name, csm=maria, by=sam, priya=priya, at=NOW, days=days) for name, days in names][1]


def gives_notice(nomination, day):
    churn(nomination.customer, on=day, at=NOW)
    return Nomination.objects.get(pk=nomination.pk)


def page_of(browser, nomination):
    return browser.get(reverse("references:nomination_detail", args=[nomination.pk])).text


def due_in_file(browser, nomination, query=""):
    exported = b"".join(browser.get(f"/nominations/export.csv?{query}")).decode("utf-8-sig")
    rows = {row["Customer"]: row["Due"] for row in csv.DictReader(exported.splitlines())}
    return rows.get(str(nomination))


def due_over_http(person, nomination):
    return client_of(person).get(f"/api/v1/nominations/{nomination.pk}/").json()["due_on"]


def test_who_is_planned_for_the_month_in_which_it_leaves_is_due_before_that(client, queued, maria):
    client.force_login(maria)
    assert "until 31 Dec 2026" in page_of(client, queued)
    gives_notice(queued, MID)
    assert "until 14 Dec 2026" in page_of(client, queued)
    assert (due_in_file(client, queued), due_over_http(maria, queued)) == ("2026-12-14", "2026-12-14")
    home = client.get("/").text
    assert [f'<span class="nowrap">{day} Dec' in home for day in (14, 31)] == [True, False]
    assert "14 Dec 2026" in client.get("/nominations/").text


def test_what_is_returned_is_due_before_it_leaves_and_sorts_by_that(client, submitted, priya, sam, maria):
    """Tobias is due on 6 December, after Greenholm's last day, though Greenholm has until the thirteenth."""
    who = customer("Tobias", csm=maria)
    ContactFactory(customer=who, name="Tobias")
    nominate(who, sam, at=NOW)
    gives_notice(submitted, FIRST)
    returned = decisions.return_for_more(submitted, reason="Which results?", by=priya, at=NOW)
    client.force_login(sam)
    assert "until 30 Nov 2026" in page_of(client, returned)
    assert [str(row.nomination) for row in client.get("/nominations/").context["rows"]] == ["Greenholm", "Tobias"]


def test_the_notice_to_whose_turn_it_is_says_that_day_too(sam, maria, priya):
    who = churn(customer("Greenholm", csm=maria), on=FIRST, at=NOW)
    ContactFactory(customer=who, name="Bob Loblaw")
    nominate(who, sam, at=NOW)
    assert [one.text for one in priya.notices.all() if "until 30 Nov 2026" in one.text]


def test_what_was_asked_is_late_from_its_departure_on(client, sam, priya, maria, time_machine):
    """The answer was due on 20 December; Greenholm left on the first without one."""
    asked = invitations.invite(accepted("Greenholm", csm=maria, by=sam, priya=priya, at=NOW), by=maria, at=NOW)
    gives_notice(asked, FIRST)
    client.force_login(maria)
    assert due_in_file(client, asked, "overdue=true") is None
    time_machine.move_to(datetime(2026, 12, 1, 12, tzinfo=UTC))
    client.force_login(maria)
    assert due_in_file(client, asked, "overdue=true") == "2026-11-30"
    assert "late" in page_of(client, asked)


@pytest.mark.parametrize("until", [FIRST, date(2027, 1, 8)])
def test_nothing_is_parked_until_a_day_on_which_it_has_left(client, submitted, priya, until):
    gone = gives_notice(submitted, FIRST)
    words = "Greenholm leaves on 1 Dec 2026; choose an earlier day"
    with pytest.raises(RuleBroken, match=words):
        decisions.park(gone, until=until, reason="A migration", by=priya, at=NOW)
    client.force_login(priya)
    typed = {"until": str(until), "reason": "A migration", "version": gone.version}
    answer = client.post(reverse("references:nomination_park", args=[gone.pk]), typed)
    assert (answer.status_code, words in answer.text) == (422, True)
    address = f"/api/v1/nominations/{gone.pk}/park/"
    told = post(client_of(priya), address, {"until": str(until), "reason": "A migration"})
    assert (told.status_code, words in told.json()["errors"][0]["detail"]) == (422, True)
    assert decisions.park(gone, until=date(2026, 11, 30), reason="A call", by=priya, at=NOW).state == "parked"


def test_the_panel_says_by_when_it_leaves(client, submitted, priya):
    client.force_login(priya)
    assert "choose an earlier day" not in page_of(client, submitted)
    gives_notice(submitted, FIRST)
    page = page_of(client, submitted)
    assert 'aria-describedby="id_park_until_helptext"' in page
    assert 'id="id_park_until_helptext">The customer leaves on 1 Dec 2026; choose an earlier day.</p>' in page


def test_what_was_parked_before_it_gave_notice_is_due_before_it_leaves(client, submitted, priya):
    decisions.park(submitted, until=date(2027, 1, 8), reason="A migration", by=priya, at=NOW)
    gives_notice(submitted, FIRST)
    client.force_login(priya)
    page = page_of(client, submitted)
    assert ("until 30 Nov 2026" in page, "8 Jan 2027" in page) == (True, False)
