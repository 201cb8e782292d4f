"""Maria pastes, copies and fills blocks of cells."""

import re

from playwright.sync_api import expect

from tests.browser.checks import assert_accessible

CLIPBOARD = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("%s", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
  return data.getData("text/plain");
}"""


def test_a_block_is_pasted_with_a_preview_saved_at_once_and_undone_at_once(grid):
    page, cell = grid("Blockhead")
    cell(1, "user_group").focus()
    paste(page, "R\tG\tmaybe\nA\tG\tG\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 cells change")
    expect(dialog).to_contain_text("“maybe”")
    expect(dialog).to_contain_text("2 Greens need evidence")
    dialog.get_by_role("button", name="Save 5 changes").click()
    expect(dialog, "nothing is saved before a person has said who agreed").to_be_visible()
    dialog.get_by_label("Record who agreed").check()
    expect(dialog.get_by_label("Blockhead 2")).to_have_text(re.compile("Lucille of Blockhead · Champion"))
    expect(dialog).to_contain_text("Nobody is chosen for: Blockhead 1, Blockhead 2")
    assert_accessible(page)
    dialog.get_by_role("button", name="Every champion agreed").click()
    expect(dialog.get_by_label("Set their Greens to Amber")).to_be_hidden()
    dialog.get_by_label("Blockhead 2").select_option("")
    expect(dialog).to_contain_text("Nobody is chosen for: Blockhead 2")
    dialog.get_by_label("One person for several customers").fill("lucille of blockhead")
    expect(dialog.get_by_label("Set their Greens to Amber")).to_be_hidden()
    dialog.get_by_role("button", name="Save 5 changes").click()
    expect(dialog, "the form of the consent is asked for").to_be_visible()
    dialog.get_by_label("In what form").select_option("email")
    dialog.get_by_label("Agreed on").fill("2026-11-02")
    dialog.get_by_role("button", name="Save 5 changes").click()
    expect(cell(1, "reference_call")).to_have_text("G")
    expect(cell(2, "private_material")).to_have_text("G")
    expect(cell(1, "private_material")).to_have_attribute("data-status", "")
    page.keyboard.press("Control+z")
    expect(cell(1, "reference_call")).to_have_attribute("data-status", "")
    expect(cell(2, "user_group")).to_have_attribute("data-status", "")


def test_an_empty_clipboard_is_said_in_a_line_and_opens_nothing(grid):
    page, cell = grid("Blockhead")
    cell(1, "user_group").focus()
    paste(page, "")
    expect(page.locator("#toasts")).to_contain_text("The clipboard is empty.")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_notes_are_pasted_too_and_the_selection_is_copied_and_filled_down(grid):
    page, cell = grid("Blockhead")
    cell(1, "logo").focus()
    paste(page, "Brand team decides in May\nAsked, no answer yet\n")
    page.get_by_role("dialog").get_by_role("button", name="Save 2 changes").click()
    expect(cell(2, "logo")).to_have_attribute("data-note", "")
    expect(cell(1, "logo"), "the dialog gives the focus back last").to_be_focused()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(cell(2, "logo")).not_to_have_attribute("data-note", "")
    cell(1, "quotation").focus()
    page.keyboard.press("r")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#rag-grid [aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Control+d")
    page.get_by_role("dialog").get_by_role("button", name="Save 2 changes").click()
    expect(cell(3, "quotation")).to_have_text("R")
    expect(cell(2, "quotation"), "the dialog gives the focus back last").to_be_focused()
    cell(1, "quotation").focus()
    page.keyboard.press("Shift+ArrowDown")
    copied = page.evaluate(CLIPBOARD % "copy", "")
    assert copied == "R\nR"


def paste(page, text):
    page.evaluate(CLIPBOARD % "paste", text)


def test_what_cannot_be_saved_is_said_in_front_of_the_dialog(grid, browser_errors):
    page, cell = grid("Blockhead")
    cell(3, "logo").focus()
    paste(page, "R\tA\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 cells change")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Save 2 changes").click()
    expect(dialog.locator("#toasts")).to_contain_text("The server does not answer.")
    browser_errors.clear()
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Save 2 changes").click()
    expect(cell(3, "logo")).to_have_text("R")
    expect(page.locator("#toasts")).to_contain_text("Cells saved: 2.")
    assert page.locator("dialog #toasts").count() == 0
