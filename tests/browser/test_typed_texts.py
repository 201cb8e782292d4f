"""What Maria typed stands there again when her form was not taken: logged out meanwhile, or sent too much at once.

What Sam had not sent yet stands there again when he loads the page anew or goes back to it.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.conftest import PASSWORD

MARIA = "maria.chen@example.com"
SAM, NOMINATE = "sam.ortiz@example.com", "/nominations/new/?new=Sewing+Circle"
AGAIN = "What you had typed stands here again. It is not saved yet."
MADE = """
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import customers
now = datetime.now(UTC)
maria = User.objects.get(email="maria.chen@example.com")
deeds = ("edit", "churn", "nominate", "second", "large", "sent")
made = {deed: customers.create(name=f"Thimble {deed}", values={"csm": maria}, by=maria, at=now) for deed in deeds}
print(json.dumps({deed: one.pk for deed, one in made.items()}))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(MADE))


def drafts(page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('typed'))")


def logged_in_again(page, address: str) -> None:
    page.locator("input[name=login]").fill(MARIA)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(re.escape(address)))


def test_what_was_typed_while_the_session_ended_stands_there_again_after_the_log_in(page_as, ids):
    page = page_as(MARIA)
    address = f"/customers/{ids['edit']}/edit/"
    page.goto(address)
    page.get_by_label("Industry").fill("Cheese and butter")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You had been logged out, so what you wrote was not saved.")).to_be_visible()
    logged_in_again(page, address)
    expect(page.get_by_label("Industry")).to_have_value("Cheese and butter")
    expect(page.get_by_text(AGAIN)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Cheese and butter").first).to_be_visible()
    assert drafts(page) == []
    page.goto(address)
    expect(page.get_by_text(AGAIN)).to_have_count(0)


def test_what_was_saved_just_before_the_session_ended_does_not_stand_there_again(page_as):
    page = page_as(MARIA)
    page.goto("/customers/new/")
    page.locator("input[name=name]").fill("Wickerwork Sisters")
    form = page.locator("form:has(input[name=name])")
    form.dispatch_event("submit", {"bubbles": True, "cancelable": True})
    assert drafts(page) == ["typed /customers/new/"]
    sent = {"name": "Wickerwork Sisters", "lifecycle": "live"} | {
        "csrfmiddlewaretoken": form.locator("[name=csrfmiddlewaretoken]").first.input_value()
    }
    answer = page.request.post("/customers/new/", form=sent, headers={"Referer": page.url}, max_redirects=0)
    assert answer.status == 302, answer.text()
    page.context.clear_cookies(name="sessionid")
    page.goto(answer.headers["location"])
    expect(page.get_by_text("Wickerwork Sisters is entered.")).to_be_visible()
    expect(page.locator("input[name=login]")).to_be_visible()
    assert drafts(page) == []


def sent_while_logged_out(page, address: str, name: str, text: str):
    """The field with the text that stands there again after the log-in."""
    page.goto(address)
    field = page.locator(f"main form[method=post] [name={name}]")
    field.fill(text)
    page.context.clear_cookies(name="sessionid")
    field.evaluate("field => field.form.noValidate = true")
    field.evaluate("field => field.form.requestSubmit()")
    logged_in_again(page, address)
    expect(field).to_have_value(text)
    return field


@pytest.mark.parametrize(
    ("address", "deed", "name"),
    [
        ("/customers/%d/edit/", "edit", "name"),
        ("/customers/%d/churn/", "churn", "reason"),
        ("/nominations/new/?customer=%d", "nominate", "story"),
    ],
)
def test_it_stands_there_until_it_is_saved_or_discarded(page_as, ids, address, deed, name):
    """Maria reloads the page, goes on typing, and reloads it again."""
    page = page_as(MARIA)
    field = sent_while_logged_out(page, address % ids[deed], name, "Thimbles of brass")
    before = field.evaluate("field => field.defaultValue")
    for text in ("Thimbles of brass", "Thimbles of silver"):
        field.fill(text)
        page.reload()
        expect(page.get_by_text(AGAIN)).to_be_visible()
        expect(field).to_have_value(text)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    expect(field).to_have_value(before)
    assert drafts(page) == []
    page.reload()
    expect(field).to_have_value(before)


def test_another_form_that_is_saved_meanwhile_leaves_it_there(page_as, ids):
    page = page_as(MARIA, phone=True)
    address = f"/customers/{ids['second']}/edit/"
    industry = sent_while_logged_out(page, address, "industry", "Thimbles")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.goto(f"/customers/{ids['churn']}/edit/")
    page.locator("input[name=industry]").fill("Needles")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Needles").first).to_be_visible()
    page.goto(address)
    expect(industry).to_have_value("Thimbles")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Thimbles").first).to_be_visible()
    assert drafts(page) == []


def test_after_too_much_at_once_it_stands_there_again_in_words_that_are_true(page_as, ids, browser_errors):
    """Nobody was logged out."""
    page = page_as(MARIA)
    address = f"/nominations/new/?customer={ids['large']}"
    page.goto(address)
    story = page.locator("textarea[name=story]")
    story.evaluate("field => { field.value = 'thimble '.repeat(400_000); field.form.noValidate = true; }")
    story.evaluate("field => field.form.requestSubmit()")
    expect(page.get_by_text("This is more than a form takes at once")).to_be_visible()
    browser_errors.clear()
    page.goto(address)
    expect(page.get_by_text(AGAIN)).to_be_visible()
    assert story.evaluate("field => field.value.length") == 3_200_000


def test_what_a_browser_does_not_keep_is_sent_all_the_same(page_as, ids, browser_errors):
    """Chromium keeps five million letters of a site; the form goes on as without its draft, and none older stays."""
    page = page_as(MARIA)
    page.goto(f"/nominations/new/?customer={ids['large']}")
    story = page.locator("textarea[name=story]")
    story.evaluate("field => { field.value = 'thimble '.repeat(750_000); field.form.noValidate = true; }")
    story.evaluate("field => field.form.requestSubmit()")
    expect(page.get_by_text("This is more than a form takes at once")).to_be_visible()
    assert not [error for error in browser_errors if "quota" in error.lower()]
    assert drafts(page) == []
    browser_errors.clear()


def typed_by_sam(page):
    """The field in which he has written why, and has sent nothing."""
    page.goto(NOMINATE)
    story = page.locator("textarea[name=story]")
    story.fill("They sew faster than ever")
    return story


def test_what_sam_had_not_sent_stands_there_again_after_a_reload_until_he_discards_it(page_as):
    page = page_as(SAM)
    page.goto(NOMINATE)
    page.reload()
    assert drafts(page) == [], "he has not typed anything"
    story = typed_by_sam(page)
    for text in ("They sew faster than ever", "They sew twice as fast"):
        story.fill(text)
        page.reload()
        expect(story).to_have_value(text)
        expect(page.get_by_text(AGAIN)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Discard it").click()
    expect(story).to_have_value("")
    page.reload()
    expect(story).to_have_value("")
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert drafts(page) == []


def test_who_leaves_a_form_and_opens_it_again_finds_a_fresh_one_and_who_goes_back_does_not(page_as):
    page = page_as(SAM)
    story = typed_by_sam(page)
    page.goto("/nominations/")
    page.go_back()
    expect(story).to_have_value("They sew faster than ever")
    page.locator("main form[method=post]").get_by_role("link", name="Cancel").click()
    expect(story).to_have_count(0)
    page.goto(NOMINATE)
    expect(story).to_have_value("")
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert drafts(page) == []


def test_what_was_sent_and_taken_does_not_stand_there_again_after_going_back(page_as, ids):
    page = page_as(MARIA)
    page.goto(f"/customers/{ids['sent']}/edit/")
    industry = page.locator("input[name=industry]")
    industry.fill("Pins")
    page.reload()
    expect(page.get_by_text(AGAIN)).to_be_visible()
    expect(industry).to_have_value("Pins")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Pins").first).to_be_visible()
    assert drafts(page) == []
    page.go_back()
    expect(page).to_have_url(re.compile("/edit/"))
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert drafts(page) == []


def test_what_was_not_sent_when_a_reload_finds_the_session_ended_stands_there_after_the_log_in(page_as):
    page = page_as(MARIA)
    page.goto("/customers/new/")
    name = page.locator("input[name=name]")
    name.fill("Bobbin and Sons")
    page.context.clear_cookies(name="sessionid")
    page.reload()
    logged_in_again(page, "/customers/new/")
    expect(name).to_have_value("Bobbin and Sons")
    expect(page.get_by_text(AGAIN)).to_be_visible()


def test_who_logs_out_leaves_nothing_behind_in_the_browser(page_as):
    page = page_as(SAM)
    typed_by_sam(page)
    page.goto("/nominations/")
    assert drafts(page) == [f"typed {NOMINATE}"]
    page.context.clear_cookies(name="sessionid")
    page.goto("/accounts/login/")
    assert drafts(page) == []
