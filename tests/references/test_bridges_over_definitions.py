"""A quarter that counts by another definition than the one before: its bridge says so, and names who moved by it."""

import csv
import io
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from references.actions import cells, closings, corrections, definitions
from references.actions.cells import NewEvidence
from references.actions.evidence import withdraw
from references.models import Cell, Dimension
from tests.factories import ContactFactory
from tests.references.ledger import (
    BEFORE,
    END_OF_Q1,
    FIVE_PAST,
    IN_Q1,
    Q1,
    Q4,
    bridge_of,
    churn,
    company,
    green,
    live_again,
    movements_of,
    set_cell,
)

WHY = "Logos bring more than calls do."


def logo(who, status="green", *, at=BEFORE, until=None):
    """The logo cell; with `until` a Green that somebody agreed to until that day."""
    cell = Cell.objects.of(who, Dimension.objects.get(key="logo"))
    consent = None
    if until:
        contact = ContactFactory(customer=who)
        consent = NewEvidence(kind="call", contact=contact, agreed_on=date(2026, 10, 1), valid_until=until)
    return cells.edit(cell, seen_version=cell.version, changes={"status": status}, evidence=consent, by=None, at=at)


def logos_pay(priya, *, evidence_needed=False):
    dimension = Dimension.objects.get(key="logo")
    definitions.change(
        dimension, from_quarter=Q1, evidence_needed=evidence_needed, reason=WHY, by=priya, at=BEFORE.replace(day=5)
    )


def names(quarter, at, kind):
    return {row.name: row.step for row in movements_of(quarter, at, kind=kind)}


@pytest.fixture
def story(db, priya):
    """At the end of 2026 four took calls and three showed our logo, two of them both; then it went on."""
    callers = {name: green(name) for name in ("Acme", "Bluth", "Cancity", "Dunder")}
    for who in (callers["Acme"], callers["Bluth"], company("Ewing")):
        logo(who)
    logo(live_again(company("Prospect"), at=BEFORE, lifecycle="prospective"), at=BEFORE)
    logos_pay(priya)
    closings.close(Q4, by=None, at=FIVE_PAST)
    logo(callers["Acme"], "red", at=IN_Q1)
    churn(callers["Bluth"], on=IN_Q1.date(), at=IN_Q1)
    logo(callers["Cancity"], at=IN_Q1)
    return callers


def assert_told(bridge, quarter, at):
    assert (bridge.opening, bridge.newly_counted, bridge.no_longer_counted, bridge.closing) == (4, 1, 2, 2)
    assert (bridge.redefined, bridge.gained, bridge.lost, bridge.churned) == (-1, 1, 1, 1)
    assert bridge.balances
    assert names(quarter, at, "redefined") == {"Cancity": -1, "Dunder": -1, "Ewing": 1}
    assert names(quarter, at, "gained") == {"Cancity": 1}
    assert names(quarter, at, "lost") == {"Acme": -1}
    assert names(quarter, at, "churned") == {"Bluth": -1}


def test_whoever_lost_nothing_stands_under_the_other_definition(story):
    at = END_OF_Q1.replace(month=3)
    assert_told(bridge_of(Q1, at), Q1, at)


def test_a_closed_quarter_tells_the_same(story):
    closings.close(Q1, by=None, at=END_OF_Q1)
    assert_told(bridge_of(Q1, END_OF_Q1), Q1, END_OF_Q1)


def test_the_quarter_after_the_change_has_no_such_step_and_asks_no_history_for_it(story):
    closings.close(Q1, by=None, at=END_OF_Q1)
    with CaptureQueriesContext(connection) as asked:
        bridge = bridge_of(Q1.next, END_OF_Q1)
    assert (bridge.opening, bridge.is_redefined, bridge.balances) == (2, False, True)
    assert not [query for query in asked if "references_cellchange" in query["sql"]]
    assert movements_of(Q1.next, END_OF_Q1, kind="redefined") == []


def test_where_evidence_is_needed_it_must_have_held_at_that_instant(db, priya):
    ends = {"Held": date(2027, 1, 1), "Ended": date(2026, 12, 30), "Withdrawn": date(2028, 1, 1)}
    for name, until in ends.items():
        logo(company(name), until=until)
    logo(company("Asked nobody"))
    logos_pay(priya, evidence_needed=True)
    consent = Cell.objects.get(customer__name="Withdrawn", dimension__key="logo").evidence
    withdraw(consent, reason="They changed their mind.", by=None, at=BEFORE.replace(day=9))
    green("Caller")
    closings.close(Q4, by=None, at=FIVE_PAST)
    reasons = {row.name: row.reason for row in movements_of(Q1, FIVE_PAST, kind="redefined")}
    assert reasons == {"Held": "counts", "Caller": "blank"}
    bridge = bridge_of(Q1, FIVE_PAST)
    assert (bridge.opening, bridge.redefined, bridge.lost, bridge.closing, bridge.balances) == (1, 0, 0, 1, True)


