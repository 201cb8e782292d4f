"""Browser tests: real Chromium against the real program, in a database of its own.

- `live`: the running program (`live.url`, `live.manage("close_quarter", "2026-Q3")`, `live.shell("python …")`,
  `live.mails()`). One per worker of the run, filled once and shared by its tests: a test makes the rows it changes
  (a customer of its own) or leaves them as it found them.
- `jobs`: the same with a Celery worker and beat running.
- `page_as("maria.chen@example.com", phone=True, dark=True)`: a page with that person logged in, as often as wanted;
  `page_as(None)` is nobody. Relative addresses work: `page.goto("/customers/")`.
- `grid("Keystroke")`: the page of the grid narrowed to three customers of this test file, and `cell(1, "logo")` of it.
- `log_in(page, email)` goes through the log-in page itself.
- `browser_errors`: console errors, violations of the CSP, exceptions, answers of 500 and requests to other hosts. The
  test fails at its end if anything stands in it; a test that provokes one on purpose removes it (`.clear()`).
- `assert_accessible(page)`, `assert_no_sideways_scroll(page)`: import them from tests.browser.checks.
"""

import json
import os
import re
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.live import OnPostgreSQL, embedded

# Playwright keeps an event loop in the thread of the tests, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Two workers, their servers and two browsers share two cores: an answer may take seconds and still be right.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
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
NAMES = ["Keystroke", "Evidence Co", "Panelbeat", "Blockhead", "Undoable", "Guarded", "Pocket", "Offliner"]

PASSWORD = "demo-reference-1"
# The browser reports every answer of 4xx to a script; these are answers the program shows to the person. htmx reports
# what the program calls off because something newer is asked for; a request that fails is "htmx:sendError" as well.
MEANT = re.compile(
    r"Failed to load resource: the server responded with a status of (403|404|409|422)|htmx:(afterRequest|sendAbort)\b"
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url():
    """Takes the place of the plugin's own, which pytest warns about."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium, and with CI=true the browser tests must run")
    if path is None:
        pytest.skip("no Chromium: set CHROMIUM or install one to run the browser tests")
    return browser_type_launch_args | {"executable_path": path, "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def live(tmp_path_factory, testrun_uid, worker_id, browser_type_launch_args):
    own = tmp_path_factory.mktemp("live")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if worker_id != "master" else base
    database_url = os.environ.get("DATABASE_URL", "")
    server = OnPostgreSQL(shared, database_url, testrun_uid[:12]) if database_url else None
    installation = server.create(own / worker_id) if server else embedded(own)
    try:
        installation.start_web()
        yield installation
    finally:
        installation.stop()
        if server:
            server.drop(installation)


@pytest.fixture(scope="session")
def jobs(live):
    if "jobs" not in live.processes:
        live.start_jobs()
    return live


@pytest.fixture
def browser_errors(request):
    errors: list[str] = []
    yield errors
    assert not errors, "the browser reported:\n" + "\n".join(errors)


@pytest.fixture
def page_as(live, new_context, browser_errors):
    def open_page(email: str | None = "maria.chen@example.com", *, phone: bool = False, dark: bool = False):
        context = new_context(
            base_url=live.url,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE)
        if email is not None:
            context.add_cookies([{"name": "sessionid", "value": live.session_of(email), "url": live.url}])
        context.on("page", lambda page: watch(page, live, browser_errors))
        return context.new_page()

    return open_page


def watch(page, live, errors: list[str]) -> None:
    def on_console(message):
        if message.type == "error" and not MEANT.match(message.text):
            errors.append(f"{page.url}: {message.text}")

    def on_response(response):
        if response.status >= 500:
            errors.append(f"{response.status} from {response.url}\n{live.log('web')}")

    def on_request(sent):
        if not sent.url.startswith((live.url, "data:", "blob:", "about:")):
            errors.append(f"{page.url} asks another host: {sent.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on("response", on_response)
    page.on("request", on_request)


@pytest.fixture
def log_in():
    def through_the_page(page, email: str, password: str = PASSWORD) -> None:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url("/")

    return through_the_page


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
