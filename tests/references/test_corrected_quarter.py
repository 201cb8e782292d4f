"""Maria's correction of the third quarter is approved: no page takes one of its two counts for the other."""

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from core.quarters import Quarter
from customers.models import Customer
from references.actions import closings, corrections, impact, pay_curves, pay_members, statements
from references.choices import Characteristic
from references.models import QuarterTarget
from references.reports import grid
from references.rules.pay import Curve
from tests.api.calling import client_of
from tests.references.ledger import company, set_cell

Q3 = Quarter(2026, 3)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, 0, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def closing(db, maria, priya):
    """Closed with fourteen of the fifteen wanted, and paid."""
    for number in range(14):
        set_cell(company(f"Counted {number}", at=AUGUST), "green", at=AUGUST, agreed_on=AUGUST.date())
    for one in Characteristic.values:
        impact.rate(
            Customer.objects.get(name="Counted 0"), characteristic=one, points=3, evidence="seen", by=maria, at=AUGUST
        )
    QuarterTarget.objects.create(quarter="2026-Q3", count=15, recorded_at=AUGUST, by=priya)
    pay_curves.set(Q3, curve=Curve(), reason="The first plan.", by=priya, at=AUGUST)
    pay_members.add(maria, target_bonus=Decimal(1000), from_quarter=Q3, by=priya, at=AUGUST)
    closing = closings.close(Q3, by=priya, at=OCTOBER)
    statements.issue(closing, by=priya, at=OCTOBER)
    return closing


@pytest.fixture
def corrected(closing, maria, priya):
    """One that never signed is taken out."""
    wrong = closing.entries.get(name="Counted 3").customer
    proposed = corrections.propose(
        closing, customer=wrong, is_referenceable=False, reason="Never signed.", by=maria, at=NOW
    )
    corrections.decide(proposed, approve=True, by=priya, at=NOW)
    return closing


def exported(client, quarter="2026-Q3"):
    """The rows of the dashboard's export as (part, item) to (value, of)."""
    answer = client.get(reverse("references:quarter_export"), {"quarter": quarter})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    return {(part, item): (value, of) for label, part, item, value, of in rows[1:] if label == quarter}


