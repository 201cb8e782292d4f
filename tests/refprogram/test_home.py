"""The first page tells each person what waits, and pages that fail say what to do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from core.actions import notices
from core.choices import Role
from references.actions import cells, recognition_settings
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.models import Cell, Dimension
from tests.factories import customer, person
from tests.references.ledger import churn, set_cell, write
from tests.references.recognized import accept, nominate

NOW = datetime.now(UTC)


def as_person(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def late_action(maria):
    bluth = customer("Bluth Company", csm=maria)
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    due = (NOW - timedelta(days=3)).date()
    values = {"status": "amber", "next_action": "Send script v2", "next_action_due": due}
    return cells.edit(cell, seen_version=0, changes=values, by=maria, at=NOW)


def test_maria_sees_her_late_action_and_jonas_does_not(maria, jonas, late_action):
    hers = as_person(maria).get("/").content.decode()
    assert "Send script v2" in hers
    assert "1 overdue" in hers
    assert "Send script v2" not in as_person(jonas).get("/").content.decode()


def test_the_first_rows_are_shown_and_all_are_counted(maria):
    """Ten next actions, three of them late; seven notices, of which five stand on the page."""
    for number in range(10):
        cell = Cell.objects.of(customer(f"Customer {number}", csm=maria), Dimension.objects.get(key="logo"))
        due = (NOW + timedelta(days=number - 3)).date()
        values = {"status": "amber", "next_action": f"Call {number}", "next_action_due": due}
        cells.edit(cell, seen_version=0, changes=values, by=maria, at=NOW)
    for number in range(7):
        told = NOW - timedelta(hours=number)
        notices.tell([maria], key=f"n{number}", words=lambda number=number: f"News {number}", at=told)
    page = as_person(maria).get("/")
    home = page.context["home"]
    assert [cell.next_action for cell in home.actions] == [f"Call {number}" for number in range(8)]
    assert (home.action_count, home.overdue_count) == (10, 3)
    assert [notice.text for notice in home.notices] == [f"News {number}" for number in range(5)]
    assert "Notices, 7 unread" in page.text


def test_the_actions_are_those_of_the_grid_and_a_customer_that_left_asks_for_nothing(maria, late_action):
    """Sitwell leaves today; Gobias gave notice and is here still."""
    for name, day in (("Sitwell", NOW.date()), ("Gobias", NOW.date() + timedelta(days=40))):
        who = customer(name, csm=maria)
        due = (NOW - timedelta(days=3)).date()
        write(who, "logo", status="amber", next_action=f"Call {name}", next_action_due=due)
        green_until_soon(who)
        churn(who, on=day, at=NOW)
    page = as_person(maria).get("/")
    home, shown = page.context["home"], as_person(maria).get("/grid/?mine=true&overdue=true").text
    assert [cell.next_action for cell in home.actions] == ["Send script v2", "Call Gobias"]
    assert [str(cell.customer) for cell in home.expiring] == ["Gobias"]
    assert "2 overdue" in page.text
    assert "2 customers with overdue actions</a>" in page.text
    assert [name in shown for name in ("Bluth Company", "Gobias", "Sitwell")] == [True, True, False]


def green_until_soon(who):
    day = NOW.date()
    set_cell(who, "green", at=NOW, agreed_on=day - timedelta(days=9), until=day + timedelta(days=9))


def test_the_pay_plan_is_loaded_into_every_member_s_page(maria):
    assert 'hx-get="/pay/"' in as_person(maria).get("/").content.decode()


def test_a_rep_sees_how_many_of_the_own_customers_count_today(maria):
    sam, eva = person("Sam Ortiz", Role.SALES_REP), person("Eva Lindqvist", Role.EXECUTIVE)
    bluth = customer("Bluth Company", opener=sam, csm=maria)
    customer("Cancity", account_executive=sam)
    churn(customer("Gone", opener=sam), on=NOW.date(), at=NOW)
    set_cell(bluth, "green", at=NOW, agreed_on=NOW.date(), until=(NOW + timedelta(days=90)).date(), by=maria)
    his = as_person(sam).get("/").content.decode()
    assert "<strong>1</strong> of 2 active customers are reference-able today." in his
    assert 'href="/grid/?mine=true"' in his
    narrowed = re.search(r'href="([^"]*)">The list</a>', his)[1].replace("&amp;", "&")
    listed = as_person(sam).get(narrowed).text
    assert [name in listed for name in ("Bluth Company", "Cancity", "Gone")] == [True, True, False]
    hers = as_person(eva).get("/").content.decode()
    assert "Your customers" not in hers


def test_sam_finds_what_is_open_above_what_is_over_and_the_number_of_all(sam, priya, maria):
    """Of Sam's twelve one is invited, one came back to him, and ten that ended later stand after both."""
    old = NOW - timedelta(days=60)
    asked = accept(nominate(customer("Asked Inc", csm=maria), sam, at=old), priya, at=old)
    invitations.invite(asked, by=maria, at=old)
    returned = nominate(customer("Returned Inc", csm=maria), sam, at=old)
    decisions.return_for_more(returned, reason="Who would speak?", by=priya, at=old)
    for number in range(10):
        over = nominate(customer(f"Over {number}", csm=maria), sam, at=old)
        decisions.refuse(over, reason="Too small.", by=priya, at=NOW - timedelta(hours=number))
    client = as_person(sam)
    page = client.get("/")
    newest = [f"Over {number}" for number in range(6)]
    assert [str(one) for one in page.context["home"].nominated] == ["Returned Inc", "Asked Inc", *newest]
    assert 'href="/nominations/?mine=true&amp;state=all">All 12</a>' in page.text
    assert len(client.get("/nominations/?mine=true&state=all").context["rows"]) == 12


def test_that_nothing_waits_is_said_only_where_nothing_is_shown(db):
    """Leo sets targets, so his page shows where references are missing; Jonas in support is asked for nothing."""
    leo, jonas = person("Leo Martin", Role.MARKETING), person("Jonas Weber", Role.SUPPORT)
    his = as_person(leo).get("/").text
    assert "Where references are missing" in his
    assert "Nothing waits for you" not in his
    ranked = as_person(jonas).get("/").text
    assert "Your place in the ranking" in ranked
    assert "Nothing waits for you" not in ranked
    recognition_settings.edit(changes={"participants": ["csm"]}, by=leo, at=NOW)
    assert "Nothing waits for you" in as_person(jonas).get("/").text


def test_who_has_no_role_is_told_what_to_do(db):
    answer = as_person(person("Noah Newman")).get("/")
    assert answer.status_code == 403
    assert "You have no role yet" in answer.content.decode()


def test_a_page_that_is_not_there_has_our_look(maria):
    answer = as_person(maria).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_form_without_its_token_has_our_look(maria):
    client = Client(enforce_csrf_checks=True)
    client.force_login(maria)
    answer = client.post("/profile/edit/", {})
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()
