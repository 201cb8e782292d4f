"""What Maria has just done is taken back, and what could not be done leaves the page as it was."""

import re

from playwright.sync_api import expect


def test_control_z_takes_back_the_last_key(grid):
    page, cell = grid("Undoable")
    cell(1, "logo").focus()
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Undoable 1 · Logo is Amber.")
    page.keyboard.press("r")
    expect(page.locator("#toasts")).to_contain_text("is Red.")
    page.keyboard.press("Control+z")
    expect(cell(1, "logo")).to_have_text("A")
    page.keyboard.press("Control+z")
    expect(cell(1, "logo")).to_have_attribute("data-status", "")
    page.keyboard.press("a")
    page.get_by_role("button", name="Undo").click()
    expect(cell(1, "logo")).to_have_attribute("data-status", "")


def test_control_z_right_after_a_key_takes_back_that_key_and_says_which_cell_it_was(grid):
    page, cell = grid("Undoable")
    cell(2, "logo").focus()
    page.keyboard.press("r")
    expect(page.locator("#toasts")).to_contain_text("is Red.")
    # The server takes its time, so that Control+Z comes before the answer.
    page.evaluate(
        "() => { const real = window.fetch;"
        " window.fetch = async (...a) => { await new Promise((d) => setTimeout(d, 400)); return real(...a); }; }"
    )
    cell(3, "logo").focus()
    page.keyboard.press("a")
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("Undone: Undoable 3 · Logo is Blank.")
    expect(cell(3, "logo")).to_have_attribute("data-status", "")
    expect(cell(2, "logo")).to_have_text("R")


def test_control_z_pressed_quickly_takes_back_one_change_after_the_other(grid):
    page, cell = grid("Undoable")
    dimensions = ("press_release", "quotation", "case_study")
    for dimension in dimensions:
        cell(1, dimension).focus()
        page.keyboard.press("r")
        expect(page.locator("#toasts")).to_contain_text("is Red.")
        expect(cell(1, dimension)).not_to_have_class(re.compile("is-saving"))
    for _press in dimensions:
        page.keyboard.press("Control+z")
    for dimension in dimensions:
        expect(cell(1, dimension)).to_have_attribute("data-status", "")
    expect(page.locator("#toasts .is-error")).to_have_count(0)
    for _press in dimensions:
        page.keyboard.press("Control+Shift+z")
    for dimension in dimensions:
        expect(cell(1, dimension)).to_have_text("R")


def test_a_cell_that_cannot_be_opened_leaves_the_open_one_as_it_is(grid, browser_errors):
    page, cell = grid("Offliner")
    cell(1, "logo").click()
    expect(page.locator("#id_note")).to_be_visible()
    expect(page).to_have_url(re.compile("/logo/"))
    before = page.url
    page.context.set_offline(True)
    cell(2, "logo").click()
    expect(page.locator("#toasts")).to_contain_text("could not be opened")
    assert page.url == before
    browser_errors.clear()
    page.context.set_offline(False)
    cell(3, "logo").click()
    expect(page.locator("#cell-title")).to_contain_text("Offliner 3")
