"""A flood of nominations, a customer in trouble, and a gap of the coverage: what recruiting is there for."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

FLOOD = 300
CAPACITY = 40
MADE = f"""
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import customers, contacts, support_cases
from references.actions import coverage, nomination_decisions, nominations, recruiting_settings
from references.models import Dimension
from references.reports.coverage_matrix import axes
now = datetime.now(UTC)
people = {{name: User.objects.get(email=f"{{name}}@example.com") for name in ("maria.chen", "sam.ortiz", "priya.nair")}}
maria, sam, priya = people.values()
recruiting_settings.edit(changes={{"capacity": {CAPACITY}}}, by=priya, at=now)
call = Dimension.objects.get(key="reference_call")
def nominated(name, **values):
    one = customers.create(name=name, values={{"csm": maria, **values}}, by=None, at=now)
    said = {{"contact_name": "Lucille", "story": "They halved their returns.", "source": "sales"}}
    return nominations.submit(customer=one, values=said, willingness={{call: "willing"}}, by=sam, at=now)
for number in range({FLOOD}):
    nomination_decisions.accept(nominated(f"Flood {{number:03}}"), by=priya, at=now)
troubled = nominated("Troubled Ltd")
case = {{"number": "C-77", "severity": "critical", "opened_on": now.date()}}
support_cases.record(troubled.customer, values=case, by=maria, at=now)
nomination_decisions.accept(troubled, by=priya, at=now)
place = {{"industry": "Gapping", "region": "Nowhere"}}
free = customers.create(name="Gap Bank", values={{"csm": maria, **place}}, by=None, at=now)
contact = contacts.create(free, name="Buster Bluth", by=maria, at=now)
known = {{axis.key: axis for axis in axes()}}
where = {{"row": "Gapping", "column": "Nowhere", "target": 2}}
coverage.set_target(known["industry"], columns_axis=known["region"], **where, by=priya, at=now)
print(json.dumps({{"troubled": troubled.pk, "free": free.pk, "contact": contact.pk}}))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(MADE))


def test_a_flood_of_300_is_spread_over_months_that_are_never_overfull(page_as, ids):
    priya = page_as("priya.nair@example.com")
    priya.goto("/nominations/")
    told = priya.locator(".month .small").all_inner_texts()
    used = [int(re.match(r"(\d+) of 40", text).group(1)) for text in told]
    assert max(used) <= CAPACITY
    assert used[:7] == [CAPACITY] * 7, "the months fill up one after the other"
    assert_accessible(priya)
    sam = page_as("sam.ortiz@example.com")
    sam.goto("/nominations/?mine=true&q=Flood+299")
    expect(sam.locator("tbody tr")).to_have_count(1)
    assert re.search(r"20\d\d", sam.locator("tbody tr td").nth(3).inner_text()), (
        "the month is told to whoever nominated"
    )


def test_trouble_blocks_the_invitation_until_somebody_lifts_it_with_a_reason(page_as, ids):
    address = f"/nominations/{ids['troubled']}/"
    maria = page_as("maria.chen@example.com")
    maria.goto(address)
    expect(maria.get_by_text("C-77").first).to_be_visible()
    expect(maria.get_by_role("button", name="The invitation is sent")).to_have_count(0)
    priya = page_as("priya.nair@example.com")
    priya.goto(address)
    priya.get_by_text("Lift it with a reason").click()
    priya.locator("form[action$='/lift/'] textarea, form[action$='/lift/'] input[name='reason']").fill(
        "They asked to tell how we solved it."
    )
    priya.locator("form[action$='/lift/'] button").click()
    expect(priya.locator(".timeline")).to_contain_text("They asked to tell how we solved it.")


def test_a_gap_leads_to_a_nomination_that_knows_what_is_known(page_as, ids):
    page = page_as("priya.nair@example.com")
    page.goto("/coverage/?q=gapping")
    assert_accessible(page)
    page.locator(".coverage tbody td a").first.click()
    expect(page.get_by_role("heading", name="Gapping × Nowhere")).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_role("link", name="Write a mail to Maria Chen")).to_have_attribute(
        "href", re.compile("^mailto:")
    )
    page.get_by_role("link", name="Nominate Gap Bank").click()
    expect(page.get_by_text("We are short of references here: Gapping × Nowhere.")).to_be_visible()
    expect(page.get_by_label("Who would speak?")).to_have_value(str(ids["contact"]))
    expect(page.get_by_label("Reference call", exact=True)).to_have_value("maybe")
    page.get_by_label("Why this customer?").fill("They bank on us.")
    page.get_by_role("button", name="Nominate").click()
    expect(page.locator("#messages")).to_contain_text("is nominated")


def test_a_target_is_typed_in_place_and_the_rest_stays(page_as, ids):
    page = page_as("priya.nair@example.com")
    page.goto("/coverage/?q=gapping&edit=true")
    target = page.get_by_role("spinbutton", name="Target Gapping × Nowhere")
    target.fill("7")
    target.press("Tab")
    expect(page.locator(".coverage-missing").first).to_have_text("−7")
    page.reload()
    expect(page.get_by_role("spinbutton", name="Target Gapping × Nowhere")).to_have_value("7")


def test_a_target_that_is_entered_keeps_the_focus_and_moves_colour_and_list(page_as, ids):
    page = page_as("priya.nair@example.com")
    page.goto("/coverage/?q=gapping&edit=true&places=all")
    target = page.get_by_role("spinbutton", name="Target Gapping × Nowhere")
    place = page.locator("td:has([name=column][value=Nowhere])")
    listed = page.locator("#coverage-next li", has_text="Gapping × Nowhere")
    target.fill("6")
    with page.expect_response(re.compile("/target/")):
        target.press("Enter")
    expect(place).to_have_class("coverage-short")
    expect(listed.locator(".tag-red")).to_have_text("−6")
    expect(target).to_be_focused()
    target.fill("")
    with page.expect_response(re.compile("/target/")):
        target.press("Enter")
    expect(place).to_have_class("coverage-open")
    expect(listed).to_have_count(0)
    expect(target).to_be_focused()
    target.fill("-1")
    target.press("Enter")
    expect(place.get_by_text("greater than or equal to 0")).to_be_visible()
    expect(target).to_be_focused()
    target.fill("8")
    target.press("Tab")
    expect(place).to_have_class("coverage-short")
    expect(listed.locator(".tag-red")).to_have_text("−8")
    expect(target).not_to_be_focused()
    assert page.evaluate("document.activeElement !== document.body")
    assert_accessible(page)


def test_coverage_on_a_phone(page_as, ids):
    page = page_as("priya.nair@example.com", phone=True)
    page.goto("/coverage/")
    assert_no_sideways_scroll(page)
    page.goto("/coverage/gap/?rows=industry&columns=region&row=Gapping&column=Nowhere")
    assert_no_sideways_scroll(page)
    assert_accessible(page)
