"""Priya drafts a letter to Sam from the ranking, Eva signs it on her way, and everybody reads it on the board."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

MADE = """
from datetime import UTC, datetime
from core.models import User
from customers.actions import contacts, customers
from references.actions import nomination_decisions, nomination_invitations, nominations, recruiting_settings
from references.actions.nomination_invitations import Agreed
from references.models import Dimension
now = datetime.now(UTC)
sam, priya = (User.objects.get(email=f"{name}@example.com") for name in ("sam.ortiz", "priya.nair"))
recruiting_settings.edit(changes={"capacity": 1000}, by=priya, at=now)
logo = Dimension.objects.get(key="logo")
for number in range(9):
    one = customers.create(name=f"Praised {number}", values={}, by=priya, at=now)
    contact = contacts.create(one, name=f"Lucille {number}", by=priya, at=now)
    said = {"contact": contact, "story": "Big.", "source": "sales"}
    nomination = nominations.submit(customer=one, values=said, willingness={logo: "willing"}, by=sam, at=now)
    nomination = nomination_decisions.accept(nomination, by=priya, at=now)
    nomination = nomination_invitations.invite(nomination, by=priya, at=now)
    nomination_invitations.enrol(nomination, agreed=[Agreed(logo, "amber")], by=priya, at=now)
"""


@pytest.fixture(scope="module")
def praised(live):
    live.shell(MADE)


def test_from_the_top_of_the_ranking_to_a_letter_on_the_board(page_as, praised):
    priya = page_as("priya.nair@example.com")
    priya.goto("/nominations/")
    priya.get_by_role("link", name="Ranking", exact=True).click()
    expect(priya.locator(".place-top").first).to_contain_text("Sam Ortiz")
    assert_accessible(priya)
    priya.get_by_role("searchbox", name="Search the ranking").fill("sam")
    expect(priya.locator(".ranking-table tbody tr")).to_have_count(1)
    expect(priya).to_have_url(re.compile("by=person.*q=sam|q=sam.*by=person"))
    priya.get_by_role("link", name="Draft a letter Sam Ortiz").click()
    expect(priya.get_by_role("textbox", name="Letter")).to_have_value(re.compile("your word brought about"))
    priya.get_by_label("Who signs").select_option(label="Eva Lindqvist")
    assert_accessible(priya)
    priya.get_by_role("button", name="Ask for the signature").click()
    expect(priya.locator("#messages")).to_contain_text("Eva Lindqvist is asked to sign it.")
    eva = page_as("eva.lindqvist@example.com", phone=True)
    eva.goto(priya.url)
    assert_no_sideways_scroll(eva)
    eva.get_by_role("link", name="Edit").click()
    eva.get_by_role("textbox", name="Letter").fill("Dear Sam, nine references in one quarter: thank you.")
    eva.get_by_role("button", name="Sign and send").click()
    expect(eva.locator("#messages")).to_contain_text("Signed")
    assert_accessible(eva, schemes=["dark"])
    sam = page_as("sam.ortiz@example.com")
    sam.goto("/board/")
    expect(sam.locator("#board-list")).to_contain_text("nine references in one quarter")
    assert_accessible(sam)
    sam.goto("/")
    expect(sam.get_by_text("Your place in the ranking")).to_be_visible()


def test_a_phone_reads_the_ranking_and_the_board(page_as, praised):
    page = page_as("sam.ortiz@example.com", phone=True)
    for address in ("/rankings/", "/rankings/?by=team", "/board/", "/recognitions/"):
        page.goto(address)
        assert_no_sideways_scroll(page)
