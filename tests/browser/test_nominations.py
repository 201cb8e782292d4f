"""Sam nominates, Priya accepts, Maria invites and enrols, and the cell is Green: in the browser, start to end."""

import json
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

MADE = """
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import contacts, customers
from references.actions import nominations, recruiting_settings
from references.models import Dimension
now = datetime.now(UTC)
# Many wait already; who was nominated last is invited now only where there is a place for everybody.
priya = User.objects.get(email="priya.nair@example.com")
recruiting_settings.edit(changes={"capacity": 1000}, by=priya, at=now)
maria = User.objects.get(email="maria.chen@example.com")
made = {}
for name in ("Recruit One", "Recruit Two", "Recruit Three", "Recruit Four"):
    one = customers.create(name=name, values={"csm": maria}, by=maria, at=now)
    contacts.create(one, name=f"Lucille of {name}", by=maria, at=now)
    made[name] = one.pk
will = {Dimension.objects.get(key="logo"): "willing"}
for number in range(4):
    one = customers.create(name=f"Sudden {number}", values={"csm": maria}, by=maria, at=now)
    said = {"contact": contacts.create(one, name="Lucille", by=maria, at=now), "story": "Big.", "source": "csm"}
    nominations.submit(customer=one, values=said, willingness=will, by=maria, at=now)
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(MADE))


def nominate(page, name, kind):
    page.goto("/nominations/")
    page.get_by_role("link", name="Nominate a customer").first.click()
    page.get_by_role("searchbox", name="Which customer?").fill(name)
    page.locator("#customer-choices .choices a", has_text=name).click()
    page.get_by_label("Why this customer?").fill("They halved their returns.")
    page.get_by_label(kind, exact=True).select_option("willing")
    page.get_by_label("Who would speak?").select_option(label=f"Lucille of {name}")
    assert_accessible(page)
    page.get_by_role("button", name="Nominate").click()
    expect(page.locator("#messages")).to_contain_text("is nominated")


def test_from_a_word_to_a_green_cell(page_as, ids):
    sam, priya, maria = (page_as(f"{who}@example.com") for who in ("sam.ortiz", "priya.nair", "maria.chen"))
    nominate(sam, "Recruit One", "Reference call")
    address = sam.url
    priya.goto(address)
    priya.get_by_role("button", name="Accept").click()
    expect(priya.get_by_role("heading", name="What happened")).to_be_visible()
    expect(priya.locator(".timeline")).to_contain_text("Planned")
    maria.goto(address)
    maria.get_by_role("button", name="The invitation is sent").click()
    maria.get_by_role("link", name="The customer agreed").click()
    maria.get_by_role("button", name="Enrol").click()
    expect(maria.get_by_role("heading", name="What did Recruit One agree to?"), "nothing is stated yet").to_be_visible()
    maria.get_by_label("Reference call").select_option("green")
    maria.get_by_label("In what form").select_option("call")
    maria.get_by_label("Agreed on").fill(f"{timezone.localdate()}")
    assert_accessible(maria)
    maria.get_by_role("button", name="Enrol").click()
    expect(maria.locator(".page-head .tag")).to_have_text("Enrolled")
    assert_accessible(maria, schemes=("light",))
    maria.get_by_role("link", name="Put right in the cells").click()
    expect(maria.locator("#customer-cells")).to_be_in_viewport()
    maria.goto("/grid/?q=Recruit+One")
    expect(maria.locator(f"#rag-cell-{ids['Recruit One']}-reference_call")).to_have_text("G")
    sam.goto("/")
    expect(sam.get_by_text("Recruit One").first).to_be_visible()


def test_the_customer_is_chosen_with_the_arrow_keys(page_as, ids):
    page = page_as("sam.ortiz@example.com")
    page.goto("/nominations/new/")
    expect(page.get_by_role("searchbox", name="Which customer?")).to_be_focused()
    page.keyboard.type("recruit four")
    expect(page.locator("#customer-choices .choices a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Propose “recruit four” as a new company")).to_be_focused()
    page.keyboard.type("x")
    expect(page.get_by_role("searchbox", name="Which customer?")).to_have_value("recruit fourx")
    page.keyboard.press("Backspace")
    expect(page.locator("#customer-choices .choices a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"customer={ids['Recruit Four']}\b"))


def test_a_phone_nominates_and_reads_the_list(page_as, ids):
    page = page_as("sam.ortiz@example.com", phone=True)
    page.goto("/nominations/")
    assert_no_sideways_scroll(page)
    nominate(page, "Recruit Two", "Logo")
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="Complete it").click()
    assert_no_sideways_scroll(page)
    expect(page.get_by_label("Name of the new contact")).to_be_hidden()
    page.get_by_label("Who would speak?").select_option("new")
    expect(page.get_by_label("Name of the new contact")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_a_refused_deed_shows_why_and_priya_types_on(page_as, ids, browser, live, scripts):
    sam, priya = page_as("sam.ortiz@example.com"), page_as("priya.nair@example.com", phone=True)
    nominate(sam, "Recruit Three" if scripts else "Recruit Four", "Reference call")
    known = priya.context.storage_state()
    phone = browser.new_context(
        storage_state=known, viewport={"width": 390, "height": 844}, base_url=live.url, java_script_enabled=scripts
    ).new_page()
    phone.goto(sam.url)
    panel = phone.locator("details.deed", has=phone.locator("form[action$='/refuse/']"))
    panel.locator("summary").click()
    panel.get_by_role("textbox").fill("   ")
    panel.get_by_role("button").click()
    expect(panel.get_by_role("textbox")).to_be_focused()
    expect(panel.get_by_text("This field is required.")).to_be_in_viewport()
    expect(phone.locator("#main > .message-error")).to_contain_text("Not done: Refuse.")
    assert_no_sideways_scroll(phone)
    phone.context.close()


def test_a_proposed_company_is_one_that_is_here_or_a_new_one_with_its_csm(page_as, ids):
    sam, priya = page_as("sam.ortiz@example.com"), page_as("priya.nair@example.com", phone=True)
    sam.goto("/nominations/new/?new=Recruit+Works")
    sam.get_by_label("Why this customer?").fill("They sing.")
    sam.get_by_label("Name of the new contact").fill("Ann Veal")
    sam.get_by_label("Logo", exact=True).select_option("maybe")
    sam.get_by_role("button", name="Nominate").click()
    expect(sam.locator("#messages")).to_contain_text("is nominated")
    priya.goto(sam.url)
    assert_accessible(priya)
    assert_no_sideways_scroll(priya)
    looked = priya.get_by_label("Search the customers")
    looked.press_sequentially("recruit tw")
    expect(priya.get_by_label("Recruit One")).to_have_count(0)
    priya.get_by_label("Recruit Two").check()
    expect(priya.get_by_label("Lifecycle")).to_be_hidden()
    with priya.expect_response(re.compile("q=recruit")):
        looked.press("Enter")
    expect(priya.get_by_label("Recruit Two")).to_be_checked()
    looked.fill("")
    priya.get_by_label("Recruit One").check()
    expect(priya.get_by_label("Lifecycle")).to_be_hidden()
    priya.get_by_label("No, enter it as a new customer").check()
    expect(priya.get_by_label("Lifecycle")).to_have_value("live")
    priya.get_by_label("Lifecycle").select_option("onboarding")
    priya.get_by_label("CSM").select_option(label="Maria Chen")
    priya.get_by_role("button", name="Accept").click()
    expect(priya.locator(".page-head")).to_contain_text("it is the turn of Maria Chen")


def test_priya_accepts_a_page_with_the_keyboard_and_the_rest_on_a_phone(page_as, ids):
    page = page_as("priya.nair@example.com")
    page.goto("/nominations/?q=Sudden")
    everyone, last = page.get_by_label("The 4 submitted on this page"), page.get_by_label("Accept Sudden 3")
    everyone.focus()
    page.keyboard.press("Space")
    expect(page.locator("input[name=chosen]:checked")).to_have_count(4)
    last.focus()
    page.keyboard.press("Space")
    expect(everyone).not_to_be_checked()
    expect(page.locator("input[name=chosen]:checked")).to_have_count(3)
    assert_accessible(page)
    page.get_by_role("button", name="Accept the chosen").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("3 nominations are accepted")
    expect(page).to_have_url(re.compile(r"/nominations/\?q=Sudden$"))
    page.go_back()
    expect(page.get_by_label("Accept Sudden 3")).to_be_visible()
    expect(page.locator("input[name=chosen]:checked")).to_have_count(0)
    phone = page_as("priya.nair@example.com", phone=True)
    phone.goto("/nominations/?q=Sudden&state=submitted")
    assert_no_sideways_scroll(phone)
    assert_accessible(phone)
    phone.get_by_label("Accept Sudden 3").check()
    expect(phone.get_by_label("The 1 submitted on this page")).to_be_checked()
    phone.get_by_role("button", name="Accept the chosen").click()
    expect(phone.locator("#messages")).to_contain_text("1 nomination is accepted")
    expect(phone.get_by_text("No nomination matches these filters")).to_be_visible()