def test_another_evidence_rule_is_another_definition_too(db, priya):
    green("Proven")
    calls = Dimension.objects.get(key="reference_call")
    definitions.change(calls, from_quarter=Q1, evidence_needed=False, reason=WHY, by=priya, at=BEFORE)
    set_cell(company("Runs out"), "green", until=date(2026, 12, 30))
    closings.close(Q4, by=None, at=FIVE_PAST)
    bridge = bridge_of(Q1, FIVE_PAST)
    assert (bridge.opening, bridge.redefined, bridge.closing, bridge.balances) == (1, 1, 2, True)
    assert names(Q1, FIVE_PAST, "redefined") == {"Runs out": 1}


@pytest.mark.parametrize("evidence_needed", [True, False])
def test_a_dimension_made_after_the_closing_counted_nobody_then(db, priya, evidence_needed):
    green("Caller")
    closings.close(Q4, by=None, at=FIVE_PAST)
    podcast = Dimension.objects.create(key="podcast", name="Podcast", group="public", definition="They speak in ours.")
    definitions.change(podcast, from_quarter=Q1, evidence_needed=evidence_needed, reason=WHY, by=priya, at=FIVE_PAST)
    set_cell(company("Speaker", at=IN_Q1), "green", key="podcast", at=IN_Q1, agreed_on=IN_Q1.date())
    bridge = bridge_of(Q1, END_OF_Q1.replace(month=3))
    assert (bridge.redefined, bridge.gained, bridge.closing, bridge.balances) == (-1, 1, 1, True)
    assert names(Q1, END_OF_Q1.replace(month=3), "redefined") == {"Caller": -1}
    assert names(Q1, END_OF_Q1.replace(month=3), "gained") == {"Speaker": 1}


def test_a_correction_of_the_opening_goes_with_the_old_definition(story, maria, priya):
    closing, dunder = closings.closed.previous(Q1.label), story["Dunder"]
    proposed = corrections.propose(
        closing, customer=dunder, is_referenceable=False, reason="Never agreed to it.", by=maria, at=IN_Q1
    )
    corrections.decide(proposed, approve=True, by=priya, at=IN_Q1)
    bridge = bridge_of(Q1, END_OF_Q1.replace(month=3))
    assert (bridge.opening, bridge.no_longer_counted, bridge.balances) == (3, 1, True)
    assert "Dunder" not in names(Q1, END_OF_Q1.replace(month=3), "redefined")
    closings.close(Q1, by=None, at=END_OF_Q1)
    assert bridge_of(Q1, END_OF_Q1).balances


def test_the_pages_name_each_customer_under_the_right_step(client, priya, story):
    with time_machine.travel(END_OF_Q1.replace(month=3), tick=False):
        client.force_login(priya)
        page = client.get("/quarters/2027-Q1/").text
        assert '<span class="step-label">Other definition</span>' in page
        listed = client.get("/quarters/2027-Q1/movements/redefined/").text
        assert [name in listed for name in ("Cancity", "Dunder", "Ewing", "Acme")] == [True, True, True, False]
        table = client.get("/quarters/2027-Q1/movements/redefined.csv").getvalue().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(table)))
        assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [
            ("Cancity", "Other definition", "-1"),
            ("Dunder", "Other definition", "-1"),
            ("Ewing", "Other definition", "1"),
        ]
        assert "2027-Q1,bridge,other definition,-1," in client.get("/quarter/export/").getvalue().decode()


def test_a_quarter_that_is_still_to_come_leads_to_who_moves_by_its_definition(client, priya, db):
    with time_machine.travel(FIVE_PAST, tick=False):
        client.force_login(priya)
        green("Caller")
        closings.close(Q4, by=None, at=FIVE_PAST)
        dimension = Dimension.objects.get(key="logo")
        definitions.change(dimension, from_quarter=Q1.next, evidence_needed=False, reason=WHY, by=priya, at=FIVE_PAST)
        board = client.get("/quarter/?quarter=2027-Q2").text
        assert "Definition from 2027-Q2:" in board
        assert "Definition: −1" in board
        assert 'aria-label="Lost: 0"' in board.replace("±", "")
        assert "Caller" in client.get("/quarters/2027-Q2/movements/redefined/").text
        assert "Caller" not in client.get("/quarters/2027-Q2/movements/lost/").text
        assert "2027-Q1: 1 reference-able customers, forecast 1" in board, "the running quarter is drawn before it"
