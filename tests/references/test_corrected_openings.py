"""Priya corrects quarters that others have followed: what stood at a closing, and what is known today, differ."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from core.quarters import Quarter
from references.actions import closings, corrections
from references.reports import boards
from references.reports.counts import Present
from tests.references.ledger import company, set_cell

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
MAY, AUGUST = datetime(2026, 5, 4, 9, tzinfo=UTC), datetime(2026, 8, 3, 9, tzinfo=UTC)
JULY, OCTOBER = datetime(2026, 7, 1, 0, 5, tzinfo=UTC), datetime(2026, 10, 1, 0, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNMOVED = "corrected, with no change to the count"


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(db, priya):
    """Q2 closes with three and forgets Forgotten; Q3 brings one more, so it leads from three to four."""
    for number in range(3):
        set_cell(company(f"Counted {number}", at=MAY), "green", at=MAY, agreed_on=MAY.date())
    company("Forgotten", at=MAY)
    before = closings.close(Q2, by=priya, at=JULY)
    set_cell(company("Newcomer", at=AUGUST), "green", at=AUGUST, agreed_on=date(2026, 8, 3))
    return before, closings.close(Q3, by=priya, at=OCTOBER)


@pytest.fixture
def put_right(story, maria, priya):
    """Approve another verdict on a customer, by its name."""

    def approve(closing, name, *, counts):
        who = closing.entries.get(name=name).customer
        proposed = corrections.propose(
            closing, customer=who, is_referenceable=counts, reason="It was seen too late.", by=maria, at=NOW
        )
        corrections.decide(proposed, approve=True, by=priya, at=NOW)

    return approve


@pytest.fixture
def cancelled(story, put_right):
    """Two corrections of Q3 that leave its count at four."""
    put_right(story[1], "Forgotten", counts=True)
    put_right(story[1], "Counted 0", counts=False)


def source(client, name, *label, **query):
    return client.get(reverse(f"references:{name}", args=label), query).text


def words(client, name, *label, **query):
    return " ".join(re.sub(r"<[^>]+>", " ", source(client, name, *label, **query)).split())


def test_an_opening_is_called_as_it_stood_where_it_was_corrected_after_the_closing(client, story, put_right, maria):
    client.force_login(maria)
    told = "Opening 3 corrected count of the quarter before, as it stood at this closing"
    assert f"{told} Target" in words(client, "closing_detail", "2026-Q3")
    put_right(story[0], "Forgotten", counts=True)
    assert f"{told} · +1 corrected later Target" in words(client, "closing_detail", "2026-Q3")
    running = words(client, "closing_detail", "2026-Q4")
    assert "Opening 4 corrected count of the quarter before Target" in running


def test_what_a_quarter_moved_is_told_from_the_opening_that_holds_today(client, story, put_right, maria):
    client.force_login(maria)
    assert "Closed with 4 +1 since 1 Jul Opened with 3 closed" in words(client, "quarter_board", quarter="2026-Q3")
    put_right(story[0], "Forgotten", counts=True)
    found = boards.board(Q3, now=Present.seen(NOW))
    bridge = found.bridge
    assert (bridge.opening, bridge.corrected, found.opened_with) == (3, 1, 4)
    assert found.change == bridge.redefined + bridge.gained - bridge.lost - bridge.churned == 0
    page = words(client, "quarter_board", quarter="2026-Q3")
    assert "Closed with 4 ±0 since 1 Jul, from the corrected opening 4 Opened with 3" in page
    assert re.search(r"Opened with 3 closed [\w ,]+ · corrected to 4 later", page)


def test_a_corrected_opening_leads_to_the_corrections_of_the_quarter_before(client, story, put_right, maria):
    put_right(story[0], "Forgotten", counts=True)
    client.force_login(maria)
    led = re.findall(r'href="([^"]*#corrections)"', source(client, "quarter_board", quarter="2026-Q3"))
    assert led == ["/quarters/2026-Q2/#corrections"]
    assert 'href="/quarters/2026-Q2/#corrections"' in source(client, "closing_detail", "2026-Q3")


def test_the_bars_of_a_bridge_have_a_name_each(client, story, put_right, maria):
    put_right(story[0], "Forgotten", counts=True)
    put_right(story[1], "Counted 1", counts=False)
    client.force_login(maria)
    chart = source(client, "quarter_board", quarter="2026-Q3").split('id="bridge-head"')[1]
    named = re.findall(r'<text class="chart-name[^>]*>(.*?)</text>', chart)
    assert [re.sub(r"<[^>]+>", " ", name).strip() for name in named] == [
        *("Opening", "Opening corrected", "New", "Lost", "Churned", "Closing", "Corrected since", "Corrected count"),
    ]


def test_corrections_that_cancel_each_other_are_corrections_all_the_same(client, cancelled, maria):
    client.force_login(maria)
    closed = words(client, "closing_detail", "2026-Q3")
    assert f"Corrected count 4 {UNMOVED}" in closed
    assert "nothing was corrected" not in closed
    assert "±0 Corrected since 4 Corrected count" in closed
    page = words(client, "quarter_board", quarter="2026-Q3")
    assert f"Corrected count 4 +1 since 1 Jul · {UNMOVED}" in page
    assert "Closing 4 Corrected since ±0 Corrected count 4" in page
    assert "2026-Q3: 4 reference-able customers, corrected with no change to the count" in page
    assert f"2026-Q3 4 {UNMOVED}" in page, "among the closed quarters"
    assert "Its corrections, which left the count as it was, are not divided here." in page
    assert "Corrected count 4 closed with 4" in words(client, "pay_plan", quarter="2026-Q3")


def test_the_export_names_what_was_sealed_before_such_corrections(client, cancelled, maria):
    client.force_login(maria)
    answer = client.get(reverse("references:quarter_export"), {"quarter": "2026-Q3"})
    rows = [row[1:4] for row in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))]
    assert ["count", "closed at 4, corrected", "4"] in rows
    assert ["Region, as closed", "not given", "4"] in rows


def test_a_quarter_that_nobody_corrected_says_so(client, story, maria):
    client.force_login(maria)
    assert "Corrected count 4 nothing was corrected" in words(client, "closing_detail", "2026-Q3")
    assert "orrected" not in words(client, "quarter_board", quarter="2026-Q3").replace("with its corrections", "")
