"""Whoever gets past the triggers is found out: every kind of tampering is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from references.actions import closings
from references.models import CellChange, Closing, ClosingEntry
from references.reports import verifications
from tests.references.ledger import BEFORE, END_OF_Q1, FIVE_PAST, Q1, Q4, company, green, set_cell


def without_triggers(table):
    """What somebody could do who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def tamper(table, statement, *parameters):
    without_triggers(table)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def closing(db, maria):
    set_cell(company("Acme", csm=maria, region="EMEA", industry="Retail"), "green", by=maria)
    set_cell(company("Bluth"), "amber")
    company("Cancity")
    return closings.close(Q4, by=None, at=FIVE_PAST)


def verified():
    """What the command prints, with its exit code as the first item."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_closings", stdout=out, stderr=err)
    except CommandError as problem:
        return 1, err.getvalue() + str(problem)
    return 0, out.getvalue()


def test_an_untouched_closing_is_verified(closing):
    code, text = verified()
    assert code == 0
    assert "2026-Q4: count 1 of 3" in text
    assert closing.seal in text


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("reason", "red", "reason is stored as 'red', but must be 'amber'"),
        ("statuses", "------------", "statuses is stored as"),
        ("name", "Bluth Inc", "name is stored as 'Bluth Inc'"),
        ("region", "APAC", "region is stored as 'APAC', but must be ''"),
        ("industry", "Tech", "industry"),
        ("size_band", "5000+", "size_band"),
        ("lifecycle", "prospective", "lifecycle"),
        ("valid_until", "2027-01-01", "valid_until"),
        ("is_high_impact", True, "is_high_impact is stored as True, but must be None"),
        ("csm_name", "Nobody", "seal is stored as"),
    ],
)
def test_a_changed_entry_is_named_with_its_customer(closing, column, value, named):
    tamper("references_closingentry", f"UPDATE references_closingentry SET {column} = %s WHERE name = 'Bluth'", value)  # noqa: S608
    code, text = verified()
    assert code == 1
    assert named in text
    assert "seal is stored as" in text
    if column != "csm_name":
        assert f"(customer {ClosingEntry.objects.order_by('customer_id')[1].customer_id})" in text


def test_a_verdict_turned_round_is_named_even_if_count_and_seal_were_made_to_fit(closing):
    tamper(
        "references_closingentry", "UPDATE references_closingentry SET is_referenceable = (1 = 1), reason = 'counts'"
    )
    tamper("references_closing", "UPDATE references_closing SET count = 3")
    seal = verifications.closings.seal_of(Closing.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE references_closing SET seal = %s", [seal])
    code, text = verified()
    assert code == 1
    assert "seal" not in text
    assert "Bluth" in text
    assert "is_referenceable is stored as True, but must be False" in text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("count = 2", "count is stored as 2, but must be 1"),
        ("opening = 5", "opening is stored as 5, but must be 0"),
        ("target = 5", "target is stored as 5, but must be None"),
        ("definition_text = 'anything goes'", "seal is stored as"),
        ("evidence_needed = (1 = 0)", "evidence rule is stored as False"),
        ("customers = 4", "customers is stored as 4, but must be 3"),
    ],
)
def test_a_changed_closing_is_named(closing, change, named):
    tamper("references_closing", f"UPDATE references_closing SET {change}")  # noqa: S608
    code, text = verified()
    assert code == 1
    assert named in text


def test_a_deleted_entry_is_named(closing):
    tamper("references_closingentry", "DELETE FROM references_closingentry WHERE name = 'Bluth'")
    code, text = verified()
    assert code == 1
    assert "Bluth" in text
    assert "the entry is stored as 'missing', but must be 'amber'" in text


def test_an_invented_entry_is_named(closing):
    later = company("Later", at=END_OF_Q1)
    ClosingEntry.objects.create(
        closing=closing, customer=later, name="Later", is_referenceable=True, reason="counts", statuses="-" * 12
    )
    code, text = verified()
    assert code == 1
    assert "the entry is stored as 'counts', but must be 'missing'" in text


def test_a_rewritten_history_is_named(closing):
    tamper("references_cellchange", "UPDATE references_cellchange SET status = 'red' WHERE status = 'green'")
    code, text = verified()
    assert code == 1
    assert "Acme" in text
    assert "reason is stored as 'counts', but must be 'red'" in text


def test_a_history_row_slipped_in_afterwards_is_named(closing):
    real = CellChange.objects.get(status="amber")
    values = {field.attname: getattr(real, field.attname) for field in CellChange._meta.concrete_fields}
    without_triggers("references_cellchange")
    CellChange.objects.create(**{**values, "id": None, "version": 2, "status": "red", "recorded_at": BEFORE})
    code, text = verified()
    assert code == 1
    assert "reason is stored as 'amber', but must be 'red'" in text


def test_a_removed_closing_leaves_a_gap_and_breaks_the_next_seal(closing):
    closings.close(Q1, by=None, at=END_OF_Q1)
    third = closings.close(Q1.next, by=None, at=END_OF_Q1.replace(month=7))
    middle = Closing.objects.get(quarter=Q1.label)
    tamper("references_closingentry", "DELETE FROM references_closingentry WHERE closing_id = %s", middle.pk)
    tamper("references_closing", "DELETE FROM references_closing WHERE id = %s", middle.pk)
    code, text = verified()
    assert code == 1
    assert f"{third.quarter}: seal is stored as" in text
    assert "2027-Q1: the closing is stored as 'missing', but must be 'between 2026-Q4 and 2027-Q2'" in text


def test_one_quarter_can_be_verified_alone(closing):
    out = StringIO()
    call_command("verify_closings", "2026-Q4", stdout=out)
    assert "verified" in out.getvalue()
    with pytest.raises(CommandError, match="2026-Q3 is not closed"):
        call_command("verify_closings", "2026-Q3")


def test_close_quarter_says_what_came_of_it_and_why_it_refuses(db):
    green("Acme")
    with pytest.raises(CommandError, match="write it like 2026-Q4"):
        call_command("close_quarter", "Q4")
    with pytest.raises(CommandError, match="has not ended"):
        call_command("close_quarter", "2099-Q4")
    out = StringIO()
    call_command("close_quarter", "2025-Q4", stdout=out)
    assert "2025-Q4 is closed: count 0 of 0 customers" in out.getvalue()
    call_command("close_quarter", "2025-Q4", stdout=out)
    assert "It was closed before; nothing was changed." in out.getvalue()
    assert Closing.objects.count() == 1
