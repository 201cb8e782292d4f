"""Greenholm gives notice while a nomination of it waits: it is asked before it leaves, or planned for no month."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from customers.actions import customers
from references.actions import nomination_care, recruiting_queue, recruiting_settings
from references.actions import nomination_invitations as invitations
from references.models import Nomination
from references.reports import recruiting_queue as report
from references.rules.recruiting_queue import Candidate, plan
from tests.api.calling import client_of
from tests.references.ledger import churn
from tests.references.nominated import accepted

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
DECEMBER = date(2026, 12, 1)
DUE_AT_HOME = '<span class="nowrap">31 Dec'
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def greenholm(sam, priya, maria):
    """Second of three, one place a month: planned for December, before Tobias in January."""
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=NOW)
    names = (("Gob", 20), ("Greenholm", 10), ("Tobias", 0))
    return [accepted(name, csm=maria, by=sam, priya=priya, at=NOW, days=days) for name, days in names][1]


def months():
    rows = Nomination.objects.select_related("customer").order_by("pk")
    return [month and month.month for month in (row.planned_for(NOW.date()) for row in rows)]


def gives_notice(nomination, day):
    churn(nomination.customer, on=day, at=NOW)


def test_who_leaves_before_its_month_begins_waits_without_one_and_takes_no_place(client, greenholm, maria, sam):
    gives_notice(greenholm, date(2026, 11, 30))
    assert months() == [11, None, 1], "at once, whatever was planned before"
    assert [month.planned for month in report.months(capacity=1, today=NOW.date())] == [1, 0, 1]
    nomination_care.tend(at=NOW)
    assert months() == [11, None, 12]
    assert recruiting_queue.plan(at=NOW) == 0, "what has no month is not planned anew every hour"
    greenholm.refresh_from_db()
    assert (greenholm.state, greenholm.due_on) == ("queued", None)
    words = "The customer leaves on 30 Nov 2026, before its turn would come, so no month is planned."
    assert greenholm.events.get(reason=words).deed == "queued"
    assert any(words in one.text for one in sam.notices.all())
    client.force_login(maria)
    page = client.get(reverse("references:nomination_detail", args=[greenholm.pk])).text
    assert ("the customer leaves on 30 Nov 2026" in page, "planned for" in page) == (True, False)
    with pytest.raises(RuleBroken, match="leaves on 30 Nov 2026, before its turn"):
        invitations.invite(greenholm, by=maria, at=NOW)


def test_list_file_and_api_say_that_it_leaves(client, greenholm, maria):
    client.force_login(maria)
    assert "the customer leaves on" not in client.get("/nominations/").text
    gives_notice(greenholm, date(2026, 11, 30))
    page = client.get("/nominations/").text
    assert (page.count("the customer leaves on 30 Nov 2026"), page.count("no month")) == (1, 1)
    assert page.index("the customer leaves on 30 Nov 2026") < page.index("no month"), "it stands under the name"
    exported = b"".join(client.get("/nominations/export.csv")).decode("utf-8-sig")
    row = next(row for row in csv.DictReader(exported.splitlines()) if row["Customer"] == "Greenholm")
    assert (row["Planned month"], "leaves on 30 Nov 2026" in row["Blocked because"]) == ("", True)
    answer = client_of(maria).get(f"/api/v1/nominations/{greenholm.pk}/").json()
    assert (answer["planned_month"], "leaves on 30 Nov 2026" in answer["invite_refusal"]) == (None, True)


def test_who_leaves_after_its_month_has_begun_keeps_it(client, greenholm, maria):
    gives_notice(greenholm, date(2026, 12, 2))
    nomination_care.tend(at=NOW)
    assert months() == [11, 12, 1]
    client.force_login(maria)
    page = client.get(reverse("references:nomination_detail", args=[greenholm.pk])).text
    assert ("the customer leaves on 2 Dec 2026" in page, "planned for December 2026" in page) == (True, True)


def test_nothing_is_due_of_who_leaves_before_its_month_from_the_moment_it_gives_notice(client, greenholm, maria, sam):
    """Before the program has planned anew, and the same afterwards."""
    client.force_login(maria)
    address = reverse("references:nomination_detail", args=[greenholm.pk])

    def told():
        exported = b"".join(client.get("/nominations/export.csv")).decode("utf-8-sig")
        (due,) = [row["Due"] for row in csv.DictReader(exported.splitlines()) if row["Customer"] == "Greenholm"]
        api = client_of(maria).get(f"/api/v1/nominations/{greenholm.pk}/").json()["due_on"]
        pages = ["until 31 Dec 2026" in client.get(address).text, "31 Dec 2026" in client.get("/nominations/").text]
        return [due, api, *pages, DUE_AT_HOME in client.get("/").text]

    assert told() == ["2026-12-31", "2026-12-31", True, True, True]
    gives_notice(greenholm, date(2026, 11, 30))
    assert told() == ["", None, False, False, False]
    for who in (maria, sam):
        client.force_login(who)
        home = client.get("/").text
        assert ("leaves on 30 Nov" in home, DUE_AT_HOME in home) == (True, False)
    nomination_care.tend(at=NOW)
    assert "it is the turn of Maria Chen" in client.get(address).text
    assert told()[:3] == ["", None, False]


def test_until_the_next_plan_page_and_list_say_that_the_month_of_who_stays_after_all_is_to_come(
    client, greenholm, maria
):
    gives_notice(greenholm, DECEMBER)
    nomination_care.tend(at=NOW)
    who = Nomination.objects.get(pk=greenholm.pk).customer
    customers.win_back(who, on=NOW.date(), reason="New terms", by=maria, at=NOW + timedelta(hours=1))
    client.force_login(maria)
    addresses = [reverse("references:nomination_detail", args=[greenholm.pk]), "/nominations/"]
    assert [client.get(address).text.count("within the hour") for address in addresses] == [2, 1]
    answer = client_of(maria).get(f"/api/v1/nominations/{greenholm.pk}/").json()
    assert answer["invite_refusal"] == "It is not its turn yet; its month is planned within the hour."
    nomination_care.tend(at=NOW + timedelta(hours=1))
    assert ["within the hour" in client.get(address).text for address in addresses] == [False, False]


def test_who_stays_after_all_has_its_month_again(greenholm, maria):
    gives_notice(greenholm, DECEMBER)
    nomination_care.tend(at=NOW)
    assert months() == [11, None, 12]
    who = Nomination.objects.get(pk=greenholm.pk).customer
    customers.win_back(who, on=NOW.date(), reason="New terms", by=maria, at=NOW + timedelta(hours=1))
    nomination_care.tend(at=NOW + timedelta(hours=1))
    assert months() == [11, 12, 1]


def test_the_rule_passes_over_who_has_left_when_its_turn_would_come():
    day = NOW.date()
    line = [Candidate(pk, 0, False, day, leaves_on) for pk, leaves_on in enumerate((None, DECEMBER, None, day), 1)]
    planned = plan(line, capacity=1, invited_this_month=0, today=day)
    assert [(pk, month) for pk, _score, month in planned] == [
        (1, date(2026, 11, 1)),
        (2, None),
        (3, DECEMBER),
        (4, None),
    ]
