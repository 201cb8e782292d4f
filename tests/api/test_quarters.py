"""A payroll program reads the quarterly count, and Priya's script closes a quarter."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from references.actions import cells, corrections
from references.actions.cells import NewEvidence
from references.models import Cell, Closing, Dimension
from tests.api.calling import client_of
from tests.factories import ContactFactory, customer

IN_Q1 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def bluth(maria):
    """Bluth Company is reference-able since March, Sitwell is not."""
    bluth = customer("Bluth Company")
    customer("Sitwell")
    lucille = ContactFactory(customer=bluth, name="Lucille")
    evidence = NewEvidence(kind="call", contact=lucille, agreed_on=date(2026, 3, 1))
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="reference_call"))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=evidence, by=maria, at=IN_Q1)
    return bluth


@time_machine.travel("2026-04-03T08:00:00Z", tick=False)
def test_a_quarter_is_closed_once_and_read_with_its_seal(bluth, priya):
    api = client_of(priya)
    assert api.get("/api/v1/quarters/2026-Q1/").json()["state"] == "due"
    closed = api.post("/api/v1/quarters/2026-Q1/close/")
    assert closed.status_code == 201, closed.content
    closing = closed.json()["closing"]
    assert (closing["count"], closing["corrected_count"], closing["customers"]) == (1, 1, 2)
    assert closing["seal"] == Closing.objects.get().seal
    again = api.post("/api/v1/quarters/2026-Q1/close/")
    assert again.status_code == 422
    assert Closing.objects.count() == 1


@time_machine.travel("2026-04-03T08:00:00Z", tick=False)
def test_a_running_quarter_is_not_closed(bluth, priya):
    answer = client_of(priya).post("/api/v1/quarters/2026-Q2/close/")
    assert answer.status_code == 422
    assert not Closing.objects.exists()


@time_machine.travel("2026-04-03T08:00:00Z", tick=False)
def test_entries_say_who_counts_and_why_not(bluth, priya):
    api = client_of(priya)
    api.post("/api/v1/quarters/2026-Q1/close/")
    rows = api.get("/api/v1/quarters/2026-Q1/entries/").json()["results"]
    assert [(row["name"], row["is_referenceable"], row["reason"]) for row in rows] == [
        ("Bluth Company", True, "counts"),
        ("Sitwell", False, "blank"),
    ]
    assert {row["corrected_to"] for row in rows} == {None}


@time_machine.travel("2026-04-03T08:00:00Z", tick=False)
def test_entries_lead_to_the_corrected_count(bluth, maria, priya, django_assert_num_queries):
    api = client_of(priya)
    api.post("/api/v1/quarters/2026-Q1/close/")
    closing = Closing.objects.get()
    now = datetime(2026, 4, 3, 8, tzinfo=UTC)
    with CaptureQueriesContext(connection) as before:
        api.get("/api/v1/quarters/2026-Q1/entries/")
    sitwell = closing.entries.get(name="Sitwell").customer
    for who, counts in ((sitwell, True), (bluth, False), (bluth, True)):
        proposed = corrections.propose(
            closing, customer=who, is_referenceable=counts, reason="It was seen too late.", by=maria, at=now
        )
        corrections.decide(proposed, approve=True, by=priya, at=now)
    with django_assert_num_queries(len(before)):
        rows = api.get("/api/v1/quarters/2026-Q1/entries/").json()["results"]
    told = [(row["name"], row["is_referenceable"], row["corrected_to"]) for row in rows]
    assert told == [("Bluth Company", True, True), ("Sitwell", False, True)]
    holds = [row["is_referenceable"] if row["corrected_to"] is None else row["corrected_to"] for row in rows]
    closed = api.get("/api/v1/quarters/2026-Q1/").json()["closing"]
    assert sum(holds) == closed["corrected_count"] == 2


@time_machine.travel("2026-04-03T08:00:00Z", tick=False)
def test_quarters_come_oldest_first_with_what_is_known(bluth, maria):
    rows = client_of(maria).get("/api/v1/quarters/").json()["results"]
    assert [(row["label"], row["state"], row["now"]) for row in rows] == [
        ("2026-Q1", "due", 1),
        ("2026-Q2", "running", 1),
    ]


@pytest.mark.parametrize("label", ["2026-Q5", "yesterday", "0000-Q1"])
def test_a_label_that_is_no_quarter_is_not_found(maria, label):
    assert client_of(maria).get(f"/api/v1/quarters/{label}/").status_code == 404


def test_a_csm_reads_quarters_and_closes_none(maria):
    assert client_of(maria).post("/api/v1/quarters/2026-Q1/close/").status_code == 403
