"""Maria works the grid with the keyboard, the mouse and a phone."""

import json
import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

MADE = """
import json
from datetime import UTC, datetime
from core.models import User
from customers.actions import contacts, customers
now = datetime.now(UTC)
maria = User.objects.get(email="maria.chen@example.com")
ids = {}
for name in %r:
    ids[name] = []
    for number in (1, 2, 3):
        one = customers.create(name=f"{name} {number}", values={"csm": maria, "region": %r}, by=maria, at=now)
        contacts.create(one, name=f"Lucille of {name}", values={"roles": ["champion"]}, by=maria, at=now)
        ids[name].append(one.pk)
print(json.dumps(ids))
"""
CLIPBOARD = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("%s", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
  return data.getData("text/plain");
}"""
NAMES = ["Keystroke", "Evidence Co", "Panelbeat", "Blockhead", "Undoable", "Guarded", "Pocket", "Offliner"]


@pytest.fixture(scope="module")
def region():
    """A region of this run's own: others may run the same tests on the same server at the same time."""
    return f"Region {uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def ids(live, region):
    return json.loads(live.shell(MADE % (NAMES, region)))


@pytest.fixture
def grid(page_as, ids, region):
    """The grid narrowed to three customers that nobody else changes, and the cell (row, dimension) of it."""

    def open_grid(name, email="maria.chen@example.com", **kind):
        page = page_as(email, **kind)
        page.goto(f"/grid/?{urlencode({'q': name, 'region': region})}")

        def cell(number, dimension):
            return page.locator(f"#rag-cell-{ids[name][number - 1]}-{dimension}")

        return page, cell

    return open_grid


def status_of(cell):
    return cell.get_attribute("data-status")


