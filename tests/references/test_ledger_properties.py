"""Whatever happens: the closing is what a plain reading of the events says, and the bridge adds up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.choices import Lifecycle
from customers.models import Customer
from references.actions import closings, corrections, definitions
from references.choices import Movement
from references.models import Cell, Closing, Definition, Dimension, EvidenceWithdrawal
from references.reports import quarters, verifications
from references.rules.verdicts import CellFacts, CustomerFacts, verdict
from tests.references.ledger import (
    END_OF_Q1,
    FIVE_PAST,
    MIDNIGHT,
    Q1,
    Q4,
    bridge_of,
    churn,
    company,
    live_again,
    merge,
    movements_of,
    set_cell,
)

START = datetime(2026, 10, 5, tzinfo=UTC)
SECONDS = int((datetime(2027, 3, 31, 23, tzinfo=UTC) - START).total_seconds())
NEAR_MIDNIGHT = st.sampled_from([-1, 0, 1]).map(lambda step: MIDNIGHT + timedelta(microseconds=step))
ANY_TIME = st.integers(0, SECONDS).map(lambda seconds: START + timedelta(seconds=seconds))
DEEDS = st.sampled_from(
    ["green", "green", "green", "red", "amber", "", "churn", "live", "prospective", "merge", "withdraw"]
)
UNTIL = st.sampled_from([date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2028, 1, 1)])


@dataclass(frozen=True)
class Event:
    at: datetime
    deed: str
    who: int
    until: date


EVENTS = st.lists(st.builds(Event, NEAR_MIDNIGHT | ANY_TIME, DEEDS, st.integers(0, 3), UNTIL), max_size=25)


class Story:
    """Plays events through the program's actions and keeps its own plain notes of what should hold."""

    def __init__(self):
        self.people = [company(name, at=START) for name in ("Acme", "Bluth", "Cancity", "Dambase")]
        self.notes = {
            who.pk: {"lifecycle": "live", "left": None, "merged": False, "cell": ("", None)} for who in self.people
        }

    def play(self, event):
        who = Customer.objects.get(pk=self.people[event.who].pk)
        note = self.notes[who.pk]
        if note["merged"]:
            return
        if event.deed == "churn":
            churn(who, on=event.until, at=event.at)
            note["lifecycle"], note["left"] = "churned", event.until
        elif event.deed in ("live", "prospective"):
            live_again(who, at=event.at, lifecycle=Lifecycle(event.deed))
            note["lifecycle"], note["left"] = event.deed, None
        elif event.deed == "merge":
            if event.who != 0:
                merge(who, self.people[0], at=event.at)
                note["merged"] = True
        elif event.deed == "withdraw":
            self.withdraw(who, event.at)
        elif event.deed != "green":
            set_cell(who, event.deed, at=event.at)
            note["cell"] = (event.deed, None)
        elif event.until >= event.at.date():
            set_cell(who, "green", at=event.at, until=event.until)
            note["cell"] = ("green", event.until)

    def withdraw(self, who, at):
        cell = Cell.objects.filter(customer=who, dimension__key="reference_call", evidence__isnull=False).first()
        if cell and not EvidenceWithdrawal.objects.filter(evidence=cell.evidence).exists():
            EvidenceWithdrawal.objects.create(evidence=cell.evidence, reason="No longer", recorded_at=at)
            self.notes[who.pk]["cell"] = ("green", "withdrawn")

    def expected(self, on, *, evidence_needed):
        return {pk: self._reason(note, on, evidence_needed) for pk, note in self.notes.items()}

    def _reason(self, note, on, evidence_needed):
        status, until = note["cell"]
        cell = CellFacts(status, isinstance(until, date), date(2026, 10, 1), until if isinstance(until, date) else None)
        facts = CustomerFacts(note["lifecycle"], note["left"], note["merged"])
        return str(verdict(facts, cell, evidence_needed=evidence_needed, on=on).reason)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=EVENTS,
    late=st.booleans(),
    corrected=st.sets(st.integers(0, 3), max_size=2),
    after=st.booleans(),
    needed=st.sampled_from([(True, True), (True, False), (False, True)]),
)
def test_closings_tell_what_happened_before_their_end_and_bridges_add_up(
    maria, priya, events, late, corrected, after, needed
):
    with transaction.atomic():
        play_two_quarters(sorted(events, key=lambda event: event.at), late, corrected, after, needed, maria, priya)
        transaction.set_rollback(True)


def define(quarter, evidence_needed, priya):
    """Whether evidence is needed from the quarter on; nothing where that is so already."""
    if Definition.objects.holding_for(quarter.label).evidence_needed != evidence_needed:
        calls = Dimension.objects.get(key="reference_call")
        why = "Told by the auditors."
        definitions.change(calls, from_quarter=quarter, evidence_needed=evidence_needed, reason=why, by=priya, at=START)


def play_two_quarters(events, late, corrected, after, needed, maria, priya):
    story = Story()
    for quarter, evidence_needed in zip((Q4, Q1), needed, strict=True):
        define(quarter, evidence_needed, priya)
    for event in [event for event in events if event.at < MIDNIGHT]:
        story.play(event)
    last_day = date(2026, 12, 31)
    expected, anew = (story.expected(last_day, evidence_needed=evidence_needed) for evidence_needed in needed)
    if not late:
        closings.close(Q4, by=None, at=FIVE_PAST)
    for event in [event for event in events if event.at >= MIDNIGHT]:
        story.play(event)
    first = closings.close(Q4, by=None, at=END_OF_Q1) if late else Closing.objects.get(quarter=Q4.label)
    if not after:
        correct(first, story, corrected, maria, priya)
    running = bridge_of(Q1, END_OF_Q1 - timedelta(hours=1))
    second = closings.close(Q1, by=None, at=END_OF_Q1)
    if after:
        correct(first, story, corrected, maria, priya)
    assert dict(first.entries.values_list("customer_id", "reason")) == expected
    assert dict(second.entries.values_list("customer_id", "reason")) == story.expected(
        date(2027, 3, 31), evidence_needed=needed[1]
    )
    for closing in (first, second):
        assert list(verifications.differences(closing)) == []
        assert_adds_up(bridge_of(closing, END_OF_Q1), closing)
    assert running.balances
    if needed[0] != needed[1] and not corrected:
        told = {row.customer_id: row.reason for row in movements_of(Q1, END_OF_Q1, kind="redefined")}
        moved = {pk for pk, reason in expected.items() if (reason == "counts") != (anew[pk] == "counts")}
        assert told == {pk: anew[pk] for pk in moved}


def correct(closing, story, numbers, maria, priya):
    for number in numbers:
        who = story.people[number]
        counted = closing.entries.get(customer=who).is_referenceable
        proposal = corrections.propose(
            closing, customer=who, is_referenceable=not counted, reason="Learned in the audit.", by=maria, at=END_OF_Q1
        )
        corrections.decide(proposal, approve=True, by=priya, at=END_OF_Q1)


def assert_adds_up(bridge, closing):
    assert bridge.balances, bridge
    shown = {kind: movements_of(closing, END_OF_Q1, kind=kind) for kind in Movement}
    assert {kind: len(rows) for kind, rows in shown.items()} == {
        "redefined": bridge.newly_counted + bridge.no_longer_counted,
        "gained": bridge.gained,
        "lost": bridge.lost,
        "churned": bridge.churned,
    }
    assert bridge.redefined == sum(row.step for row in shown[Movement.REDEFINED])
    assert bridge.corrected == sum(correction.step for correction in quarters.late_corrections(closing.quarter))
