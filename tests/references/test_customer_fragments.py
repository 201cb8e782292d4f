"""The page of a customer loads its cells and one timeline of everything that happened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from customers.actions import customers
from references.actions import cells
from references.models import Cell, Dimension
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn, set_cell

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bluth(db):
    return customer("Bluth Company")


def edit(bluth, key, *, by, at=NOON, **changes):
    cell = Cell.objects.of(bluth, Dimension.objects.get(key=key))
    cells.edit(cell, seen_version=cell.version, changes=changes, by=by, at=at)


def test_the_fragment_shows_all_twelve_cells_and_why_the_customer_does_not_count(client, bluth, maria):
    edit(bluth, "logo", by=maria, status="red", next_action="Ask the brand owner", next_action_due=date(2026, 1, 2))
    client.force_login(maria)
    answer = client.get(reverse("references:customer_cells", args=[bluth.pk]), headers=HTMX)
    text = answer.content.decode()
    assert text.count('class="cell-card"') == 12
    assert "does not count today" in text
    assert "the cell is blank" in text
    assert "overdue:" in text
    assert "Ask the brand owner" in text
    assert "<html" not in text


def test_what_was_agreed_after_the_customer_had_left_is_named_where_its_cells_stand(client, bluth, maria):
    set_cell(bluth, "green", at=NOON, agreed_on=date(2026, 11, 12), by=maria)
    client.force_login(maria)
    address = reverse("references:customer_cells", args=[bluth.pk])
    for left_on, is_told in ((date(2026, 11, 13), False), (date(2026, 11, 12), True), (date(2026, 11, 1), True)):
        churn(bluth, on=left_on, at=NOON)
        told = "“Reference call” on 12 Nov 2026"
        assert (told in client.get(address, headers=HTMX).text) is is_told, left_on


def test_the_timeline_mixes_the_customers_deeds_with_those_in_its_cells(client, bluth, maria):
    edit(bluth, "logo", by=maria, status="red", note="Not before spring")
    changes = {"industry": "Retail"}
    customers.edit(bluth, seen_version=1, changes=changes, by=maria, at=NOON + timedelta(hours=1))
    edit(bluth, "logo", by=maria, at=NOON + timedelta(hours=2), status="amber", note="Perhaps")
    client.force_login(maria)
    answer = client.get(reverse("references:customer_timeline", args=[bluth.pk]), headers=HTMX)
    entries = answer.context["entries"]
    assert [entry.title for entry in entries] == ["Logo", "Edited", "Logo", "Created"]
    told = [(line.label, line.before, line.after) for line in entries[0].lines]
    assert told == [("Status", "Red", "Amber"), ("Note", "Not before spring", "Perhaps")]


def test_a_long_timeline_goes_on_where_a_page_ends_and_tells_nothing_twice(client, bluth, maria):
    for hour in range(45):
        edit(bluth, "logo", by=maria, at=NOON + timedelta(hours=hour), note=f"Note {hour}")
    client.force_login(maria)
    address, told = reverse("references:customer_timeline", args=[bluth.pk]), []
    while address:
        context = client.get(address).context
        told += [entry.at for entry in context["entries"]]
        address = context["earlier_address"]
    assert len(told) == len(set(told)) == 46


def test_a_renewed_evidence_stands_in_the_timeline(client, bluth, maria):
    ContactFactory(customer=bluth, name="Lucille")
    set_cell(bluth, "green", by=maria, at=NOON)
    set_cell(bluth, "green", by=maria, at=NOON + timedelta(days=1), agreed_on=NOON.date())
    client.force_login(maria)
    entries = client.get(reverse("references:customer_timeline", args=[bluth.pk])).context["entries"]
    assert [(line.label, line.after) for line in entries[0].lines] == [("Evidence", "Call (20 Nov 2026): Lucille")]


def test_a_timeline_that_fits_one_page_offers_no_earlier_one(client, bluth, maria):
    for hour in range(19):
        edit(bluth, "logo", by=maria, at=NOON + timedelta(hours=hour), note=f"Note {hour}")
    client.force_login(maria)
    context = client.get(reverse("references:customer_timeline", args=[bluth.pk])).context
    assert (len(context["entries"]), context["earlier_address"]) == (20, "")


def test_a_page_of_the_timeline_that_does_not_exist_shows_the_first(client, bluth, maria):
    client.force_login(maria)
    for before in ("nonsense", "2026-99-99T00:00:00", "2026-11-20"):
        assert (
            client.get(reverse("references:customer_timeline", args=[bluth.pk]), {"before": before}).status_code == 200
        )
