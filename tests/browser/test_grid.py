"""Maria works the grid with the keyboard, the mouse and a phone."""

import re

from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll


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


def test_the_first_arrow_on_a_fresh_page_leads_into_the_grid_and_enter_opens_the_cell(grid):
    page, cell = grid("Keystroke")
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(1, "press_release")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-title")).to_contain_text("Keystroke 2")


def test_the_first_arrow_stays_where_the_grid_was_scrolled_to_and_works_after_a_click_beside_it(page_as):
    page = page_as("maria.chen@example.com")
    page.goto("/grid/")
    page.locator(".grid-frame").evaluate("frame => frame.scrollTop = 300")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#rag-grid .cell:focus")).to_be_in_viewport()
    assert page.locator(".grid-frame").evaluate("frame => frame.scrollTop") > 200
    assert page.locator("#rag-grid .cell:focus").evaluate("cell => cell.closest('tr').sectionRowIndex") > 3


def test_a_cell_opened_by_a_link_is_scrolled_to_and_marked(page_as):
    page = page_as("maria.chen@example.com")
    page.goto("/grid/")
    cell = page.locator("#rag-grid tbody tr").last.locator(".cell").last
    expect(cell).not_to_be_in_viewport()
    address = cell.get_attribute("href")
    page.goto(address)
    opened = page.locator(f'#rag-grid .cell[href="{address}"]')
    expect(opened).to_have_class(re.compile("is-open"))
    expect(opened).to_be_in_viewport()


def test_beside_an_empty_table_an_unsaved_note_is_asked_about_and_hidden_parts_are_hidden(grid):
    page, cell = grid("Keystroke")
    address = cell(1, "logo").get_attribute("href")
    page.goto(f"{address}?q=nobody-is-called-so")
    expect(page.locator("[data-shown-for]").first).to_be_hidden()
    page.get_by_label("Note", exact=True).press_sequentially("Not lost.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Note", exact=True)).to_have_value(re.compile("Not lost"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cell-saved")).to_be_visible()


def test_the_question_mark_lists_the_keys(grid):
    page, cell = grid("Keystroke")
    cell(1, "logo").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys in the grid")).to_contain_text("undo your last change")
    assert_accessible(page, schemes=("light",))
    page.keyboard.press("Escape")
    expect(cell(1, "logo")).to_be_focused()


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


def test_writing_goes_on_where_a_note_ends_and_what_was_saved_is_not_said_of_what_is_new(grid):
    page, cell = grid("Panelbeat")
    cell(2, "case_study").focus()
    page.keyboard.press("n")
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type("Legal reads it")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cell-saved")).to_be_visible()
    expect(cell(2, "case_study")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type(".")
    expect(page.locator("#id_note")).to_have_value("Legal reads it.")
    expect(page.locator(".cell-saved")).to_have_count(0)


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


def test_a_key_without_a_network_is_taken_back_and_said(grid, browser_errors):
    page, cell = grid("Offliner")
    page.context.set_offline(True)
    cell(1, "logo").focus()
    page.keyboard.press("g")
    expect(page.locator("#toasts")).to_contain_text("The server does not answer.")
    expect(cell(1, "logo")).to_have_attribute("data-status", "")
    browser_errors.clear()


def test_that_the_server_did_not_answer_is_out_of_date_when_it_says_that_maria_was_logged_out(grid, browser_errors):
    page, cell = grid("Offliner")
    page.context.set_offline(True)
    cell(2, "quotation").focus()
    page.keyboard.press("r")
    expect(page.locator("#toasts")).to_contain_text("The server does not answer.")
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("r")
    expect(page.locator("#toasts")).to_contain_text("you have been logged out")
    expect(page.locator("#toasts .is-error")).to_have_count(1)
    expect(page.locator("#toasts")).not_to_contain_text("does not answer")
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
    page.locator("summary", has_text="Status").click()
    page.get_by_role("checkbox", name="Green").check()
    page.locator(".grid-status-form:visible button").click()
    expect(page.locator(".chip-on")).to_contain_text("Reference call: Green")
    assert page.locator("#rag-grid tbody tr").count() == int(
        page.locator('[data-greens="reference_call"]').inner_text()
    )
