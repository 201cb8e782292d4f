"""Whatever happens: the closing is what a plain reading of the events says, and the bridge adds up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.choices import Lifecycle
from customers.models import Customer
from references.actions import closings, corrections
from references.models import Cell, Closing, EvidenceWithdrawal
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

    def expected(self, on):
        return {pk: self._reason(note, on) for pk, note in self.notes.items()}

    def _reason(self, note, on):
        status, until = note["cell"]
        cell = CellFacts(status, isinstance(until, date), date(2026, 10, 1), until if isinstance(until, date) else None)
        facts = CustomerFacts(note["lifecycle"], note["left"], note["merged"])
        return str(verdict(facts, cell, evidence_needed=True, on=on).reason)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, late=st.booleans(), corrected=st.sets(st.integers(0, 3), max_size=2), after=st.booleans())
def test_closings_tell_what_happened_before_their_end_and_bridges_add_up(maria, priya, events, late, corrected, after):
    with transaction.atomic():
        play_two_quarters(sorted(events, key=lambda event: event.at), late, corrected, after, maria, priya)
        transaction.set_rollback(True)


def play_two_quarters(events, late, corrected, after, maria, priya):
    story = Story()
    for event in [event for event in events if event.at < MIDNIGHT]:
        story.play(event)
    expected = story.expected(date(2026, 12, 31))
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
    assert dict(second.entries.values_list("customer_id", "reason")) == story.expected(date(2027, 3, 31))
    for closing in (first, second):
        assert list(verifications.differences(closing)) == []
        assert_adds_up(bridge_of(closing, END_OF_Q1), closing)
    assert running.balances


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
    shown = {kind: movements_of(closing, END_OF_Q1, kind=kind) for kind in ("gained", "lost", "churned")}
    assert {kind: len(rows) for kind, rows in shown.items()} == {
        "gained": bridge.gained,
        "lost": bridge.lost,
        "churned": bridge.churned,
    }
    assert bridge.corrected == sum(correction.step for correction in quarters.late_corrections(closing.quarter))
