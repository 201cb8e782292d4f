"""What stands under the grid: at once for few customers, a moment later for many."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.quarters import Quarter
from references.models import QuarterTarget
from references.reports import grid, grid_footer
from tests.factories import customer
from tests.references.ledger import write

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria, region="EMEA")


@pytest.fixture
def bluth(jonas):
    return customer("Bluth", csm=jonas, region="APAC")


def test_more_customers_than_are_counted_at_once_are_counted_after_the_page(client, maria, acme, bluth, monkeypatch):
    write(acme, "logo", status="green")
    monkeypatch.setattr(grid, "PAGE_SIZE", 1)
    monkeypatch.setattr(grid_footer, "COUNTED_AT_ONCE", 1)
    client.force_login(maria)
    QuarterTarget.objects.create(quarter="2026-Q4", count=10, recorded_at=NOW)
    with time_machine.travel(NOW, tick=False):
        html = client.get("/grid/").content.decode()
    assert '<span data-figure="percent">…</span> % of target' in html
    assert "data-uncounted" in html
    assert f'<noscript> <a href="{reverse("references:quarter_board")}">' in html, (
        "who has no scripts waits for nothing"
    )
    assert '<span id="grid-customers">…</span> <span id="grid-customers-noun">customers</span>' in html
    assert "data-uncounted" not in client.get("/grid/?region=APAC").content.decode()
    assert client.get("/grid/figures/").json()["customers"] == 2


def test_percents_of_the_target_are_grouped_as_the_other_numbers_are():
    shown = grid.Figures(Quarter(2026, 4), now=717, opening=None, target=50, days_left=30)
    assert (shown.percent, shown.percent_shown) == (1434, "1,434")


def test_a_filter_that_leaves_many_is_not_counted_up_to_many_at_every_page(client, maria, acme, bluth, monkeypatch):
    kept = LocMemCache("grid of many", {})
    monkeypatch.setattr(grid_footer, "shared", kept)
    monkeypatch.setattr(grid, "PAGE_SIZE", 1)
    monkeypatch.setattr(grid_footer, "COUNTED_AT_ONCE", 1)
    client.force_login(maria)

    def counts():
        with CaptureQueriesContext(connection) as asked:
            shown = client.get("/grid/").context["footer"].customers
        return shown, sum("LIMIT 2) shown" in query["sql"] for query in asked)

    assert (counts(), counts()) == ((None, 1), (None, 0))
    kept.clear()
    monkeypatch.setattr(grid_footer, "COUNTED_AT_ONCE", 2)
    assert counts()[0] == 2


def test_counts_of_very_many_customers_are_shared_for_seconds_and_kept_apart_by_what_they_count(
    client, maria, jonas, acme, bluth, monkeypatch
):
    kept = LocMemCache("counts of the grid", {})
    monkeypatch.setattr(grid_footer, "shared", kept)
    monkeypatch.setattr(grid_footer, "COUNTED_AT_ONCE", 0)

    def greens(person):
        client.force_login(person)
        return client.get("/grid/figures/?mine=true").json()["greens"]["logo"]

    assert (greens(maria), greens(jonas)) == (0, 0)
    write(bluth, "logo", status="green")
    assert greens(jonas) == 0
    kept.clear()
    assert (greens(maria), greens(jonas)) == (0, 1)
