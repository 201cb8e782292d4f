"""Whatever stands in a sheet: trying it tells what is then done; what went in whole changes nothing again."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerChange
from references.actions import cells, rag_imports
from references.models import Cell, CellChange, Dimension, Evidence
from tests.factories import customer
from tests.references.test_rag_imports import NOON, run, sheet

HEAD = ["Customer", "Web domain", "Logo", "Logo note", "Reference call"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Acme", "ACME, Inc.", "Bluth", "Old Acme", "Twin", "Total", ""]),
        st.sampled_from(["", "", "a.example", "b.example"]),
        st.sampled_from(["", "G", "R", "Amber - they wait", "green?", "A/G"]),
        st.sampled_from(["", "", "said so", "-"]),
        st.sampled_from(["", "G", "A", "R"]),
    ).map(list),
    max_size=7,
)


def told(outcomes):
    """What becomes of the rows, whether it is told before or after."""
    return [
        (one.row, one.kind, one.subject, one.fields, one.reason.replace("will be", "was"), one.kept_as_notes)
        for one in outcomes
    ]


def the_grid(maria):
    """A cell with a plan that a Green ends, a Green, and a duplicate that was merged."""
    acme = customer("Acme", csm=maria)
    Customer.objects.filter(pk=customer("Old Acme", domain="b.example").pk).update(merged_into=acme)
    customer("Twin", domain="a.example", csm=maria)
    for row, key, changes in (
        (acme, "reference_call", {"status": "amber", "blocker": "Legal"}),
        (customer("Bluth"), "logo", {"status": "green", "note": "said so"}),
    ):
        cell = Cell.objects.of(row, Dimension.objects.get(key=key))
        cells.edit(cell, seen_version=0, changes=changes, by=maria, at=NOON)


def stored():
    return list(Cell.objects.order_by("pk").values()), *(
        model.objects.count() for model in (CellChange, Evidence, Customer, CustomerChange)
    )


@pytest.mark.parametrize("chunk", [2, 100])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_what_is_foreseen_is_done_and_is_done_once(maria, monkeypatch, chunk, rows):
    monkeypatch.setattr(rag_imports, "CHUNK", chunk)
    file = sheet(HEAD, ["Initech", "", "R", "", ""], *rows)
    with transaction.atomic():
        the_grid(maria)
        foreseen = run(file, maria, write=False, create_unknown=True)
        assert told(run(file, maria, create_unknown=True)) == told(foreseen)
        # Rows that contradict each other or the grid may come to something else once the others are in.
        if all(one.kind != "problem" for one in foreseen):
            before = stored()
            again = run(file, maria, create_unknown=True)
            assert {one.kind.value for one in again} <= {"unchanged", "problem"}
            assert stored() == before
        for cell in Cell.objects.exclude(status="green"):
            assert cell.evidence_id is None
        for cell in Cell.objects.filter(status="green"):
            assert (cell.blocker, cell.evidence_id is not None) == ("", cell.dimension.needs_evidence)
        transaction.set_rollback(True)
