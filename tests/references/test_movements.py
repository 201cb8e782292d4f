"""Everybody behind a number of the bridge can be reached, page by page and as a table."""

import csv
import io
import re

import pytest
import time_machine
from django.urls import reverse

from references.actions import closings
from references.views import closings as closing_pages
from references.views import movements as pages
from tests.references.ledger import (
    BEFORE,
    END_OF_Q1,
    FIVE_PAST,
    IN_Q1,
    Q4,
    churn,
    green,
    set_cell,
)

NAMES = ["Acme", "bluth", "Cancity", "Dunder", "Ewing"]


@pytest.fixture(autouse=True)
def _two_on_a_page(monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    monkeypatch.setattr("references.reports.movements.EXPORTED_AT_ONCE", 2)


def address(name, label, kind):
    return reverse(f"references:{name}", args=[label, kind])


def walked(client, first):
    """The names on all pages, following the link to the next one."""
    names, url = [], first
    while url:
        html = client.get(url).content.decode()
        names += re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        url = following and following[1].replace("&amp;", "&")
    return names


def exported(client, label, kind):
    answer = client.get(address("movement_export", label, kind))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@time_machine.travel(IN_Q1, tick=False)
def test_all_who_came_in_the_running_quarter_stand_on_pages_that_follow_each_other(client, maria):
    for name in NAMES:
        green(name, at=BEFORE, by=maria)
    client.force_login(maria)
    assert walked(client, address("movement_index", "2027-Q1", "gained")) == NAMES
    rows = exported(client, "2027-Q1", "gained")
    assert [row[0] for row in rows[1:]] == NAMES
    assert {row[4] for row in rows[1:]} == {"Maria Chen"}


@time_machine.travel(END_OF_Q1, tick=False)
def test_all_who_came_in_a_closed_quarter(client, maria):
    for name in NAMES:
        green(name, by=maria)
    closings.close(Q4, by=None, at=FIVE_PAST)
    client.force_login(maria)
    assert walked(client, address("movement_index", "2026-Q4", "gained")) == NAMES
    for kind in ("lost", "churned"):
        assert (
            "Nobody moved the count this way" in client.get(address("movement_index", "2026-Q4", kind)).content.decode()
        )
        assert len(exported(client, "2026-Q4", kind)) == 1


@time_machine.travel(END_OF_Q1, tick=False)
def test_the_lost_and_the_churned_of_the_running_quarter_are_told_apart(client, maria):
    _stays, lost, left = (green(name, by=maria) for name in NAMES[:3])
    closings.close(Q4, by=None, at=FIVE_PAST)
    set_cell(lost, "red", at=IN_Q1, by=maria)
    churn(left, on=IN_Q1.date(), at=IN_Q1)
    client.force_login(maria)
    assert walked(client, address("movement_index", "2027-Q1", "lost")) == [lost.name]
    assert walked(client, address("movement_index", "2027-Q1", "churned")) == [left.name]
    assert exported(client, "2027-Q1", "churned")[1][3:5] == ["churned", "the program"]
    assert walked(client, address("movement_index", "2027-Q1", "gained")) == []


@time_machine.travel(IN_Q1, tick=False)
def test_the_quarter_shows_the_first_and_leads_to_all(client, maria, monkeypatch):
    monkeypatch.setattr(closing_pages, "MOST_MOVEMENTS", 2)
    for name in NAMES:
        green(name, at=BEFORE)
    client.force_login(maria)
    html = client.get(reverse("references:closing_detail", args=["2027-Q1"])).content.decode()
    assert f'href="{address("movement_index", "2027-Q1", "gained")}">Show all 5</a>' in html
    assert "bluth" in html
    assert "Cancity" not in html


@time_machine.travel(IN_Q1, tick=False)
def test_a_quarter_or_a_movement_that_there_is_not_is_not_found(client, maria):
    client.force_login(maria)
    for label, kind in (("2027-Q1", "stolen"), ("2027", "gained"), ("2040-Q1", "gained")):
        assert client.get(address("movement_index", label, kind)).status_code == 404
        assert client.get(address("movement_export", label, kind)).status_code == 404
