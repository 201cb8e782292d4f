"""From 2027-Q1 on a logo pays instead of a reference call: that quarter's pages count logos, this quarter's do not."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from core.quarters import Quarter
from references.actions import cells, definitions
from references.models import Cell, Dimension, QuarterTarget
from references.reports import boards, forecasts, quarters
from references.reports.counts import Present
from tests.api.calling import client_of
from tests.references.ledger import company, set_cell

Q4, Q1 = Quarter(2026, 4), Quarter(2027, 1)
OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def now(db, priya):
    """Three customers take calls, one of them and one more show our logo; a second logo is promised for January."""
    logo = Dimension.objects.get(key="logo")
    callers = [company(f"Caller {number}", at=OCTOBER) for number in range(3)]
    for who in callers:
        set_cell(who, "green", at=OCTOBER, agreed_on=date(2026, 10, 1))
    for who in (callers[0], company("Shows our logo", at=OCTOBER)):
        cells.edit(Cell.objects.of(who, logo), seen_version=0, changes={"status": "green"}, by=priya, at=OCTOBER)
    promised = {
        "status": "amber",
        "forecast_confidence": "commit",
        "forecast_on": date(2027, 1, 10),
        "next_action": "Send the file",
        "next_action_due": date(2027, 1, 10),
    }
    definitions.change(logo, from_quarter=Q1, evidence_needed=False, reason="Logos pay now", by=priya, at=OCTOBER)
    cells.edit(Cell.objects.of(callers[1], logo), seen_version=0, changes=promised, by=priya, at=OCTOBER)
    return Present.seen(NOW)


def test_the_forecast_of_a_quarter_is_made_of_its_own_kind_of_reference(now):
    this, coming = forecasts.outlook(Q4, now=now), forecasts.outlook(Q1, now=now)
    assert (this.now, this.commit) == (3, 0)
    assert (coming.now, coming.commit, coming.forecast) == (2, 1, 3)


def test_every_figure_of_the_coming_quarter_counts_the_same_customers(now):
    board = boards.board(Q1, now=now)
    assert (board.count, board.bridge.closing, board.bridge.gained) == (2, 2, 2)
    assert sum(share.referenceable for share in board.coverage.regions) == 2
    assert boards.board(Q4, now=now).count == 3


def test_the_pages_name_the_kind_that_they_count(client, priya, now):
    client.force_login(priya)
    page = client.get("/quarter/?quarter=2027-Q1").text
    assert "<strong>Logo</strong> is Green" in page
    exported = client.get("/quarter/export/?quarter=2027-Q1").getvalue().decode()
    assert "2027-Q1,figure,now,2," in exported
    assert "2026-Q4,figure,now,3," in client.get("/quarter/export/?quarter=2026-Q4").getvalue().decode()


def test_the_chart_of_the_coming_quarter_holds_it_beside_the_running_one(client, priya, now):
    QuarterTarget.objects.create(quarter="2027-Q1", count=5, recorded_at=OCTOBER, by=priya)
    rows = [(row.quarter, row.count, row.forecast, row.target) for row in boards.board(Q1, now=now).history]
    assert rows == [(Q4, 3, 3, None), (Q1, 2, 3, 5)]
    client.force_login(priya)
    page = client.get("/quarter/?quarter=2027-Q1").text
    assert "2026-Q4: 3 reference-able customers, forecast 3" in page
    assert "2027-Q1: 2 reference-able customers, forecast 3, target 5" in page
    told = "2027-Q1 counts by another definition than the quarter before it. Each quarter is counted by its own."
    assert told in page
    assert "Definition from 2027-Q1:" in page
    exported = client.get("/quarter/export/?quarter=2027-Q1").getvalue().decode()
    assert "2027-Q1,count,now,2,5" in exported
    assert "by another definition" not in client.get("/quarter/?quarter=2026-Q4").text


def test_the_coming_quarter_is_told_in_the_same_way_wherever_it_stands(client, priya, now):
    """It counts two by its own definition; with what it opens nobody knows yet."""
    for label, aim in (("2027-Q1", 4), ("2027-Q2", 9)):
        QuarterTarget.objects.create(quarter=label, count=aim, recorded_at=OCTOBER, by=priya)
    client.force_login(priya)
    api = client_of(priya)
    listed = {row["label"]: row for row in api.get("/api/v1/quarters/").json()["results"]}
    assert list(listed) == ["2026-Q4", "2027-Q1", "2027-Q2"], "as on the page"
    sheet = list(csv.DictReader(io.StringIO(client.get("/quarters/export.csv").getvalue().decode("utf-8-sig"))))
    for label, counted in (("2026-Q4", 3), ("2027-Q1", 2), ("2027-Q2", None)):
        found = listed[label]
        assert found == api.get(f"/api/v1/quarters/{label}/").json()
        opening = 0 if label == "2026-Q4" else None
        assert (found["opening"], found["now"]) == (opening, counted)
        row = next(row for row in sheet if row["Quarter"] == label)
        assert (row["Opening"], row["Now"]) == tuple("" if one is None else str(one) for one in (opening, counted))
    page, coming = words(client, "/quarters/"), words(client, "/quarters/2027-Q1/")
    assert "Not begun – 2 now" in page
    assert "Now 2 counted today by its own definition Opening – not known before the quarter begins" in coming
    assert "Target 4 50 % by now" in coming
    assert "From opening to now" not in coming
    assert "Now 2" not in words(client, "/quarters/2027-Q2/")
    board = words(client, "/quarter/?quarter=2027-Q1")
    assert "Last closing" in board
    assert "Opening" not in board
    exported = client.get("/quarter/export/?quarter=2027-Q1").getvalue().decode()
    assert "2027-Q1,bridge,last closing," in exported
    assert "opening," not in exported


def words(client, address):
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).text).split())


def test_a_quarter_that_has_ended_and_is_not_closed_counts_by_its_own_definition(client, priya, now):
    january = datetime(2027, 1, 4, 9, tzinfo=UTC)
    with time_machine.travel(january, tick=False):
        client.force_login(priya)
        assert [quarters.state(str(one), Present.seen(january)).now for one in (Q4, Q1)] == [3, 2]
        assert {facts.label: facts.now for facts in quarters.listed(Present.seen(january))}["2026-Q4"] == 3
        assert "Caller 2" in client.get("/quarters/2026-Q4/movements/gained/").text
        assert "Shows our logo" in client.get("/quarters/2027-Q1/movements/gained/").text
        explained = client.get("/quarters/2026-Q4/").text
        assert "Caller 2" in explained
        assert "Shows our logo" not in explained
