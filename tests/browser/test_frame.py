"""The frame around every page, as Maria meets it."""

from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll


def test_maria_is_logged_in_and_sees_her_menu(page_as):
    page = page_as("maria.chen@example.com")
    page.goto("/")
    assert_accessible(page)
    page.get_by_label("Menu of Maria Chen").click()
    expect(page.get_by_text("maria.chen@example.com")).to_be_visible()
    # What the open menu half covers is no target while it is open.
    assert_accessible(page, within=".menu")


def test_the_home_page_fits_a_phone(page_as):
    page = page_as("maria.chen@example.com", phone=True, dark=True)
    page.goto("/")
    assert_no_sideways_scroll(page)


def test_a_tablet_shows_no_keys_that_a_finger_cannot_press(page_as):
    page = page_as("maria.chen@example.com", phone=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/grid/")
    expect(page.get_by_role("searchbox", name="Search customers and contacts")).to_be_visible()
    expect(page.locator(".topsearch kbd")).to_be_hidden()
    expect(page.locator(".grid-legend")).to_be_hidden()


def test_a_form_pressed_twice_is_sent_once(page_as):
    page = page_as("maria.chen@example.com")
    page.goto("/customers/new/")
    stopped = page.evaluate("""() => {
      const form = document.querySelector("main form[method=post]"), stopped = [];
      window.addEventListener("submit", (event) => {
        stopped.push(event.defaultPrevented);
        event.preventDefault();
      });
      form.noValidate = true;
      form.requestSubmit();
      form.requestSubmit();
      return stopped;
    }""")
    assert stopped == [False, True]


def test_an_error_in_the_browser_is_noticed(page_as, browser_errors):
    page = page_as("maria.chen@example.com")
    page.goto("/")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'var a = 1'}))")
    assert any("Content Security Policy" in error for error in browser_errors)
    browser_errors.clear()
