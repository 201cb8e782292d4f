"""When the database cannot do its part, people and programs are told why, and that they may try again."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core.actions import api_tokens
from references.models import Cell
from tests.factories import customer

REASONS = {
    "database or disk is full": "The disk of the database is full",
    "database is locked": "The database is busy with other work",
    "server closed the connection unexpectedly": "The database does not answer",
}


@pytest.fixture
def broken(monkeypatch):
    """Lets everything that asks for the programme's settings, or for the present, fail as the database would."""

    def fail_with(error):
        def fail(*_asked):
            raise error

        monkeypatch.setattr("core.models.Programme.current", fail)
        monkeypatch.setattr("references.reports.counts.Present.seen", fail)

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


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one connection to a database in memory locks nobody out")
def test_maria_does_not_wait_for_ever_for_a_customer_that_somebody_holds(maria):
    """In the web server the limit comes with the connection (DATABASE_LOCK_SECONDS)."""
    acme, browser = customer("Acme"), Client(raise_request_exception=False)
    browser.force_login(maria)
    other = connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1 FROM customers_customer WHERE id = %s FOR UPDATE", [acme.pk])
        answer = browser.post(f"/grid/{acme.pk}/logo/status/", {"status": "red", "version": 0})
        assert answer.status_code == 503
        assert "The database is busy with other work" in answer.content.decode()
    finally:
        other.close()
        connection.close()
    assert not Cell.objects.filter(customer=acme).exists()


def test_a_fault_of_the_program_stays_what_it_is(maria, broken):
    browser = Client(raise_request_exception=False)
    browser.force_login(maria)
    broken(ZeroDivisionError())
    answer = browser.get("/grid/")
    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()


def test_a_form_without_its_token_says_whether_its_person_is_logged_out(maria):
    browser = Client(enforce_csrf_checks=True)
    acme = customer("Acme")
    address = f"/grid/{acme.pk}/logo/status/"
    answer = browser.post(address, {"status": "red", "version": 0})
    assert (answer.status_code, answer["X-Refused"]) == (403, "logged-out")
    browser.force_login(maria)
    answer = browser.post(address, {"status": "red", "version": 0})
    assert (answer.status_code, answer["X-Refused"]) == (403, "no-token")
    assert "The form was too old" in answer.content.decode()
    assert not Cell.objects.exists()


def test_a_refusal_for_want_of_permission_says_nothing_of_a_log_in(sam):
    browser = Client()
    browser.force_login(sam)
    answer = browser.post(f"/grid/{customer('Acme').pk}/logo/status/", {"status": "red", "version": 0})
    assert (answer.status_code, answer.has_header("X-Refused")) == (403, False)
