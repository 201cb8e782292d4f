"""Maria goes on writing, or goes away, while a cell is being saved over a slow line."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def slow(grid):
    """The grid over a line on which every answer takes most of a second."""
    page, cell = grid("Panelbeat")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 800, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", conditions)
    return page, cell


def customer_of(cell):
    return cell.get_attribute("href").split("/")[2]


def write(page, cell, number, dimension, text):
    cell(number, dimension).click()
    note = page.locator("#id_note")
    note.fill(text)
    note.focus()
    page.keyboard.press("End")
    return note


def test_what_maria_types_while_a_cell_is_saved_stays_and_is_saved_next(slow):
    page, cell = slow
    note = write(page, cell, 1, "showcase_visit", "They show the line")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(", but not in May")
    expect(page.locator("#cell-news")).to_contain_text("is not saved yet: save once more")
    expect(note).to_have_value("They show the line, but not in May")
    expect(note).to_be_focused()
    page.keyboard.type(".")
    page.keyboard.press("Control+Enter")
    expect(cell(1, "showcase_visit")).to_have_attribute("data-version", "2")
    expect(cell(1, "showcase_visit")).to_be_focused()
    page.reload()
    expect(note).to_have_value("They show the line, but not in May.")


def test_a_second_save_pressed_during_the_first_follows_it(slow):
    page, cell = slow
    note = write(page, cell, 1, "user_group", "They speak")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" in Vienna")
    page.keyboard.press("Control+Enter")
    expect(cell(1, "user_group")).to_have_attribute("data-version", "2")
    page.reload()
    expect(note).to_have_value("They speak in Vienna")


def test_what_is_typed_while_a_save_is_refused_stays_too(slow, browser_errors):
    page, cell = slow
    note = write(page, cell, 1, "reference_call", "She agreed")
    page.locator(".segment[data-status=green]").click()
    note.focus()
    page.keyboard.press("End")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" on Monday")
    expect(page.locator("#cell-panel .is-invalid, #cell-panel .message-error").first).to_be_visible()
    expect(note).to_have_value("She agreed on Monday")
    browser_errors.clear()


def test_a_chosen_file_is_still_chosen_when_the_save_is_refused(grid):
    page, cell = grid("Panelbeat")
    cell(2, "reference_call").click()
    page.locator(".segment[data-status=green]").click()
    chosen = {"name": "agreed.txt", "mimeType": "text/plain", "buffer": b"She agreed."}
    page.locator("#id_file").set_input_files(chosen)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#cell-panel .is-invalid").first).to_be_visible()
    expect(page.locator("#id_file")).to_have_js_property("files.length", 1)
    expect(page.get_by_text("Choose the file again")).to_have_count(0)
    page.get_by_label("Who agreed").select_option(label="Lucille of Panelbeat")
    page.get_by_role("button", name="Save").click()
    expect(cell(2, "reference_call")).to_have_text("G")
    page.goto(f"/customers/{customer_of(cell(2, 'reference_call'))}/evidence/")
    expect(page.get_by_role("link", name="file", exact=True)).to_be_visible()


def test_a_conflict_names_what_maria_typed_while_she_was_saving(slow, page_as):
    page, cell = slow
    note = write(page, cell, 3, "press_release", "Mine")
    jonas = page_as("jonas.weber@example.com")
    jonas.goto(page.url)
    jonas.get_by_label("Next action to turn it Green").fill("Call in spring")
    jonas.keyboard.press("Control+Enter")
    expect(jonas.locator(".cell-saved")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_label("Next action to turn it Green").fill("Call in May")
    row = page.locator("#cell-conflict").get_by_role("row", name="Next action to turn it Green")
    expect(row).to_contain_text("Call in spring")
    expect(row).to_contain_text("Call in May")
    expect(row).not_to_contain_text("not touched")
    expect(note).to_have_value("Mine")
    page.get_by_role("button", name="Keep mine").last.click()
    expect(cell(3, "press_release")).to_have_attribute("data-version", "2")


def test_who_takes_theirs_keeps_what_was_not_in_conflict(grid, page_as):
    page, cell = grid("Panelbeat")
    cell(3, "quotation").click()
    page.locator("#id_note").fill("Mine")
    page.get_by_label("Next action to turn it Green").fill("Only mine")
    jonas = page_as("jonas.weber@example.com")
    jonas.goto(page.url)
    jonas.locator("#id_note").fill("Theirs")
    jonas.keyboard.press("Control+Enter")
    expect(jonas.locator(".cell-saved")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Take theirs").click()
    expect(page.locator("#cell-conflict")).to_have_count(0)
    expect(page.locator("#id_note")).to_have_value("Theirs")
    expect(page.get_by_label("Next action to turn it Green")).to_have_value("Only mine")
    expect(page.locator("#cell-panel")).to_contain_text("it is not saved yet")
    page.get_by_role("button", name="Save").click()
    expect(cell(3, "quotation")).to_have_attribute("data-version", "2")
    page.reload()
    expect(page.locator("#id_note")).to_have_value("Theirs")
    expect(page.get_by_label("Next action to turn it Green")).to_have_value("Only mine")


def test_a_proof_that_was_typed_is_not_left_out_when_the_status_changes(grid):
    page, cell = grid("Panelbeat")
    cell(3, "prospect_seminar").click()
    page.locator(".segment[data-status=green]").click()
    page.get_by_label("Link to the proof").fill("https://refs.example.com/yes")
    page.locator(".segment[data-status=amber]").click()
    expect(page.get_by_label("Link to the proof")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#cell-panel")).to_contain_text("Evidence belongs to a Green")
    page.get_by_label("Link to the proof").fill("")
    page.locator(".segment[data-status=red]").click()
    expect(page.get_by_label("Link to the proof")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(cell(3, "prospect_seminar")).to_have_text("R")


def test_maria_leaves_a_cell_that_is_being_saved_without_a_question(slow):
    page, cell = slow
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    write(page, cell, 2, "showcase_visit", "On its way")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#cell-panel")).to_have_count(0)
    expect(cell(2, "showcase_visit")).to_have_attribute("data-version", "1")
    write(page, cell, 2, "user_group", "On its way too")
    page.keyboard.press("Control+Enter")
    cell(3, "user_group").click()
    expect(page.locator("#cell-title")).to_have_text("Panelbeat 3")
    expect(cell(2, "user_group")).to_have_attribute("data-version", "1")
    expect(cell(3, "user_group")).to_be_focused()
    assert asked == []


def test_after_a_save_beside_an_empty_table_the_filter_still_stands(grid):
    page, cell = grid("Panelbeat")
    address = cell(3, "showcase_visit").get_attribute("href").partition("?")[0]
    page.goto(f"{address}?q=Nobody+is+called+so")
    page.locator("#id_note").fill("Beside nothing")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cell-saved")).to_be_visible()
    page.get_by_role("link", name="Close the panel").click()
    page.wait_for_url("**/grid/?q=Nobody+is+called+so")
