"""Maria and Jonas work the grid; nobody's edit is silently lost, and a Green is earned."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from core.constraints import InsertOnlyError
from core.errors import StaleVersion
from core.models import AuditEvent
from references.actions import cells
from references.actions.cells import EvidenceMissing, NewEvidence
from references.models import Cell, CellChange, Dimension
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def bluth(db):
    return customer("Bluth Company")


def cell_of(bluth, key):
    return Cell.objects.of(bluth, Dimension.objects.get(key=key))


def test_an_edit_writes_the_cell_its_history_and_the_audit_trail(bluth, maria):
    cell = cells.edit(
        cell_of(bluth, "logo"),
        seen_version=0,
        changes={"status": "amber", "note": "Legal reads it."},
        by=maria,
        at=NOON,
    )
    change = CellChange.objects.get()
    assert (cell.version, cell.status, change.version, change.status, change.status_before) == (
        1,
        "amber",
        1,
        "amber",
        "",
    )
    assert (change.by, change.recorded_at, change.note) == (maria, NOON, "Legal reads it.")
    assert AuditEvent.objects.filter(event="cell.edited", by=maria).count() == 1


def test_the_second_of_two_edits_of_the_same_version_is_refused_and_shown_the_first(bluth, maria, jonas):
    seen_by_both = cell_of(bluth, "logo"), cell_of(bluth, "logo")
    cells.edit(seen_by_both[0], seen_version=0, changes={"status": "amber"}, by=maria, at=NOON)
    with pytest.raises(StaleVersion) as refusal:
        cells.edit(seen_by_both[1], seen_version=0, changes={"status": "red"}, by=jonas, at=NOON)
    assert refusal.value.current.status == "amber"
    assert CellChange.objects.count() == 1


def test_a_stale_edit_of_an_existing_cell_is_refused(bluth, maria, jonas):
    cells.edit(cell_of(bluth, "logo"), seen_version=0, changes={"status": "amber"}, by=maria, at=NOON)
    seen_by_both = cell_of(bluth, "logo"), cell_of(bluth, "logo")
    cells.edit(seen_by_both[0], seen_version=1, changes={"status": "green"}, by=maria, at=NOON)
    with pytest.raises(StaleVersion):
        cells.edit(seen_by_both[1], seen_version=1, changes={"status": "red"}, by=jonas, at=NOON)
    assert Cell.objects.get().status == "green"


def test_green_on_the_pay_trigger_needs_evidence(bluth, maria):
    with pytest.raises(EvidenceMissing):
        cells.edit(cell_of(bluth, "reference_call"), seen_version=0, changes={"status": "green"}, by=maria, at=NOON)
    lucille = ContactFactory(customer=bluth, name="Lucille")
    agreed = NewEvidence(kind="call", contact=lucille, agreed_on=date(2026, 11, 1))
    cell = cells.edit(
        cell_of(bluth, "reference_call"),
        seen_version=0,
        changes={"status": "green"},
        evidence=agreed,
        by=maria,
        at=NOON,
    )
    assert cell.evidence_valid_until == date(2027, 11, 1)


def test_a_green_from_before_its_dimension_asked_for_evidence_may_have_another_note(bluth, maria):
    seen = cells.edit(cell_of(bluth, "logo"), seen_version=0, changes={"status": "green"}, by=maria, at=NOON)
    Dimension.objects.filter(key="logo").update(needs_evidence=True, evidence_days=365)
    noted = cells.edit(cell_of(bluth, "logo"), seen_version=1, changes={"note": "On slide 3."}, by=maria, at=NOON)
    assert (noted.status, noted.note, noted.version) == ("green", "On slide 3.", seen.version + 1)
    cells.edit(noted, seen_version=2, changes={"status": "amber"}, by=maria, at=NOON)
    with pytest.raises(EvidenceMissing):
        cells.edit(cell_of(bluth, "logo"), seen_version=3, changes={"status": "green"}, by=maria, at=NOON)


def test_history_cannot_be_rewritten_in_code_or_in_the_database(bluth, maria):
    cells.edit(cell_of(bluth, "logo"), seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    change = CellChange.objects.get()
    with pytest.raises(InsertOnlyError):
        change.save()
    with pytest.raises(InsertOnlyError):
        CellChange.objects.update(note="was never written")
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        CellChange.objects.all().query.get_compiler("default").connection.cursor().execute(
            "UPDATE references_cellchange SET note = 'was never written'"
        )
