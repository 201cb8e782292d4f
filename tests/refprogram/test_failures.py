"""When the database cannot do its part, people and programs are told why, and that they may try again."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from core.actions import api_tokens

REASONS = {
    "database or disk is full": "The disk of the database is full",
    "database is locked": "The database is busy with other work",
    "server closed the connection unexpectedly": "The database does not answer",
}


@pytest.fixture
def broken(monkeypatch):
    """Lets everything that asks for the programme's settings fail as the database would."""

    def fail_with(error):
        def current():
            raise error

        monkeypatch.setattr("core.models.Programme.current", current)

    return fail_with


@pytest.mark.parametrize("said", REASONS)
def test_maria_reads_why_a_page_is_not_possible_and_what_to_do(said, maria, broken):
    browser = Client(raise_request_exception=False)
    browser.force_login(maria)
    broken(OperationalError(said))
    answer = browser.get("/grid/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert REASONS[said] in answer.content.decode()
    assert "send it again in a moment" in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("said", REASONS)
def test_a_program_is_told_in_the_shape_of_every_refusal(said, maria, broken):
    _token, secret = api_tokens.create(maria, name="program", by=maria, at=timezone.now())
    program = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    broken(OperationalError(said))
    answer = program.get("/api/v1/quarters/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    (error,) = answer.json()["errors"]
    assert (answer.json()["type"], error["code"]) == ("server_error", "unavailable")
    assert REASONS[said] in error["detail"]


def test_a_fault_of_the_program_stays_what_it_is(maria, broken):
    browser = Client(raise_request_exception=False)
    browser.force_login(maria)
    broken(ZeroDivisionError())
    answer = browser.get("/grid/")
    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()
