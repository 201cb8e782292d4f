"""Maria notes what Lucille referred, briefs her and thanks her; every page of it is fit for everybody."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.conftest import DESKTOP, PHONE

MADE = """
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import contacts, customers
now = datetime.now(UTC)
maria = User.objects.get(email="maria.chen@example.com")
customers.create(name="Sitwell Listens", values={"csm": maria}, by=maria, at=now)
one = customers.create(name="Bluth Speaks", values={"csm": maria}, by=maria, at=now)
values = {"evangelist_level": "unprompted", "email": "lucille.bluth-austero@a-very-long-name-of-a-company.example.com"}
lucille = contacts.create(one, name="Lucille Speaks", values=values, by=maria, at=now)
print(json.dumps(lucille.pk))
"""


@pytest.fixture(scope="module")
def lucille(live):
    return json.loads(live.shell(MADE))


def assert_fit(page):
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_no_sideways_scroll(page)
    page.set_viewport_size(DESKTOP)


def test_referred_briefed_invited_and_thanked(page_as, lucille):
    page = page_as("maria.chen@example.com")
    page.goto("/evangelists/")
    page.get_by_role("searchbox", name="Search evangelists").fill("Lucille Spe")
    page.get_by_role("link", name="Lucille Speaks").click()
    assert_fit(page)
    page.get_by_role("link", name="They referred us").click()
    page.get_by_label("Company").fill("Sitwell Enterprises")
    page.get_by_label("Customer that came of it").fill("sitwell li")
    expect(page.locator("#customer-names option")).to_have_attribute("value", "Sitwell Listens")
    page.get_by_label("Customer that came of it").fill("Sitwell Listens")
    assert_fit(page)
    page.get_by_role("button", name="Note the referral").click()
    expect(page.locator("#messages")).to_contain_text("Say thank you while it is fresh")
    page.get_by_role("button", name="Briefed today").click()
    expect(page.locator("#messages")).to_contain_text("is up to date")
    page.get_by_role("link", name="Say thank you").click()
    page.get_by_label("What for").fill("Sitwell")
    page.get_by_label("Words of thanks").fill("Thank you, Lucille!")
    page.get_by_role("button", name="Prepare the mail").click()
    expect(page.get_by_role("link", name="Open it in your mail program")).to_have_attribute(
        "href", re.compile("^mailto:lucille.*subject=Sitwell&body=Thank%20you%2C%20Lucille%21$")
    )
    assert_fit(page)
    page.get_by_role("button", name="It is said: note it").click()
    expect(page.locator("main")).to_contain_text("Thank you, Lucille!")


def test_invited_filtered_and_ticked(page_as, lucille):
    page = page_as("maria.chen@example.com")
    page.goto("/occasions/new/")
    page.get_by_label("Title").fill("What is new for Bluth")
    page.get_by_label("Day").fill("2026-01-15")
    page.get_by_role("button", name="Enter, then invite").click()
    page.get_by_role("searchbox", name="Search contacts").fill("Lucille Spe")
    expect(page.get_by_role("button", name="Invite the 1 person shown")).to_be_visible()
    assert_fit(page)
    page.get_by_label("Lucille Speaks").check()
    page.get_by_role("button", name="Invite the ticked").click()
    page.get_by_label("Lucille Speaks").check()
    page.get_by_role("button", name="Was there", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Noted for 1 guest.")
    assert_fit(page)


@pytest.mark.parametrize("address", ["/referrals/", "/occasions/", "/thanks/", "/thanks/new/", "/evangelists/growth/"])
def test_the_other_pages_are_fit_for_everybody(page_as, lucille, address):
    page = page_as("maria.chen@example.com")
    page.goto(address)
    assert_fit(page)
