"""Every page that can be reached by links, once: accessible in light and dark, and no wider than a phone."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.conftest import DESKTOP, PHONE

# How a page looks does not depend on the database; that each answers on both, the table of permissions shows.
pytestmark = pytest.mark.static
# Pages that are not ours to mend, deeds that a link performs, and files.
LEFT_OUT = {"account_logout", "swagger", "api_docs", "openapi", "schema"}
LINKS = "elements => elements.map(a => a.getAttribute('href'))"


def name_of(address: str) -> str | None:
    """The name of the view behind an address; None if it is none of our pages."""
    path = urlsplit(address).path
    if not path.startswith("/") or path.startswith(("/admin/", "/api/", "/static/")):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return None if found.url_name in LEFT_OUT else found.view_name


def problems_of(page) -> list[str]:
    """What is wrong with the page that is open, in words."""
    found = []
    for size, check in ((DESKTOP, assert_accessible), (DESKTOP, assert_no_sideways_scroll), *on_a_phone()):
        page.set_viewport_size(size)
        try:
            check(page)
        except AssertionError as problem:
            found.append(f"{size['width']} px: {problem}")
    page.set_viewport_size(DESKTOP)
    return found


def on_a_phone():
    return ((PHONE, assert_no_sideways_scroll), (PHONE, lambda page: assert_accessible(page, schemes=["light"])))


def test_every_page_that_links_lead_to_is_fit_for_everybody(page_as):
    """One page of each kind, for three people who see different ones."""
    seen, problems = {"home"}, []
    for person in ("priya.nair@example.com", "maria.chen@example.com", "alex.kim@example.com"):
        problems += walk(page_as(person), seen)
    assert len(seen) > len(("home", "customers", "one customer"))
    assert not problems, "\n\n".join(problems)


def walk(page, seen: set[str]) -> list[str]:
    """Follow the links from the home page to every kind of page that nobody has seen yet."""
    waiting, problems = ["/"], []
    while waiting:
        address = waiting.pop(0)
        if not page.request.head(address, max_retries=2).headers.get("content-type", "").startswith("text/html"):
            continue
        response = page.goto(address)
        if response.status != 200:
            problems.append(f"{address} answers {response.status}")
        problems += problems_of(page)
        for link in page.eval_on_selector_all("a[href]", LINKS):
            name = name_of(link)
            if name and name not in seen:
                seen.add(name)
                waiting.append(link)
    return problems
