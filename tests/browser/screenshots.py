"""`make screenshots`: the pictures in the README, taken of the demo data."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.live import ROOT, Live, embedded

SIZE = {"width": 1440, "height": 900}


def open_a_cell(page: Page) -> None:
    """A pay-trigger cell that is not Green yet, as its address shows it."""
    cell = page.locator("a.cell[data-status='amber'][href*='/reference_call/']").nth(1)
    page.goto(str(cell.get_attribute("href", timeout=5000)))


# Name of the picture, address, who looks at it, and what is done first.
PICTURES: list[tuple[str, str, str, Callable[[Page], None] | None]] = [
    ("grid", "/grid/", "maria.chen@example.com", open_a_cell),
    ("quarter", "/quarter/", "priya.nair@example.com", None),
]


def main() -> int:
    path = chromium.find()
    if path is None:
        sys.stderr.write("No Chromium found: set CHROMIUM or install one.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        live = embedded(Path(folder) / "live")
        try:
            live.start_web()
            browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
            for name, address, person, prepare in PICTURES:
                take(browser.new_context(base_url=live.url, viewport=SIZE), live, name, address, person, prepare)
            browser.close()
        finally:
            live.stop()
    return 0


def take(context, live: Live, name: str, address: str, person: str, prepare: Callable[[Page], None] | None) -> None:
    context.add_cookies([{"name": "sessionid", "value": live.session_of(person), "url": live.url}])
    page = context.new_page()
    page.goto(address)
    if prepare:
        prepare(page)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
    sys.stdout.write(f"docs/{name}.png\n")


if __name__ == "__main__":
    sys.exit(main())
