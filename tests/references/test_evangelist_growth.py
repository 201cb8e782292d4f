"""Did customers with people who speak for us grow more? The numbers behind the picture."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.quarters import Quarter
from customers.actions import customers, merges
from references.formats import growth_charts
from references.formats.growth_charts import CustomerDot, GroupBar
from references.reports import evangelist_growth as report
from tests.factories import ContactFactory, customer
from tests.query_counts import assert_query_count

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LONG_BEFORE, LATELY = NOW - timedelta(days=500), NOW - timedelta(days=30)


def grown(name, before, now, *, evangelists=0, **values):
    one = customer(name, at=LONG_BEFORE, recurring_revenue=before, **values)
    for number in range(evangelists):
        ContactFactory(customer=one, name=f"{name} {number}", evangelist_level="prompted")
    if now != before:
        customers.edit(one, seen_version=1, changes={"recurring_revenue": now}, by=None, at=LATELY)
    return one


def test_groups_are_compared_then_against_now(db):
    grown("Alone", Decimal(100), Decimal(90))
    grown("Two", Decimal(100), Decimal(150), evangelists=1)
    grown("Tiny", Decimal(10), Decimal(40), evangelists=1)
    grown("Many", Decimal(200), Decimal(260), evangelists=5)
    found = report.since(None, at=NOW)
    assert [group.growth for group in found.groups] == [Decimal("-10.0"), Decimal("72.7"), None, Decimal("30.0")]
    assert [group.customers for group in found.groups] == [1, 2, 0, 1]
    assert found.groups[1].mean == Decimal("175.0"), "the average of the customers' own growth"
    largest = found.largest[0]
    assert (largest.name, largest.evangelists, largest.growth) == ("Many", 5, Decimal("30.0"))
    assert found.compared == 4


def test_who_left_has_nothing_now_and_who_had_no_figure_is_told(db):
    gone = grown("Gone", Decimal(100), Decimal(100))
    customers.set_lifecycle(gone, lifecycle="churned", on=LATELY.date(), reason="Sold", by=None, at=LATELY)
    grown("Silent then", None, Decimal(50))
    grown("Silent now", Decimal(50), None)
    customer("New", at=LATELY, recurring_revenue=Decimal(10))
    grown("A prospect", Decimal(70), Decimal(80), lifecycle="prospective")
    left_before = customer("Left long ago", at=LONG_BEFORE, recurring_revenue=Decimal(9))
    customers.set_lifecycle(
        left_before, lifecycle="churned", on=LONG_BEFORE.date(), reason="Sold", by=None, at=LONG_BEFORE
    )
    found = report.since(None, at=NOW)
    assert (found.compared, found.groups[0].growth) == (1, Decimal("-100.0"))
    assert (found.unknown_before, found.unknown_now) == (2, 1)


def test_a_merged_duplicate_counts_on_neither_side(db):
    survivor, twin = grown("Bluth", Decimal(100), Decimal(120)), grown("The Bluths", Decimal(100), Decimal(100))
    merges.merge(survivor, duplicate=twin, by=None, at=LATELY)
    found = report.since(None, at=NOW)
    assert (found.compared, found.groups[0].before, found.groups[0].now) == (1, Decimal(100), Decimal(120))


def test_a_quarter_can_be_chosen_to_begin_with(db):
    one = customer("Bluth", at=NOW - timedelta(days=60), recurring_revenue=Decimal(100))
    customers.edit(one, seen_version=1, changes={"recurring_revenue": 110}, by=None, at=LATELY)
    assert report.since(None, at=NOW).compared == 0
    found = report.since(Quarter(2026, 4), at=NOW)
    assert (found.compared, found.groups[0].growth) == (1, Decimal("10.0"))


def test_the_page_shows_the_picture_its_numbers_and_the_export(client, sam):
    grown("Bluth", Decimal(100), Decimal(120), evangelists=2)
    client.force_login(sam)
    page = client.get("/evangelists/growth/").content.decode()
    assert "<title>2 evangelists: revenue of 1 customer +20.0\u00a0%</title>" in page
    assert "<title>Bluth, evangelists: 2, revenue 100 → 120, +20.0\u00a0%</title>" in page
    assert "0 that were not customers yet" in page
    lines = b"".join(client.get("/evangelists/growth/export.csv")).decode("utf-8-sig").splitlines()
    assert lines[3].startswith("2,1,100.00,120.00,20.0,20.0,0,0")
    assert "Nothing can be compared yet" not in page
    assert client.get("/evangelists/growth/?since=2026-Q9").status_code == 200
    assert_query_count(client, "/evangelists/growth/", "references:evangelist_growth")


def test_sam_takes_the_customers_behind_the_groups_with_him(client, sam, monkeypatch):
    """All that the groups count, not only the largest, and none that they leave out; their sums are the groups'."""
    monkeypatch.setattr(report, "CHUNK", 1)
    grown("Bluth", Decimal(100), Decimal(120), evangelists=4, domain="bluth.example")
    grown("=Initech", Decimal(50), Decimal(40))
    for number in range(report.LARGEST):
        grown(f"Small {number}", Decimal(10), Decimal(10), evangelists=1)
    grown("Silent then", None, Decimal(50))
    grown("Silent now", Decimal(50), None)
    client.force_login(sam)
    assert 'href="/evangelists/growth/customers.csv"' in client.get("/evangelists/growth/").text
    answer = client.get("/evangelists/growth/customers.csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[:3] == [
        "Customer,Web domain,Evangelists,Group,Revenue then,Revenue now,Growth in %",
        "Bluth,bluth.example,4,3+,100.00,120.00,20.0",
        "'=Initech,,0,0,50.00,40.00,-20.0",
    ]
    assert len(lines) - 1 == report.since(None, at=NOW).compared == 22
    later = b"".join(client.get("/evangelists/growth/customers.csv?since=2026-Q4")).decode("utf-8-sig")
    assert "Bluth,bluth.example,4,3+,100.00,120.00" in later


def test_the_axis_writes_the_minus_that_the_values_have(client, sam):
    grown("Bluth", Decimal(100), Decimal(10))
    client.force_login(sam)
    page = client.get("/evangelists/growth/").content.decode()
    assert ("−90.0\u00a0%" in page, ">−100\u00a0%</text>" in page, ">-" in page) == (True, True, False)


def test_an_empty_program_says_what_is_missing(client, sam):
    client.force_login(sam)
    assert "Nothing can be compared yet" in client.get("/evangelists/growth/").content.decode()


@pytest.mark.parametrize("growth", [Decimal("-40.0"), Decimal("0.0"), Decimal("35.5")])
def test_bars_stand_on_zero_and_dots_beyond_the_edge_are_marked(growth):
    bars = [GroupBar("0", growth, "", ""), GroupBar("1", None, "", "")]
    dots = [CustomerDot(0, Decimal(900), "", ""), CustomerDot(0, Decimal(-5), "", "")]
    drawing = growth_charts.draw(bars, dots)
    first, second = drawing.groups
    assert (first.y == drawing.zero) == (growth <= 0)
    assert first.is_drop == (growth < 0)
    assert second.height == 0
    assert [dot.is_beyond for dot in drawing.dots] == [True, False]
    assert drawing.dots[1].y > drawing.zero
    assert all(0 <= dot.y <= drawing.height for dot in drawing.dots)
