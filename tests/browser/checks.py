"""What every page must pass in the browser."""

from axe_playwright_python.sync_playwright import Axe

LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What the scheme can change; everything else axe asks is answered in the first one.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
OVERHANG = """
() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > wide + 1)
    .slice(0, 8)
    .map((element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}`);
}
"""


def assert_accessible(page, *, schemes=("light", "dark"), within=None) -> None:
    """axe finds no violation of WCAG A or AA, in light and in dark, on the page or within a part (a CSS selector)."""
    page.wait_for_load_state()
    # Scrolled down, whatever lies under the bar at the top would be a target too near to those of the bar.
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    for asked, scheme in zip((LEVELS, COLOURS), schemes, strict=False):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, within, {"runOnly": asked, "resultTypes": ["violations"]})
        violations = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:4])
            for violation in found.response["violations"]
        ]
        assert not violations, f"{page.url} in {scheme}:\n" + "\n".join(violations)
    page.emulate_media(color_scheme="light")


def assert_no_sideways_scroll(page) -> None:
    """The page is as wide as its window; what is wider scrolls inside its own frame."""
    page.wait_for_load_state()
    wide = page.evaluate(OVERHANG)
    scrolls = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not scrolls, f"{page.url} is wider than the window because of {wide}"
