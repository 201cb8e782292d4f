"""Maria pastes a block: all of it or none, nobody's edit lost, Greens earned, and undone with one press."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from core.errors import RuleBroken
from core.models import AuditEvent, Programme
from customers.models import Customer
from references.actions import cells, change_sets
from references.actions.cells import NewEvidence
from references.actions.change_sets import CellEdit, StaleCells
from references.actions.shared_evidence import GreensUnproven, SharedEvidence
from references.models import Cell, CellChange, ChangeSet, Dimension, Evidence
from references.reports.pastes import left_by_undo
from tests.factories import ContactFactory, customer, person

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def dimension(key):
    return Dimension.objects.get(key=key)


def block(customers, key, status, version=0):
    column = dimension(key).pk
    return [CellEdit(row.pk, column, version, {"status": status}) for row in customers]


def paste(edits, by, at=NOON, **options):
    return change_sets.apply(edits, source="paste", title="Paste", by=by, at=at, **options)


def statuses(key):
    return dict(Cell.objects.filter(dimension__key=key).values_list("customer__name", "status"))


@pytest.fixture
def four(db):
    return [customer(name) for name in ("Acme", "Bluth", "Cheers", "Dalt")]


def test_a_block_is_one_change_set_with_a_history_row_per_cell_and_one_audit_event(four, maria):
    done = paste(block(four, "logo", "amber"), maria)
    assert statuses("logo") == {"Acme": "amber", "Bluth": "amber", "Cheers": "amber", "Dalt": "amber"}
    assert CellChange.objects.filter(change_set=done, by=maria, source="paste", recorded_at=NOON).count() == 4
    assert AuditEvent.objects.filter(event="change_set.applied", by=maria).count() == 1


def test_cells_that_already_are_so_are_left_alone_and_an_empty_set_is_not_kept(four, maria):
    paste(block(four[:2], "logo", "red"), maria)
    done = paste(block(four[:2], "logo", "red", version=1) + block(four[2:], "logo", "red"), maria)
    assert done.changes.count() == 2
    again = paste(block(four, "logo", "red", version=1), maria)
    assert (again.pk, ChangeSet.objects.count()) == (None, 2)


def test_one_stale_cell_refuses_the_whole_block_and_is_named_with_both_values(four, maria, jonas):
    paste(block(four[1:2], "logo", "green"), jonas)
    with pytest.raises(StaleCells) as refusal:
        paste(block(four, "logo", "red"), maria)
    assert "Bluth · Logo is now Green (Jonas Weber), you set Red" in str(refusal.value)
    assert statuses("logo") == {"Bluth": "green"}
    assert ChangeSet.objects.count() == 1


def test_greens_without_evidence_are_refused_by_name(four, maria):
    with pytest.raises(GreensUnproven, match="Acme · Reference call"):
        paste(block(four, "reference_call", "green"), maria)
    assert not Cell.objects.exists()
    assert not Evidence.objects.exists()


def test_greens_without_evidence_become_amber_if_the_person_says_so(four, maria):
    paste(block(four, "reference_call", "green"), maria, amber_instead=True)
    assert set(statuses("reference_call").values()) == {"amber"}
    assert CellChange.objects.first().reason == "Green was asked for without evidence."


def test_shared_evidence_names_the_contact_who_was_chosen_and_nobody_else(four, maria):
    acme, bluth, cheers, _dalt = four
    lucille, gob = ContactFactory(customer=acme, name="Lucille"), ContactFactory(customer=bluth, name="Gob")
    ContactFactory(customer=cheers, name="Champion", roles=["champion"])
    agreed_by = {acme.pk: lucille, bluth.pk: gob}
    shared = SharedEvidence(kind="email", agreed_on=date(2026, 11, 1), agreed_by=agreed_by)
    with pytest.raises(GreensUnproven, match=r"nobody is chosen who agreed.*Cheers.*Dalt"):
        paste(block(four, "reference_call", "green"), maria, shared_evidence=shared)
    paste(block(four, "reference_call", "green"), maria, shared_evidence=shared, amber_instead=True)
    assert statuses("reference_call") == {"Acme": "green", "Bluth": "green", "Cheers": "amber", "Dalt": "amber"}
    named = dict(Cell.objects.exclude(evidence=None).values_list("customer__name", "evidence__contact__name"))
    assert named == {"Acme": "Lucille", "Bluth": "Gob"}
    assert Cell.objects.get(customer=acme).evidence_valid_until == date(2027, 11, 1)


def test_undo_puts_back_what_was_there_and_can_be_undone_itself(four, maria):
    paste(block(four[:2], "logo", "green"), maria)
    done = paste(block(four[:2], "logo", "red", version=1) + block(four[2:], "logo", "red"), maria)
    back = change_sets.undo(done, by=maria, at=LATER)
    assert statuses("logo") == {"Acme": "green", "Bluth": "green", "Cheers": "", "Dalt": ""}
    assert ChangeSet.objects.last_undone_by(maria) == back
    assert AuditEvent.objects.get(event="change_set.undone").detail == {"cells": 4}
    redone = change_sets.undo(back, by=maria, at=LATER)
    assert set(statuses("logo").values()) == {"red"}
    assert (redone.source, ChangeSet.objects.last_done_by(maria)) == ("paste", redone)
    with pytest.raises(RuleBroken, match="already been undone"):
        change_sets.undo(done, by=maria, at=LATER)


def test_undo_leaves_cells_alone_that_others_changed_since(four, maria, jonas):
    done = paste(block(four, "logo", "red"), maria)
    paste(block(four[:1], "logo", "green", version=1), jonas)
    back = change_sets.undo(done, by=maria, at=LATER)
    assert [f"{row.customer} · {row.dimension}" for row in left_by_undo(done, back)] == ["Acme · Logo"]
    assert statuses("logo") == {"Acme": "green", "Bluth": "", "Cheers": "", "Dalt": ""}
    change_sets.undo(back, by=maria, at=LATER)
    assert statuses("logo") == {"Acme": "green", "Bluth": "red", "Cheers": "red", "Dalt": "red"}


def test_an_undo_with_nothing_left_to_restore_is_refused_and_can_be_tried_again(four, maria, jonas):
    done = paste(block(four[:1], "logo", "red"), maria)
    paste(block(four[:1], "logo", "green", version=1), jonas)
    with pytest.raises(StaleCells, match=r"Acme · Logo is now Green \(Jonas Weber\)"):
        change_sets.undo(done, by=maria, at=LATER)
    done.refresh_from_db()
    assert (statuses("logo")["Acme"], done.undone_by) == ("green", None)


def test_undo_takes_earlier_evidence_up_again_while_it_holds(four, maria):
    lucille = ContactFactory(customer=four[0], name="Lucille")
    evidence = NewEvidence("call", date(2026, 11, 1), lucille, valid_until=date(2026, 11, 30))
    cell = Cell.objects.of(four[0], dimension("reference_call"))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=evidence, by=maria, at=NOON)
    done = paste(block(four[:1], "reference_call", "red", version=1), maria)
    back = change_sets.undo(done, by=maria, at=LATER)
    cell.refresh_from_db()
    assert (cell.status, cell.evidence.contact, cell.evidence_valid_until) == ("green", lucille, date(2026, 11, 30))
    change_sets.undo(back, by=maria, at=LATER)
    change_sets.undo(ChangeSet.objects.last_done_by(maria), by=maria, at=datetime(2026, 12, 24, tzinfo=UTC))
    cell.refresh_from_db()
    assert (cell.status, cell.evidence) == ("amber", None)


def test_a_single_edit_can_be_undone_too(four, maria):
    cell = Cell.objects.of(four[0], dimension("logo"))
    cells.edit(cell, seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    change_sets.undo(ChangeSet.objects.last_done_by(maria), by=maria, at=LATER)
    assert statuses("logo") == {"Acme": ""}


def test_merged_customers_are_refused(four, maria):
    Customer.objects.filter(pk=four[1].pk).update(merged_into=four[0])
    with pytest.raises(RuleBroken, match="Bluth was merged"):
        paste(block(four, "logo", "red"), maria)


def test_the_number_of_statements_does_not_grow_with_the_block(maria):
    Programme.current()
    many = [customer(f"Company {number}") for number in range(30)]
    with CaptureQueriesContext(connection) as few:
        paste(block(many[:3], "logo", "red"), maria)
    with CaptureQueriesContext(connection) as lots:
        paste(block(many[3:], "logo", "red"), maria)
    assert len(lots) == len(few) <= 16


def test_a_keypress_costs_few_statements(four, maria):
    cell = Cell.objects.of(four[0], dimension("logo"))
    with CaptureQueriesContext(connection) as statements:
        cells.edit(cell, seen_version=0, changes={"status": "amber"}, by=maria, at=NOON)
    assert len([one for one in statements if "SAVEPOINT" not in one["sql"]]) <= 5


@pytest.mark.django_db(transaction=True)
def test_of_two_blocks_pasted_at_the_same_moment_one_is_refused(transactional_db):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    people = [person("Maria Chen", "csm"), person("Jonas Weber", "csm")]
    rows = [customer(f"Company {number}") for number in range(40)]
    edits = {"red": block(rows, "logo", "red"), "green": block(rows[::-1], "logo", "green")}
    gate, refused = threading.Barrier(2), []

    def work(status, by):
        gate.wait(timeout=10)
        try:
            paste(edits[status], by)
        except StaleCells as stale:
            refused.append(len(stale.conflicts))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(edits, people, strict=True)]
    [thread.start() for thread in threads]
    [thread.join(timeout=30) for thread in threads]
    assert len(refused) == 1
    assert refused[0] >= 1
    assert len(set(statuses("logo").values())) == 1
    assert Cell.objects.count() == 40
    assert CellChange.objects.count() == 40
