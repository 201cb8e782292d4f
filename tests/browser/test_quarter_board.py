"""An executive reads the quarter: at a desk, on a phone, in the dark, on paper; by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

PAGES = ["/quarter/", "/quarter/?quarter=2026-Q2", "/forecast/", "/pay/"]


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_are_accessible_at_a_desk_in_light_and_dark(page_as, address):
    for dark in (False, True):
        page = page_as("priya.nair@example.com", dark=dark)
        page.goto(address)
        assert_accessible(page)
        assert_no_sideways_scroll(page)


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_fit_a_phone(page_as, address):
    page = page_as("maria.chen@example.com", phone=True)
    page.goto(address)
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_a_bar_leads_to_the_quarter_it_counts(page_as):
    page = page_as("priya.nair@example.com")
    page.goto("/quarter/")
    page.locator("svg a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/quarters/**")


def test_the_table_behind_a_chart_says_the_same_as_the_bars(page_as):
    page = page_as("priya.nair@example.com")
    page.goto("/quarter/")
    card = page.locator("section", has=page.locator("#counts-head"))
    bars = card.locator("svg .chart-value").all_text_contents()
    card.get_by_text("As a table").click()
    rows = card.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert [row.split()[0] for row in rows] == bars


def test_another_quarter_is_chosen_by_its_address(page_as):
    page = page_as("priya.nair@example.com")
    page.goto("/quarter/")
    menu = page.locator(".page-actions details")
    menu.locator("summary").click()
    menu.get_by_role("link").nth(3).click()
    page.wait_for_url("**?quarter=**")
    expect(page.get_by_text("Opened with")).to_be_visible()


def test_on_paper_there_are_figures_and_charts_and_nothing_to_press(page_as):
    page = page_as("priya.nair@example.com")
    page.goto("/quarter/")
    page.emulate_media(media="print")
    expect(page.locator("svg.chart-picture").first).to_be_visible()
    expect(page.locator(".figure").first).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()


def test_maria_sees_her_own_line_only(page_as):
    page = page_as("maria.chen@example.com")
    page.goto("/pay/")
    page.get_by_role("link", name="issued").first.click()
    expect(page.get_by_text("Your line")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert_accessible(page)
