"""Logging in, the second factor, tokens and invitations, as people do them in the browser."""

import re

from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

ADMIN = "alex.kim@example.com"


def invite(page, address: str, name: str) -> None:
    page.goto("/people/invite/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Support").check()
    page.get_by_role("button", name="Send the invitation").click()


def test_the_log_in_page_refuses_and_admits(page_as, log_in):
    page = page_as(None)
    page.goto("/accounts/login/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("E-mail").fill("maria.chen@example.com")
    page.get_by_label("Password", exact=False).first.fill("not her password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("not correct")).to_be_visible()
    assert_accessible(page)
    log_in(page, "maria.chen@example.com")
    expect(page.get_by_role("heading", name="Hello, Maria")).to_be_visible()


def test_an_invited_person_chooses_a_password_sets_up_the_app_and_logs_in_with_it(page_as, live):
    """From the invitation to the first log-in with a second factor."""
    invite(page_as(ADMIN), "noah.newman@example.com", "Noah Newman")
    live.shell("from people import tasks; tasks.send_invitations()")
    letter = next(one for one in reversed(live.mails()) if "noah.newman@example.com" in one)
    page = page_as(None)
    page.goto(re.search(r"/accounts/password/reset/key/\S+", letter.replace("=\n", ""))[0])
    assert_accessible(page)
    for field in page.locator("input[type=password]").all():
        field.fill("a long walk by the sea")
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("heading", name="Hello, Noah")).to_be_visible()

    page.goto("/accounts/2fa/totp/activate/")
    confirm(page, "a long walk by the sea")
    assert_accessible(page)
    secret = page.get_by_label("type this key").input_value()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    assert_accessible(page)

    page.get_by_label("Menu of Noah Newman").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("E-mail").fill("noah.newman@example.com")
    page.locator("input[name=password]").fill("a long walk by the sea")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert_accessible(page)
    page.locator("input[name=code]").fill(recovery)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Hello, Noah")).to_be_visible()


def test_a_passkey_is_added_and_opens_the_account_without_a_password(page_as, live, browser_errors):
    invite(page_as(ADMIN), "petra.klein@example.com", "Petra Klein")
    live.shell(
        "from core.models import User; from core.actions import people; from django.utils import timezone;"
        "user = User.objects.get(email='petra.klein@example.com');"
        "people.set_password(user, password='a long walk by the sea', by=None, at=timezone.now())"
    )
    page = page_as(None)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": kind | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    home = live.url.replace("127.0.0.1", "localhost")
    page.goto(f"{home}/accounts/login/")
    page.get_by_label("E-mail").fill("petra.klein@example.com")
    page.locator("input[name=password]").fill("a long walk by the sea")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Hello, Petra")).to_be_visible()
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    confirm(page, "a long walk by the sea")
    page.get_by_label("without the password").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Hello, Petra")).to_be_visible()
    browser_errors[:] = [error for error in browser_errors if f"asks another host: {home}" not in error]


def test_a_token_is_shown_once_and_works(page_as, live):
    page = page_as("maria.chen@example.com")
    page.goto("/profile/")
    page.get_by_role("link", name="New token").click()
    page.get_by_label("What is it for?").fill("nightly export")
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_label("Your new token").input_value()
    assert_accessible(page)
    answer = page.request.get("/api/v1/dimensions/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 200
    page.get_by_role("link", name="Done").click()
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke nightly export").click()
    expect(page.get_by_text("no longer works")).to_be_visible()
    assert page.request.get("/api/v1/dimensions/", headers={"Authorization": f"Bearer {secret}"}).status == 401


def test_people_are_found_while_typing_and_fit_a_phone(page_as):
    page = page_as(ADMIN, phone=True)
    page.goto("/people/")
    page.get_by_placeholder("Name or e-mail").press_sequentially("jonas")
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    assert page.url.endswith("q=jonas&role=&state=")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def confirm(page, password: str) -> None:
    """Changing how one logs in asks for the password once more."""
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    assert_accessible(page)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Confirm").click()


def code_of(secret: str) -> str:
    """What the app shows now; the first of the counters that are accepted belongs to half a minute ago."""
    _earlier, now, _later = yield_hotp_counters_from_time()
    return f"{hotp_value(secret, now):06d}"
