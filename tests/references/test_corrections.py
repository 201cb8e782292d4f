"""Maria finds a mistake in a closed quarter, Priya decides; the closed figure stays next to the corrected one."""

import pytest

from core.errors import RuleBroken
from core.models import AuditEvent, Notice
from customers.models import Customer
from references.actions import closings, corrections, merges
from references.reports import quarters
from references.reports.merges import signature
from tests.factories import customer
from tests.references.ledger import BEFORE, END_OF_Q1, FIVE_PAST, IN_Q1, Q1, Q4, bridge_of, company, green, movements_of

WHY = "The consent was signed in December; the mail came in January."


@pytest.fixture
def closing(db, maria):
    green("Acme")
    company("Bluth")
    return closings.close(Q4, by=None, at=FIVE_PAST)


def bluth(closing):
    return closing.entries.get(name="Bluth").customer


def proposal(closing, maria, **more):
    return corrections.propose(
        closing, **({"customer": bluth(closing), "is_referenceable": True, "reason": WHY} | more), by=maria, at=IN_Q1
    )


def test_an_approved_correction_stands_next_to_the_closed_count(closing, maria, priya):
    correction = proposal(closing, maria)
    assert quarters.corrected_count(closing) == 1
    corrections.decide(correction, approve=True, by=priya, at=IN_Q1)
    closing.refresh_from_db()
    assert (closing.count, quarters.corrected_count(closing), quarters.opening(Q1.label)) == (1, 2, 2)
    assert closings.close(Q1, by=None, at=END_OF_Q1).opening == 2
    assert set(AuditEvent.objects.filter(event__startswith="correction.").values_list("event", "by__name")) == {
        ("correction.proposed", "Maria Chen"),
        ("correction.approved", "Priya Nair"),
    }
    assert Notice.objects.filter(to=priya, text__contains="proposes a correction of Bluth").exists()
    assert Notice.objects.filter(to=maria, text__contains="approved your correction").exists()


def test_nobody_decides_on_their_own_proposal(closing, priya):
    correction = proposal(closing, priya)
    with pytest.raises(RuleBroken, match="another person must decide"):
        corrections.decide(correction, approve=True, by=priya, at=IN_Q1)


def test_a_refused_correction_changes_nothing_and_says_why(closing, maria, priya):
    correction = proposal(closing, maria)
    with pytest.raises(RuleBroken, match="Say why you refuse"):
        corrections.decide(correction, approve=False, by=priya, at=IN_Q1)
    corrections.decide(correction, approve=False, comment="No document.", by=priya, at=IN_Q1)
    assert quarters.corrected_count(closing) == 1
    with pytest.raises(RuleBroken, match="decided already"):
        corrections.decide(correction, approve=True, by=priya, at=IN_Q1)
    assert Notice.objects.get(to=maria, text__contains="refused").text.endswith("No document.")


def test_what_would_change_nothing_or_waits_already_is_refused(closing, maria, priya):
    with pytest.raises(RuleBroken, match="does not count"):
        proposal(closing, maria, is_referenceable=False)
    with pytest.raises(RuleBroken, match="Say in 10 letters or more"):
        proposal(closing, maria, reason="  typo ")
    correction = proposal(closing, maria)
    with pytest.raises(RuleBroken, match="waits for a decision"):
        proposal(closing, maria)
    corrections.decide(correction, approve=True, by=priya, at=IN_Q1)
    with pytest.raises(RuleBroken, match="counts in 2026-Q4 already"):
        proposal(closing, maria)
    back = proposal(closing, maria, is_referenceable=False)
    corrections.decide(back, approve=True, by=priya, at=IN_Q1)
    assert quarters.corrected_count(closing) == 1


def test_a_correction_approved_after_the_next_closing_is_a_step_of_its_bridge(closing, maria, priya):
    second = closings.close(Q1, by=None, at=END_OF_Q1)
    assert (second.opening, second.count) == (1, 1)
    corrections.decide(proposal(closing, maria), approve=True, by=priya, at=END_OF_Q1)
    bridge = bridge_of(Q1, END_OF_Q1)
    assert (bridge.opening, bridge.corrected, bridge.lost, bridge.closing) == (1, 1, 1, 1)
    assert bridge.balances
    assert [row.name for row in movements_of(Q1, END_OF_Q1, kind="lost")] == ["Bluth"]


def test_a_customer_entered_too_late_can_be_put_in(closing, maria, priya):
    forgotten = company("Forgotten", at=IN_Q1)
    correction = proposal(closing, maria, customer=forgotten)
    corrections.decide(correction, approve=True, by=priya, at=IN_Q1)
    assert quarters.corrected_count(closing) == 2
    assert bridge_of(Q1, IN_Q1).balances
    assert closing.ends_at > BEFORE


def test_a_company_of_several_rows_that_were_merged_since_counts_once(closing, maria, priya):
    """Acme counted. Bluth and Cheers turn out to be Acme: neither can be put in beside it, nor the two of them."""
    cheers = customer("Cheers", at=IN_Q1)
    waiting = proposal(closing, maria)
    acme = closing.entries.get(name="Acme").customer
    merge(acme, bluth(closing), maria)
    with pytest.raises(RuleBroken, match="Acme counts in 2026-Q4 already, and is the same company as Bluth now"):
        corrections.decide(waiting, approve=True, by=priya, at=IN_Q1)
    merge(cheers, Customer.objects.get(pk=acme.pk), maria)
    for row in (cheers, bluth(closing)):
        with pytest.raises(RuleBroken, match="Acme counts in 2026-Q4 already"):
            proposal(closing, maria, customer=row)
    assert quarters.corrected_count(closing) == 1
    back = proposal(closing, maria, customer=closing.entries.get(name="Acme").customer, is_referenceable=False)
    corrections.decide(back, approve=True, by=priya, at=IN_Q1)
    put_in = proposal(closing, maria, customer=Customer.objects.get(pk=cheers.pk))
    corrections.decide(put_in, approve=True, by=priya, at=IN_Q1)
    assert quarters.corrected_count(closing) == 1


def merge(survivor, duplicate, by):
    return merges.merge(survivor, duplicate=duplicate, seen=signature(survivor, duplicate), by=by, at=IN_Q1)
