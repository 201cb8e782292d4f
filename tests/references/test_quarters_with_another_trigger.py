"""From 2027-Q1 on a logo pays instead of a reference call: that quarter's pages count logos, this quarter's do not."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from core.quarters import Quarter
from references.actions import cells, definitions
from references.models import Cell, Dimension
from references.reports import boards, forecasts, quarters
from references.reports.counts import Present
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
