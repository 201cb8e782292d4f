"""Midnight: what is written while a quarter is being closed is counted in it or refused, never lost in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from itertools import count
from threading import Event
from time import sleep

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from core.errors import RecordedTooLate
from core.models import Programme
from customers.actions import customers
from references.actions import cells, closings, definitions, evidence, targets
from references.models import Cell, CellChange, Dimension
from tests.factories import ContactFactory
from tests.references.ledger import FIVE_PAST, LAST, MIDNIGHT, Q4, churn, company, green, set_cell

PATIENCE = 30


@pytest.fixture
def two_connections(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    Programme.current()


def in_thread(pool, work):
    """The work on a connection of its own."""

    def done():
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(done)


def closed_in(pool):
    return in_thread(pool, lambda: closings.close(Q4, by=None, at=FIVE_PAST))


def verified():
    call_command("verify_closings", stdout=StringIO())


@pytest.mark.usefixtures("two_connections")
def test_a_closing_waits_for_a_change_that_was_written_in_time_and_is_not_committed_yet(monkeypatch):
    acme, is_written, is_awaited, may_commit = company("Acme"), Event(), Event(), Event()

    def wait(seconds):
        is_awaited.set()
        sleep(seconds)

    monkeypatch.setattr(closings, "sleep", wait)

    def write():
        with transaction.atomic():
            set_cell(acme, "green", at=LAST)
            is_written.set()
            assert may_commit.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        written = in_thread(pool, write)
        assert is_written.wait(PATIENCE)
        closing = closed_in(pool)
        assert is_awaited.wait(PATIENCE)
        set_cell(company("Bluth", at=MIDNIGHT), "amber", at=MIDNIGHT)
        may_commit.set()
        written.result(PATIENCE)
        assert closing.result(PATIENCE).count == 1
    verified()


def test_who_read_the_clock_before_midnight_and_writes_while_it_is_counted_is_refused(transactional_db, monkeypatch):
    acme, bluth = company("Acme"), green("Bluth")
    wait = closings._wait_for_writers

    def wait_and_let_a_straggler_write():
        wait()
        with pytest.raises(RecordedTooLate, match="Save it once more"):
            set_cell(acme, "green", at=LAST)

    monkeypatch.setattr(closings, "_wait_for_writers", wait_and_let_a_straggler_write)
    assert closings.close(Q4, by=None, at=FIVE_PAST).count == 1
    assert Cell.objects.get().customer == bluth, "nothing of the refused change was kept"
    set_cell(acme, "green", at=FIVE_PAST)
    verified()


@pytest.mark.usefixtures("two_connections")
def test_of_many_who_write_through_midnight_each_is_counted_or_told_to_save_again():
    crowd = [company(f"Customer {number}") for number in range(40)]
    for who in crowd:
        ContactFactory(customer=who)
    numbers = count()

    def write(who):
        try:
            set_cell(who, "green", at=LAST - timedelta(microseconds=next(numbers)))
        except RecordedTooLate:
            return None
        finally:
            connection.close()
        return who.name

    with ThreadPoolExecutor(9) as pool:
        written = [pool.submit(write, who) for who in crowd]
        closing = closed_in(pool).result(PATIENCE)
        names = {work.result(PATIENCE) for work in written} - {None}
    assert set(closing.entries.filter(is_referenceable=True).values_list("name", flat=True)) == names
    verified()


def test_nothing_can_be_recorded_before_the_end_of_a_closed_quarter(db, maria):
    acme = green("Acme", by=maria)
    cell, logo = Cell.objects.get(), Dimension.objects.get(key="logo")
    closings.close(Q4, by=None, at=FIVE_PAST)
    acme.refresh_from_db()
    late = {"by": maria, "at": LAST}
    calls = [
        lambda: cells.edit(Cell.objects.get(), seen_version=1, changes={"status": "red"}, **late),
        lambda: customers.edit(acme, seen_version=acme.version, changes={"region": "APAC"}, **late),
        lambda: churn(acme, on=LAST.date(), at=LAST),
        lambda: evidence.withdraw(cell.evidence, reason="Legal says no", **late),
        lambda: targets.set_target(Q4.next, count=5, reason="", **late),
        lambda: definitions.change(logo, from_quarter=Q4.next, evidence_needed=False, reason="Logos pay now", **late),
    ]
    for call in calls:
        with pytest.raises(RecordedTooLate):
            call()
    assert CellChange.objects.count() == 1
    verified()


def test_a_refused_closing_seals_nothing(db, maria):
    acme = company("Acme")
    with pytest.raises(closings.RuleBroken, match="has not ended"):
        closings.close(Q4, by=None, at=LAST)
    assert set_cell(acme, "amber", at=LAST).version == 1


def test_maria_is_told_to_press_the_key_again(client, db, maria):
    acme = company("Acme")
    closings.close(Q4, by=None, at=FIVE_PAST)
    address = reverse("references:cell_status", args=[acme.pk, "logo"])
    with time_machine.travel(LAST, tick=False):
        client.force_login(maria)
        refused = client.post(address, {"status": "red", "version": 0})
    assert refused.status_code == 422
    assert "Save it once more" in refused.json()["message"]
    with time_machine.travel(FIVE_PAST, tick=False):
        assert client.post(address, {"status": "red", "version": 0}).status_code == 200
