"""Priya imports a file in the browser, from the drop zone to the customers, and Sam's worker does the work."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

FILE = (
    "Name;Website;Sector;Owner;Go live\n"
    "Wizard Works;www.wizard-works.example;Magic;Maria Chen;2026-03-01\n"
    "<b>Bold & Sons</b>;;Type;Nobody Known;\n"
    "Ambiguous Ltd;;Time;;03/04/2026\n"
    "\n"
    "Total;;;3;\n"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "wizard.csv"
    path.write_text(FILE)
    return path


def checked(page):
    """The page that is open is fit for everybody, on a desk and on a phone."""
    assert_accessible(page)
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert_no_sideways_scroll(page)
    page.set_viewport_size(size)


def test_a_file_goes_in_through_the_pages_and_a_second_time_changes_nothing(jobs, page_as, file):
    page = page_as("priya.nair@example.com")
    page.goto("/customers/")
    page.get_by_role("link", name="Import", exact=True).click()
    checked(page)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Sector", exact=True)).to_have_value("industry")
    checked(page)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Nobody Known")).to_be_visible()
    expect(page.get_by_text("say whether the day or the month comes first")).to_be_visible()
    checked(page)
    page.get_by_role("link", name="Created 2").click()
    page.get_by_text("<b>Bold & Sons</b>").first.wait_for()
    assert "show=created" in page.url
    page.get_by_role("button", name="Import 2 rows").click()
    page.get_by_text("Finished").wait_for(timeout=30_000)
    checked(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Result, row by row (CSV)").click()
    assert "2,Created,Wizard Works" in download.value.path().read_text()
    page.goto("/customers/?q=wizard-works.example")
    expect(page.get_by_role("link", name="Wizard Works")).to_be_visible()

    page.goto("/imports/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("as you did the last time")).to_be_visible()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("There is nothing to import")).to_be_visible()
    page.get_by_text("Throw away").click()
    page.get_by_role("button", name="Yes, throw it away").click()
    expect(page.get_by_text("nothing was imported")).to_be_visible()
    page.goto("/jobs/")
    checked(page)


def test_a_file_that_is_no_table_is_refused_on_the_page(page_as, tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    page = page_as("priya.nair@example.com", phone=True)
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("old workbook (.xls)")).to_be_visible()
    checked(page)


def test_a_large_file_is_checked_in_the_background_and_the_page_goes_on_by_itself(jobs, page_as, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("Name,Website\n" + "Patience Ltd,patience.example\n" * 5_100)
    page = page_as("priya.nair@example.com")
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Import 1 row")).to_be_visible()
    page.get_by_text("Throw away").click()
    page.get_by_role("button", name="Yes, throw it away").click()
    expect(page.get_by_text("nothing was imported")).to_be_visible()
