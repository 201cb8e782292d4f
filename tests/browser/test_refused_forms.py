"""What the server refuses comes back with the cursor where something is wrong; a keyboard goes on from there."""

import pytest
from playwright.sync_api import expect

PRIYA, MARIA = "priya.nair@example.com", "maria.chen@example.com"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_refused_setting_has_the_cursor_and_stands_in_view(page_as, width):
    page = page_as(PRIYA)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/settings/recruiting/")
    capacity = page.get_by_label("Invitations a month")
    capacity.evaluate("field => field.removeAttribute('max')")
    capacity.fill("99999")
    capacity.press("Enter")
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    expect(page.get_by_label("Invitations a month")).to_be_focused()
    expect(page.get_by_label("Invitations a month")).to_be_in_viewport()


def test_a_page_that_refuses_nothing_leaves_the_cursor_where_it_begins(page_as):
    page = page_as(PRIYA)
    page.goto("/settings/recruiting/")
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()


def test_a_refusal_that_is_about_no_field_is_read_first(page_as, live):
    """Two people edit one customer; the second is shown what the first said, and begins there."""
    made = live.shell(
        "from datetime import UTC, datetime\nfrom core.models import User\nfrom customers.actions import customers\n"
        "maria, now = User.objects.get(email='maria.chen@example.com'), datetime.now(UTC)\n"
        "print(customers.create(name='Refusal Works', values={'csm': maria}, by=maria, at=now).pk)"
    )
    page, other = page_as(MARIA), page_as(PRIYA)
    for one, industry in ((page, "Mining"), (other, "Forestry")):
        one.goto(f"/customers/{made.strip()}/edit/")
        one.get_by_label("Industry").fill(industry)
    for one in (other, page):
        one.get_by_label("Industry").press("Enter")
        one.wait_for_load_state()
    conflict = page.locator("main [role=alert]").first
    expect(conflict).to_contain_text("Forestry")
    expect(conflict).to_be_focused()
    expect(conflict).to_be_in_viewport()
