"""Maria chooses filters by keys alone: the list that each choice brings must not take the rest of her letters away."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

MARIA, PRIYA = "maria.chen@example.com", "priya.nair@example.com"
# Milliseconds between two keys of a person who types without haste.
TYPING = 120


@pytest.fixture
def lifecycle(page_as):
    page = page_as(MARIA)
    page.goto("/customers/")
    select = page.locator("#filter-lifecycle")
    select.focus()
    return select


def test_the_name_of_a_choice_is_typed_to_its_end(lifecycle):
    """At its first letter stands another choice, "Live"."""
    lifecycle.press_sequentially("Leaving", delay=TYPING)
    expect(lifecycle).to_have_value("leaving")
    expect(lifecycle.page).to_have_url(re.compile("lifecycle=leaving"))
    expect(lifecycle).to_be_focused()
    lifecycle.press_sequentially("Chur", delay=TYPING)
    expect(lifecycle.page).to_have_url(re.compile("lifecycle=churned"))
    expect(lifecycle).to_have_value("churned")
    expect(lifecycle).to_be_focused()


@pytest.mark.parametrize("takes", [700, 1_600], ids=["it comes while she waits", "it is called off"])
def test_arrows_go_on_from_where_they_were_while_an_answer_is_on_its_way(lifecycle, takes):
    page = lifecycle.page
    choices = lifecycle.locator("option").evaluate_all("options => options.map(one => one.value)")
    page.route("**/customers/?*", lambda route: (page.wait_for_timeout(takes), route.continue_()))
    for _step in range(2):
        lifecycle.press("ArrowDown")
    page.wait_for_timeout(1_300)
    lifecycle.press("ArrowDown")
    expect(page).to_have_url(re.compile(f"lifecycle={choices[3]}"))
    expect(lifecycle).to_have_value(choices[3])
    expect(lifecycle).to_be_focused()


def test_a_choice_acts_at_once_where_it_is_left(page_as):
    """With the page's clock standing still nothing comes of waiting."""
    page = page_as(MARIA)
    page.clock.install()
    page.goto("/customers/")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    page.locator("#filter-lifecycle").press("ArrowDown")
    with page.expect_request(re.compile("lifecycle=active")):
        page.keyboard.press("Tab")


@pytest.mark.parametrize(
    ("address", "name"),
    [("/nominations/", "state"), ("/evangelists/", "level"), ("/cases/", "show"), ("/recognitions/", "state")],
)
def test_other_lists_are_chosen_from_by_keys_too(page_as, address, name):
    page = page_as(PRIYA)
    page.goto(address)
    select = page.locator(f"select[name={name}]")
    label = select.locator("option").last.inner_text()
    select.focus()
    select.press_sequentially(label, delay=TYPING)
    value = select.locator("option").last.get_attribute("value")
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    expect(select).to_have_value(value)
    expect(select).to_be_focused()


def test_a_weight_of_coverage_is_chosen_by_arrows_and_keeps_the_focus(page_as):
    page = page_as(PRIYA)
    page.goto("/coverage/?edit=true")
    names = page.locator("select[name=weight]").evaluate_all("all => all.map(one => one.id)")
    assert len(set(names)) == len(names) > 1
    weight = page.locator(f'[id="{names[0]}"]')
    weight.focus()
    for key, value in (("ArrowDown", "3"), ("ArrowUp", "1")):
        with page.expect_response(re.compile("/weight/")):
            for _step in range(2):
                weight.press(key)
        expect(weight.locator("option[selected]")).to_have_attribute("value", value)
        expect(weight).to_be_focused()


def test_what_is_typed_before_the_scripts_are_there_is_searched_for_once_they_are(page_as):
    page = page_as(MARIA)
    page.route(re.compile(r"\.js$"), lambda route: None)
    page.goto("/customers/", wait_until="commit")
    page.get_by_role("searchbox", name="Search customers", exact=True).fill("Greenholm")
    # What was held back goes on its way.
    page.unroute(re.compile(r"\.js$"))
    expect(page).to_have_url(re.compile("q=Greenholm"))
    expect(page.locator("#customer-list tbody tr").filter(has_not_text="Greenholm")).to_have_count(0)
