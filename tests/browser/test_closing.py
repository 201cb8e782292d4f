"""Priya closes a quarter in the browser, and anybody can follow its number down to the cell change."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from references.models import Closing
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.references.ledger import company, green, set_cell

NEW_YEAR = datetime(2027, 1, 2, 9, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def at_new_year():
    """The clock of the program, not of the browser."""
    with time_machine.travel(NEW_YEAR, tick=True):
        yield


def logged_in(new_context, server, user):
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    context = new_context(base_url=server.url, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": server.url}])
    return context.new_page()


def test_priya_closes_the_quarter(transactional_db, live_server, new_context, at_new_year, maria, priya):
    green("Acme", by=maria)
    set_cell(company("Bluth"), "amber", by=maria)
    page = logged_in(new_context, live_server, priya)
    page.goto("/quarters/")
    page.get_by_role("link", name="Close it").click()
    expect(page.get_by_text("2026-Q4 has ended.")).to_be_visible()
    expect(page.get_by_text("has no next action")).to_be_visible()
    assert_accessible(page)
    button = page.get_by_role("button", name="Close 2026-Q4 for ever")
    button.click()
    assert not Closing.objects.exists(), "the box was not ticked"
    page.get_by_role("checkbox").check()
    button.click()
    page.get_by_text("2026-Q4 is closed with a count of 1.").wait_for()
    closing = Closing.objects.get()
    assert (closing.count, closing.closed_by) == (1, priya)
    expect(page.get_by_text(closing.seal)).to_be_visible()


def test_a_closed_quarter_explains_itself(live, page_as):
    label = live.shell("from references.models import Closing; print(Closing.objects.first().quarter)").strip()
    page = page_as("priya.nair@example.com")
    page.goto("/quarters/")
    page.get_by_role("link", name=label, exact=True).click()
    page.locator("#movements-gained summary").click()
    movement = page.locator("#movements-gained tbody tr").first
    expect(movement.get_by_role("link").first).to_be_visible()
    page.get_by_role("link", name="Verify now").click()
    page.get_by_text("entries, seal and history agree").wait_for()
    name = page.locator("#entry-list tbody th").first.inner_text()
    page.get_by_role("searchbox", name="Search the entries").press_sequentially(name)
    page.wait_for_url("**q=*")
    found = page.locator("#entry-list tbody th").all_inner_texts()
    assert found
    assert all(name.lower() in other.lower() for other in found)
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_no_sideways_scroll(page)