def test_maria_sets_statuses_with_keys_and_they_are_there_after_a_reload(grid):
    page, cell = grid("Keystroke")
    cell(1, "press_release").focus()
    page.keyboard.press("r")
    assert status_of(cell(1, "press_release")) == "red", "painted before the server answers"
    page.keyboard.press("ArrowRight")
    expect(cell(1, "quotation")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("g")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("g")
    page.keyboard.press("Backspace")
    expect(page.locator(".is-saving")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Keystroke 2 · Quotation is Blank.")
    page.reload()
    expect(cell(1, "press_release")).to_have_text("R")
    expect(cell(1, "quotation")).to_have_text("G")
    expect(cell(2, "quotation")).to_have_attribute("aria-label", "Blank")
    expect(page.locator('[data-greens="quotation"]')).to_have_text("1")


def test_the_arrows_home_end_and_page_keys_move_as_in_a_spreadsheet(grid):
    page, cell = grid("Keystroke")
    cell(1, "press_release").focus()
    page.keyboard.press("Control+End")
    expect(cell(3, "investor_material")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Keystroke 3")).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(1, "press_release")).to_be_focused()
    page.keyboard.press("End")
    expect(cell(1, "investor_material")).to_be_focused()
    page.keyboard.press("PageDown")
    expect(cell(3, "investor_material")).to_be_focused()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#grid-definition")).to_contain_text("private investment material")
    expect(page.locator('#rag-grid tbody [tabindex="0"]')).to_have_count(1)


def test_the_question_mark_lists_the_keys(grid):
    page, cell = grid("Keystroke")
    cell(1, "logo").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys in the grid")).to_contain_text("undo your last change")
    assert_accessible(page, schemes=("light",))
    page.keyboard.press("Escape")
    expect(cell(1, "logo")).to_be_focused()


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


def test_green_on_the_pay_trigger_opens_the_panel_at_the_evidence_and_counts_after_it(grid):
    page, cell = grid("Evidence Co")
    cell(1, "reference_call").focus()
    page.keyboard.press("g")
    expect(page.get_by_label("Who agreed")).to_be_focused()
    page.get_by_label("Who agreed").select_option("new")
    page.get_by_label("Name", exact=True).fill("Gob of Evidence Co")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#cell-panel")).to_contain_text("Counts today")
    expect(page.locator("#cell-panel")).to_contain_text("Gob of Evidence Co")
    expect(cell(1, "reference_call")).to_have_text("G")


def test_a_green_without_evidence_is_refused_in_the_panel_and_keeps_what_was_typed(grid):
    page, cell = grid("Evidence Co")
    cell(2, "reference_call").click()
    page.locator(".segment[data-status=green]").click()
    page.locator("#id_note").fill("She said yes on the phone.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#cell-panel .invalid-feedback")).to_contain_text("Green only with evidence")
    expect(page.locator("#id_note")).to_have_value("She said yes on the phone.")
    assert status_of(cell(2, "reference_call")) == ""


def test_the_panel_saves_note_action_and_owner_and_shows_the_history(grid):
    page, cell = grid("Panelbeat")
    cell(1, "case_study").focus()
    page.keyboard.press("n")
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type("Legal reads the draft.")
    page.locator(".segment[data-status=amber]").click()
    page.get_by_label("Next action to turn it Green").fill("Call legal")
    page.get_by_label("Due").fill("2020-02-03")
    page.get_by_label("Owner", exact=True).select_option(label="Maria Chen")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(cell(1, "case_study")).to_have_attribute("aria-label", "Amber, note, action overdue")
    expect(page.locator(".cell-history")).to_contain_text("from blank · Maria Chen")
    expect(cell(1, "case_study")).to_be_focused()
    assert re.search(r"/grid/\d+/case_study/\?q=Panelbeat&", page.url), "the panel has an address"
    page.reload()
    expect(page.locator("#id_note")).to_have_value("Legal reads the draft.")
    page.keyboard.press("Escape")
    expect(page.locator("#cell-panel")).to_have_count(0)
    assert "/grid/?q=Panelbeat&" in page.url


def test_unsaved_text_is_not_lost_by_a_click_elsewhere(grid):
    page, cell = grid("Guarded")
    cell(1, "logo").click()
    page.locator("#id_note").fill("Half a thou")
    page.once("dialog", lambda dialog: dialog.dismiss())
    cell(2, "logo").click()
    expect(page.locator("#id_note")).to_have_value("Half a thou")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#cell-panel")).to_have_count(0)


def test_a_block_is_pasted_with_a_preview_saved_at_once_and_undone_at_once(grid):
    page, cell = grid("Blockhead")
    cell(1, "user_group").focus()
    paste(page, "R\tG\tmaybe\nA\tG\tG\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 cells change")
    expect(dialog).to_contain_text("“maybe”")
    expect(dialog).to_contain_text("2 Greens need evidence")
    expect(dialog.get_by_label("Blockhead 2")).to_have_text(re.compile("Lucille of Blockhead · Champion"))
    dialog.get_by_label("Blockhead 2").select_option("")
    expect(dialog).to_contain_text("Nobody is chosen for: Blockhead 2")
    assert_accessible(page)
    dialog.get_by_label("One person for several customers").fill("lucille of blockhead")
    expect(dialog.get_by_label("Set their Greens to Amber")).to_be_hidden()
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
    cell(1, "quotation").focus()
    page.keyboard.press("r")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#rag-grid [aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Control+d")
    page.get_by_role("dialog").get_by_role("button", name="Save 2 changes").click()
    expect(cell(3, "quotation")).to_have_text("R")
    cell(1, "quotation").focus()
    page.keyboard.press("Shift+ArrowDown")
    copied = page.evaluate(CLIPBOARD % "copy", "")
    assert copied == "R\nR"


def paste(page, text):
    page.evaluate(CLIPBOARD % "paste", text)


def test_a_key_without_a_network_is_taken_back_and_said(grid, browser_errors):
    page, cell = grid("Offliner")
    page.context.set_offline(True)
    cell(1, "logo").focus()
    page.keyboard.press("g")
    expect(page.locator("#toasts")).to_contain_text("The server does not answer.")
    expect(cell(1, "logo")).to_have_attribute("data-status", "")
    browser_errors.clear()


def test_sam_reads_the_grid_and_can_edit_nothing(grid):
    page, cell = grid("Keystroke", "sam.ortiz@example.com")
    cell(3, "logo").focus()
    page.keyboard.press("g")
    expect(page.locator("#toasts")).to_contain_text("You can read this cell")
    assert status_of(cell(3, "logo")) == ""
    page.keyboard.press("Enter")
    expect(page.locator("#cell-panel")).to_contain_text("Nobody has written here yet")
    expect(page.locator("#cell-form")).to_have_count(0)
    assert_accessible(page)


def test_a_phone_reads_everything_and_edits_a_cell(grid):
    page, cell = grid("Pocket", phone=True)
    assert_no_sideways_scroll(page)
    cell(1, "press_release").click()
    page.locator(".segment[data-status=green]").click()
    page.locator("#id_note").fill("From the train")
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#cell-panel")).to_have_count(0)
    expect(cell(1, "press_release")).to_have_attribute("aria-label", "Green, note")


def test_the_whole_grid_passes_axe_in_light_and_dark(page_as):
    page = page_as()
    page.goto("/grid/")
    assert_accessible(page)
    page.get_by_text("Status in dimension").click()
    page.get_by_role("checkbox", name="Green").check()
    page.locator(".grid-status-form:visible button").click()
    expect(page.locator(".chip-on")).to_contain_text("Reference call: Green")
    assert page.locator("#rag-grid tbody tr").count() == int(
        page.locator('[data-greens="reference_call"]').inner_text()
    )