def words(client, name, *label, **query):
    """The page as it is read, and what its charts say of their marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(reverse(f"references:{name}", args=label), query).text).split())


def test_the_export_has_a_name_for_either_count_and_its_bridge_ends_with_the_corrected_one(client, corrected, maria):
    client.force_login(maria)
    told = exported(client)
    figures = {item: value for (part, item), (value, _of) in told.items() if part == "figure"}
    assert (figures["closing count"], figures["corrected count"]) == ("14", "13")
    assert (figures["attainment in percent"], figures["high impact, as closed"]) == ("86.6", "1")
    assert (figures["payout in percent, as issued"], figures["count of the statement"]) == ("83.33", "14")
    bridge = [(item, int(value)) for (part, item), (value, _of) in told.items() if part == "bridge"]
    assert bridge == [
        *(("opening", 0), ("opening corrected later", 0), ("other definition", 0)),
        *(("newly Green", 14), ("lost", 0), ("churned", 0)),
        *(("closing count", 14), ("corrected since", -1), ("corrected count", 13)),
    ]
    regions = [int(value) for (part, _item), (value, _of) in told.items() if part == "Region, as closed"]
    assert sum(regions) == 14
    assert not [part for part, _item in told if part in ("Industry", "Region", "Product", "CSM")]


def test_the_export_of_a_quarter_that_nobody_corrected_has_two_counts_that_are_the_same(client, closing, maria):
    client.force_login(maria)
    told = exported(client)
    for part in ("figure", "bridge"):
        assert (told[part, "closing count"], told[part, "corrected count"]) == (("14", ""), ("14", ""))
    assert told["bridge", "corrected since"] == ("0", "")
    assert [part for part, _item in told if part == "Region"]
    assert not [part for part, _item in told if "as closed" in part]


def test_the_bridge_of_a_running_quarter_ends_with_now(client, corrected, maria):
    client.force_login(maria)
    told = [item for part, item in exported(client, "2026-Q4") if part == "bridge"]
    assert told[-2:] == ["churned", "now"]
    assert not {"closing count", "corrected since", "corrected count"} & set(told)


def test_the_export_of_a_running_quarter_says_that_its_percentages_are_of_the_forecast(client, corrected, maria, priya):
    QuarterTarget.objects.create(quarter="2026-Q4", count=15, recorded_at=NOW, by=priya)
    client.force_login(maria)
    for quarter in ("2026-Q4", "2027-Q1"):
        figures = [item for part, item in exported(client, quarter) if part == "figure"]
        assert figures[2:4] == ["attainment in percent, at forecast", "payout in percent, at forecast"]
    assert ("figure", "attainment in percent") in exported(client)


def test_the_dashboard_leads_from_the_closed_to_the_corrected_count(client, corrected, maria):
    client.force_login(maria)
    page = words(client, "quarter_board", quarter="2026-Q3")
    assert re.search(r"Corrected count 13 \+13 since [\w ]+ · closed with 14", page)
    assert "Closed with 13" not in page
    assert "Closing 14 Corrected since −1 Corrected count 13 Target 15" in page, "in the table"
    assert "Corrected since: −1" in page, "in the chart"
    assert "Corrected count: 13" in page, "and its last bar before the target"
    assert "7.1 % 1 of 14 as closed; never part of the pay" in page
    assert "as issued in the statement · for a count of 14" in page
    assert (
        "This is the quarter as it was closed, with 14. The corrections that made it 13 are not divided here." in page
    )


def test_a_dashboard_without_corrections_says_no_word_of_them(client, closing, maria):
    client.force_login(maria)
    page = words(client, "quarter_board", quarter="2026-Q3")
    assert "Closed with 14" in page
    for word in ("Corrected", "as closed", "for a count of"):
        assert word not in page


def test_the_pay_plan_says_which_count_it_reckons_with(client, corrected, maria):
    client.force_login(maria)
    page = words(client, "pay_plan", quarter="2026-Q3")
    assert "Corrected count 13 closed with 14" in page
    assert "of the target bonus, at the corrected count" in page


@pytest.mark.parametrize("is_corrected", [False, True])
def test_the_same_attainment_reads_the_same_wherever_it_stands(client, closing, maria, request, is_corrected):
    """14 of 15 are 93.33… %, 13 are 86.66… %: cut to a tenth on every page, and so in the export."""
    if is_corrected:
        request.getfixturevalue("corrected")
    client.force_login(maria)
    told = "86.6" if is_corrected else "93.3"
    assert f"{told} % attained" in words(client, "quarter_board", quarter="2026-Q3")
    assert f"{told} % attained" in words(client, "closing_detail", "2026-Q3")
    assert f"{told} % of target" in words(client, "pay_plan", quarter="2026-Q3")
    assert exported(client)["figure", "attainment in percent"] == (told, "")


def test_the_chart_of_the_curve_says_the_payout_that_the_page_says(client, corrected, maria):
    client.force_login(maria)
    page = words(client, "pay_plan", quarter="2026-Q3")
    assert "corrected: 86.6 % → 66.67 %" in page, "what 13 customers are paid, not what 86.6 % would be"


def test_the_grid_tells_the_percentage_of_the_target_in_the_same_way(client, corrected, maria, priya):
    QuarterTarget.objects.create(quarter="2026-Q4", count=15, recorded_at=NOW, by=priya)
    client.force_login(maria)
    assert '<span data-figure="percent">93.3</span> % of target' in client.get("/grid/").text
    assert client.get("/grid/figures/").json()["percent"] == 93.3
    shown = grid.Figures(Quarter(2026, 4), now=14, opening=None, target=15, days_left=30)
    with translation.override("de"):
        assert shown.percent_shown == "93,3"


def test_the_api_has_both_counts_and_foresees_the_coming_quarter(client, corrected, maria):
    api = client_of(maria)
    counts = api.get("/api/v1/quarters/2026-Q3/").json()
    assert (counts["now"], counts["forecast"]) == (None, None)
    assert (counts["closing"]["count"], counts["closing"]["corrected_count"]) == (14, 13)
    client.force_login(maria)
    coming, page = api.get("/api/v1/quarters/2027-Q1/").json(), exported(client, "2027-Q1")
    assert coming["state"] == "future"
    assert (str(coming["now"]), str(coming["forecast"])) == (page["figure", "now"][0], page["forecast", "forecast"][0])
    far = api.get("/api/v1/quarters/2027-Q2/").json()
    assert (far["now"], far["forecast"]) == (None, None), "no page foresees it either"
    assert client.get("/quarter/?quarter=2027-Q2").status_code == 404
