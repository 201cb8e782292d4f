"""A list that shows nothing says whether its filters are why, and how to see all of it."""

import pytest

from core.choices import Role
from tests.factories import person

ENTER = {
    "cases": "Cases come from a file",
    "invoices": "Invoices come from a file",
    "occasions": "Enter the next webinar",
}
NONE = {
    "cases": ("No case matches these filters", "show all cases", "?show=all"),
    "invoices": ("No invoice matches these filters", "show all invoices", "?show=all"),
    "occasions": ("No occasion matches these filters", "show all occasions", ""),
}
NARROWED = [
    ("cases", "q=acme"), ("cases", "show=escalated"), ("cases", "show=all&q=acme"), ("invoices", "show=overdue"),
    ("invoices", "q=acme"), ("occasions", "q=acme"), ("occasions", "show=past"),
]  # fmt: skip


@pytest.fixture
def olga(client, db):
    """Her role reads all of them."""
    client.force_login(person("Olga Omni", *Role))
    return client


@pytest.mark.parametrize(("kind", "narrowed"), NARROWED)
def test_what_the_filters_hide_is_a_click_away_and_nobody_is_told_to_enter_it(olga, kind, narrowed):
    shown = olga.get(f"/{kind}/?{narrowed}").text
    words, link, query = NONE[kind]
    assert words in shown
    assert f'<a href="/{kind}/{query}">{link}</a>' in shown
    assert ENTER[kind] not in shown


@pytest.mark.parametrize(("kind", "words"), [("cases", "No case is open"), ("invoices", "No invoice is unpaid")])
def test_the_list_as_it_is_opened_says_that_it_shows_the_open_ones(olga, kind, words):
    shown = olga.get(f"/{kind}/").text
    assert words in shown
    assert f'<a href="/{kind}/?show=all">' in shown
    assert ENTER[kind] in shown


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/cases/?show=all", "No cases yet"),
        ("/invoices/?show=all", "No invoices yet"),
        ("/occasions/", "No occasions yet"),
    ],
)
def test_where_there_is_nothing_at_all_it_says_how_to_enter_some(olga, address, words):
    shown = olga.get(address).text
    assert words in shown
    assert ENTER[address.split("/")[1]] in shown
