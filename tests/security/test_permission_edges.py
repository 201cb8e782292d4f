"""Beside the table: its addresses as fragments, by other methods, for rows there are none, and for who is out."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actions import api_tokens, jobs, people
from core.models import Programme, User
from core.tasks import work_off
from references.models import Cell, Dimension
from tests.api.test_tokens import DESCRIPTIONS, ENDPOINTS
from tests.cast import CAST, cast
from tests.factories import customer
from tests.test_permissions_table import TABLE, Callers, allowed_by, expected, lines_of

NONE = 999_999_999
AWAY = {302, 401, 403, 404, 405}


@pytest.fixture
def company(db, own_files) -> dict[str, User]:
    """One person of every role, and Noah, who has none."""
    return cast()


def insider(rule: dict) -> str:
    """Somebody whom the line lets in."""
    words = allowed_by(rule)
    return next(
        first for first, (_name, role) in CAST.items() if words & {first, role, "anyone", "everybody", "public"}
    )


def outsider(rule: dict) -> str | None:
    """Somebody who is logged in and whom the line keeps out, if there is anyone."""
    words = allowed_by(rule)
    if words & {"everybody", "public"}:
        return None
    kept = [first for first, (_name, role) in CAST.items() if not words & {first, role, "anyone"}]
    return kept[0] if kept else "noah"


def guarded(company) -> Iterator[tuple[str, dict, dict]]:
    """The lines that are not for everyone on the internet."""
    yield from (found for found in lines_of(company) if "public" not in allowed_by(found[1]))


def test_a_fragment_is_guarded_as_its_page_is(company):
    callers, wrong = Callers(company), []
    for line, rule, arguments in guarded(company):
        address = reverse(line.split()[0], kwargs=arguments)
        if rule.get("method", "GET") != "GET" or address.startswith("/api/"):
            continue
        for first in (insider(rule), outsider(rule), None):
            status = callers.answer(address, rule, first, **{"HX-Request": "true"})
            if status not in expected(rule, first, address):
                wrong.append(f"{line}: {first} gets {status}")
    assert not wrong, "\n".join(wrong)


def test_a_row_that_is_none_is_not_found_and_tells_outsiders_nothing(company):
    callers, wrong = Callers(company), []
    for line, rule, arguments in guarded(company):
        for name in (name for name, value in arguments.items() if isinstance(value, int)):
            address = reverse(line.split()[0], kwargs=arguments | {name: NONE})
            found, other = callers.answer(address, rule, insider(rule)), outsider(rule)
            refused = callers.answer(address, rule, other) if other else 404
            if found != 404 or refused not in (403, 404):
                wrong.append(f"{line} without {name}: {found}, {refused}")
    assert not wrong, "\n".join(wrong)


def test_no_other_method_gets_anyone_further(company):
    callers, wrong, tried = Callers(company), [], set()
    for line, rule, arguments in guarded(company):
        address = reverse(line.split()[0], kwargs=arguments)
        if address in tried or "programme" in rule:
            continue
        tried.add(address)
        for method, first in (("POST", None), ("POST", outsider(rule)), ("DELETE", outsider(rule))):
            status = callers.answer(address, {"method": method}, first)
            if status not in AWAY:
                wrong.append(f"{line} by {method}: {first} gets {status}")
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 100


def test_every_operation_of_the_api_stands_in_the_table():
    there = {(line.split()[0], rule.get("method", "GET")) for line, rule in TABLE.items()}
    operations = {(name, method) for name, view in ENDPOINTS.items() if name not in DESCRIPTIONS
                  for method in view.permissions}  # fmt: skip
    assert operations <= there
    assert {found for found in there if found[0].startswith("api:")} - operations == {
        (name, "GET") for name in DESCRIPTIONS
    }


def test_who_was_deactivated_reaches_nothing_with_an_open_session_or_a_token(company):
    maria = company["maria"]
    _token, secret = api_tokens.create(maria, name="hers", by=maria, at=timezone.now())
    browser, api = Client(), Client(headers={"Authorization": f"Bearer {secret}"})
    lines = list(guarded(company))
    browser.force_login(maria)
    people.set_active(maria, active=False, by=company["ada"], at=timezone.now())
    for line, rule, arguments in lines:
        address = reverse(line.split()[0], kwargs=arguments)
        caller = api if address.startswith("/api/") else browser
        status = getattr(caller, rule.get("method", "GET").lower())(address).status_code
        assert status == (401 if caller is api else 302), line


def test_a_role_taken_away_counts_at_the_next_click(company):
    browser, priya = Client(), company["priya"]
    browser.force_login(priya)
    assert browser.get("/products/").status_code == 200
    people.set_roles(priya, roles=["csm"], by=company["ada"], at=timezone.now())
    assert browser.get("/products/").status_code == 403
    people.set_roles(priya, roles=[], by=company["ada"], at=timezone.now())
    assert {browser.get(path).status_code for path in ("/", "/grid/", "/customers/export.csv")} == {403}


def test_what_a_person_started_is_not_done_after_the_person_is_out(company):
    maria, done = company["maria"], []
    job = jobs.enqueue("test.kind", title="A job", parameters={}, by=maria, at=timezone.now())
    people.set_active(maria, active=False, by=company["ada"], at=timezone.now())
    work_off(job.pk, lambda *_work: done.append("done"))
    job.refresh_from_db()
    assert (done, job.state) == ([], "failed")
    assert "may not use the program any more" in job.message


def test_no_dead_or_misplaced_token_opens_an_address_of_the_api(company):
    maria, now = company["maria"], timezone.now()
    expired, dead = api_tokens.create(maria, name="old", by=maria, at=now)
    type(expired).objects.filter(pk=expired.pk).update(expires_at=now - timedelta(seconds=1))
    revoked, gone = api_tokens.create(maria, name="lost", by=maria, at=now)
    api_tokens.revoke(revoked, by=maria, at=now)
    _token, good = api_tokens.create(maria, name="good", by=maria, at=now)
    headers = [f"Bearer {dead}", f"Bearer {gone}", f"Bearer {good}x", f"Basic {good}", good, "Bearer", "Bearer "]
    callers = [(Client(headers={"Authorization": value}), "") for value in headers]
    callers += [(Client(), f"?{name}={good}") for name in ("token", "access_token", "api_key", "bearer_token")]
    callers += [(Client(headers={"Cookie": f"token={good}"}), ""), (Client(headers={"X-Api-Key": good}), "")]
    for line, rule, arguments in guarded(company):
        if line.startswith("api:"):
            address = reverse(line.split()[0], kwargs=arguments)
            for caller, query in callers:
                method = getattr(caller, rule.get("method", "GET").lower())
                assert method(address + query).status_code == 401, (line, query)


def test_jonas_pastes_over_no_customer_of_maria_where_colleagues_may_not_edit(company):
    Programme.current()
    Programme.objects.update(colleagues_may_edit=False)
    hers = customer("Bluth Company", csm=company["maria"])
    block = {"text": "R", "customers": str(hers.pk), "dimensions": "logo", "mode": "status", "source": "paste"}
    shown = [[hers.pk, Dimension.objects.get(key="logo").pk, 0, 1]]
    browser, written = Client(), []
    for first in ("jonas", "maria"):
        browser.force_login(company[first])
        browser.post("/grid/paste/apply/", block | {"seen": json.dumps(shown)})
        written.append(Cell.objects.filter(customer=hers, status="red").exists())
    assert written == [False, True]
