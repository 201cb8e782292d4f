"""The history divided by quarter: everything that held before holds after, down to the seal of a closing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core.models import AuditEvent
from operations import partitions
from operations.tasks import extend_history
from references.actions import closings
from references.models import Cell, CellChange, Closing, ClosingEntry
from references.reports import verifications
from references.reports.changes import Cursor, since
from tests.references.ledger import FIVE_PAST, IN_Q1, IN_TIME, Q1, Q4, company, green, set_cell

QUARTERS = [f"{partitions.TABLE}_{quarter}" for quarter in ("2026q4", "2027q1", "2027q2", "2027q3", "2027q4")]


def settled() -> None:
    """Keys that are checked at the end of a transaction are checked now: a table that waits cannot be changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def divide() -> None:
    settled()
    call_command("partition_history", verbosity=0)
    settled()


def run(statement: str) -> list[tuple]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def seal_of(quarter) -> str:
    """The seal the quarter would get now; nothing is closed."""
    point = transaction.savepoint()
    made = closings.close(quarter, by=None, at=FIVE_PAST).seal
    settled()
    transaction.savepoint_rollback(point)
    return made


@pytest.fixture
def acme(db):
    """Two companies with changes in two quarters, in one of them the same cell."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL divides tables")
    acme = green("Acme")
    set_cell(company("Bluth"), "amber")
    set_cell(acme, "red", at=IN_Q1)
    return acme


@pytest.fixture
def clock():
    with time_machine.travel(IN_Q1, tick=False) as traveller:
        yield traveller


@pytest.mark.skipif(connection.vendor == "postgresql", reason="it is divided there")
def test_the_embedded_database_refuses_in_words(db):
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        call_command("partition_history")
    extend_history()


def test_rows_numbers_and_seals_are_the_same_after_it(acme, clock):
    rows, seal = list(CellChange.objects.order_by("pk").values()), seal_of(Q4)
    divide()
    assert list(CellChange.objects.order_by("pk").values()) == rows
    assert seal_of(Q4) == seal
    found = run(f"SELECT tableoid::regclass::text, count(*) FROM {partitions.TABLE} GROUP BY 1 ORDER BY 1")  # noqa: S608
    assert found == [(QUARTERS[0], 2), (QUARTERS[1], 1)]
    assert AuditEvent.objects.get(event="history.partitioned").detail["rows"] == 3
    with pytest.raises(CommandError, match="divided by quarter already"):
        call_command("partition_history")


def test_people_edit_quarters_close_and_verify_and_pages_hear_of_changes(acme, clock):
    divide()
    last = max(CellChange.objects.values_list("pk", flat=True))
    set_cell(acme, "green", at=IN_Q1 + timedelta(days=1))
    told = since(Cursor(last, 3))
    assert [(row.pk, row.version, row.status) for row in told.rows] == [(last + 1, 3, "green")]
    assert Cell.objects.get(customer=acme).version == 3
    for quarter, at in ((Q4, IN_Q1 + timedelta(days=2)), (Q1, IN_Q1 + timedelta(days=90))):
        closing = closings.close(quarter, by=None, at=at)
        assert closing.count == 1
        assert list(verifications.differences(closing)) == []
    assert Closing.objects.count() == 2


@pytest.mark.parametrize("table", [partitions.TABLE, QUARTERS[0]])
def test_the_ledger_refuses_changes_late_rows_and_second_versions_as_before(acme, clock, table):
    divide()
    copied = "customer_id, dimension_id, status, note, next_action, forecast_confidence, blocker, source, status_before"
    columns = f"id, recorded_at, version, reason, {copied}"
    change = CellChange.objects.filter(customer=acme).earliest("pk")

    def insert(at, version):
        into = "INSERT INTO {} ({}) SELECT 900, '{}', {}, '', {} FROM {} WHERE id = {}"
        run(into.format(table, columns, at.isoformat(), version, copied, partitions.TABLE, change.pk))

    for verb in ("UPDATE {} SET note = 'bent'", "DELETE FROM {}"):
        with pytest.raises(IntegrityError, match="insert-only"):
            run(verb.format(table))
    for version in (1, 2):
        with pytest.raises(IntegrityError, match=r"one_change_per_cell_version|2026q4_version"):
            insert(IN_TIME + timedelta(days=1), version)
    closings.close(Q4, by=None, at=FIVE_PAST)
    with pytest.raises(IntegrityError, match="sealed history"):
        insert(IN_TIME + timedelta(days=1), 3)


def test_a_closing_entry_cannot_name_a_change_that_is_not_there(acme, clock):
    divide()
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    newcomer = company("Newcomer", at=IN_Q1)
    with pytest.raises(IntegrityError, match="not in history"), transaction.atomic():
        ClosingEntry.objects.bulk_create(
            [
                ClosingEntry(
                    closing=closing, customer=newcomer, name="N", is_referenceable=False, reason="red", change_id=9
                )
            ]
        )


def test_the_schedule_makes_partitions_a_year_ahead_and_what_lies_beyond_is_kept_too(acme, clock):
    divide()
    set_cell(acme, "amber", at=datetime(2031, 5, 5, tzinfo=UTC))
    settled()
    clock.move_to(datetime(2027, 8, 1, tzinfo=UTC))
    extend_history()
    extend_history()
    known = run(f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{partitions.TABLE}'::regclass")  # noqa: S608
    ahead = [f"{partitions.TABLE}_2028q{number}" for number in (1, 2, 3)]
    assert sorted(name for (name,) in known) == [*QUARTERS, *ahead, partitions.REST]
    assert run(f"SELECT count(*) FROM {partitions.REST}") == [(1,)]  # noqa: S608
    with pytest.raises(IntegrityError, match="insert-only"):
        run(f"DELETE FROM {ahead[0]}; DELETE FROM {partitions.REST}")  # noqa: S608


def test_a_backup_of_a_divided_history_is_put_back_divided(transactional_db, own_files, tmp_path_factory, clock):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL divides tables")
    kept = tmp_path_factory.mktemp("kept")
    acme = green("Acme")
    call_command("backup", str(kept / "whole.tar"), verbosity=0)
    try:
        call_command("partition_history", verbosity=0)
        call_command("backup", str(kept / "divided.tar"), verbosity=0)
        set_cell(acme, "red", at=IN_Q1)
        call_command("restore", str(kept / "divided.tar"), "--replace", verbosity=0)
        assert partitions.is_partitioned()
        assert [change.status for change in CellChange.objects.all()] == ["green"]
        set_cell(acme, "red", at=IN_Q1)
    finally:
        call_command("restore", str(kept / "whole.tar"), "--replace", verbosity=0)
    assert not partitions.is_partitioned()
