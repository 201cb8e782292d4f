"""Maria and Jonas keep the customers in the browser: found, entered, edited at once, merged, on a phone too."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

MARIA, JONAS = "maria.chen@example.com", "jonas.weber@example.com"
MADE = """
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import contacts, customers
from customers.models import Customer
from references.actions import cells
from references.models import Cell, Dimension
now = datetime.now(UTC)
maria = User.objects.get(email="maria.chen@example.com")
ids = {}
made = {"Quillfeather Mills": "Textiles", "Quillfeather Mills Ltd": "Weaving", "Ottoline Foods": ""}
for name, industry in made.items():
    one = customers.create(name=name, values={"csm": maria, "industry": industry}, by=maria, at=now)
    contacts.create(one, name=f"Harriet of {name}", by=maria, at=now)
    ids[name] = one.pk
logo = Dimension.objects.get(key="logo")
for name, status in (("Quillfeather Mills", "red"), ("Quillfeather Mills Ltd", "amber")):
    cell = Cell.objects.of(Customer.objects.get(pk=ids[name]), logo)
    cells.edit(cell, seen_version=0, changes={"status": status}, by=maria, at=now)
print(json.dumps(ids))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(MADE))


def test_the_list_is_narrowed_without_a_reload_and_the_address_follows(page_as, ids):
    page = page_as(MARIA)
    page.goto("/customers/")
    page.get_by_label("Search customers", exact=True).press_sequentially("ottoline")
    expect(page.locator("#customer-list tbody tr")).to_have_count(1)
    expect(page.get_by_label("Search customers", exact=True)).to_be_focused()
    expect(page).to_have_url(re.compile(r"/customers/\?q=ottoline$"))
    page.get_by_label("Lifecycle").select_option("churned")
    expect(page.get_by_text("No customer matches these filters")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No customer matches these filters")).to_be_visible()


def test_filters_are_kept_under_a_name(page_as, ids):
    page = page_as(MARIA)
    page.goto("/customers/?q=quillfeather")
    page.get_by_text("Saved views").click()
    page.get_by_label("Keep what is shown now as").fill("Feathers")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("The view “Feathers” is saved.")).to_be_visible()
    page.goto("/customers/")
    page.get_by_text("Saved views").click()
    page.get_by_role("link", name="Feathers").click()
    expect(page).to_have_url(re.compile("q=quillfeather"))


def test_the_search_box_suggests_and_the_arrow_keys_choose(page_as, ids):
    page = page_as(JONAS)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("ottol")
    expect(page.locator("#search-suggestions a").first).to_have_text(re.compile("Ottoline Foods"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ottoline Foods")).to_be_visible()


def test_a_look_alike_is_asked_about_before_it_is_entered(page_as, ids):
    page = page_as(MARIA)
    page.goto("/customers/new/")
    page.get_by_label("Name*").fill("OTTOLINE FOODS, Inc.")
    page.get_by_label("Industry").fill("Food")
    page.get_by_role("button", name="Enter customer").click()
    expect(page.get_by_text("This may be a customer that is there already")).to_be_visible()
    expect(page.get_by_label("Industry")).to_have_value("Food")
    assert_accessible(page)
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Enter customer").click()
    expect(page.get_by_role("heading", name="OTTOLINE FOODS, Inc.")).to_be_visible()


def test_who_saves_second_sees_both_values_and_keeps_the_text(page_as, ids):
    maria, jonas = page_as(MARIA), page_as(JONAS)
    for page in (maria, jonas):
        page.goto(f"/customers/{ids['Ottoline Foods']}/edit/")
    maria.get_by_label("Region").fill("EMEA")
    maria.get_by_role("button", name="Save").click()
    expect(maria.get_by_role("heading", name="Ottoline Foods")).to_be_visible()
    jonas.get_by_label("Region").fill("APAC")
    jonas.get_by_role("button", name="Save").click()
    expect(jonas.get_by_text("Somebody else changed this while you were editing")).to_be_visible()
    expect(jonas.get_by_role("row", name="Region")).to_contain_text("EMEA")
    expect(jonas.get_by_label("Region")).to_have_value("APAC")
    assert_accessible(jonas)
    jonas.get_by_role("button", name="Save mine").click()
    expect(jonas.locator("dl.facts")).to_contain_text("APAC")


def test_a_duplicate_is_picked_compared_and_merged(page_as, ids):
    page = page_as(MARIA)
    survivor, duplicate = ids["Quillfeather Mills"], ids["Quillfeather Mills Ltd"]
    page.goto(f"/customers/{survivor}/")
    page.get_by_text("More").click()
    page.get_by_role("link", name="Merge a duplicate").click()
    page.get_by_role("link", name="Compare Quillfeather Mills Ltd").click()
    page.get_by_label("Weaving").check()
    page.get_by_role("row", name="Logo").get_by_role("radio").nth(1).check()
    assert_accessible(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Merge for good").click()
    expect(page.locator("dl.facts")).to_contain_text("Weaving")
    expect(page.get_by_role("row", name="Harriet of Quillfeather Mills Ltd")).to_be_visible()
    expect(page.locator("#customer-timeline")).to_contain_text("was Quillfeather Mills Ltd")
    expect(page.locator("#customer-cells .rag-amber")).to_have_count(1)
    page.goto(f"/customers/{duplicate}/")
    expect(page).to_have_url(re.compile(f"/customers/{survivor}/$"))
    expect(page.get_by_text("was merged into Quillfeather Mills.")).to_be_visible()


def test_a_phone_reads_the_list_and_the_page_and_edits(page_as, ids):
    page = page_as(MARIA, phone=True)
    for address in ("/customers/", f"/customers/{ids['Ottoline Foods']}/", "/search/?q=ottoline"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert_no_sideways_scroll(page)
        assert_accessible(page)
    page.goto(f"/customers/{ids['Ottoline Foods']}/edit/")
    page.get_by_label("Country").fill("Portugal")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dl.facts")).to_contain_text("Portugal")
