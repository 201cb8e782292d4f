"""Priya says what counts, and how much is aimed at; never for a quarter that is over."""

import pytest
import time_machine

from core.errors import RuleBroken
from core.models import AuditEvent
from references.actions import closings, definitions, targets
from references.actions.cells import NewEvidence
from references.models import Definition, Dimension
from references.reports.counts import Present, referenceable
from tests.factories import ContactFactory
from tests.references.ledger import BEFORE, FIVE_PAST, IN_Q1, IN_TIME, LAST, MIDNIGHT, Q1, Q4, company, set_cell

WHY = "Logos bring more than calls do."


@pytest.fixture
def logo(db):
    return Dimension.objects.get(key="logo")


def change(logo, priya, *, quarter=Q4, evidence_needed=False, reason=WHY, at=BEFORE):
    return definitions.change(
        logo, from_quarter=quarter, evidence_needed=evidence_needed, reason=reason, by=priya, at=at
    )


def test_a_changed_definition_counts_from_its_quarter_on(logo, priya):
    set_cell(company("Acme"), "green", key="logo")
    assert referenceable(Present.seen(BEFORE)).count() == 0
    change(logo, priya, quarter=Q1)
    assert referenceable(Present.seen(BEFORE)).count() == 0
    assert referenceable(Present.seen(IN_Q1)).count() == 1
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    assert (closing.count, closing.pay_trigger) == (0, "reference_call")
    later = closings.close(Q1, by=None, at=FIVE_PAST.replace(month=5))
    assert (later.count, later.pay_trigger, later.evidence_needed) == (1, "logo", False)
    assert WHY in later.definition_text
    assert "“Logo” is Green with or without evidence" in later.definition_text
    assert AuditEvent.objects.filter(event="definition.changed", by=priya).count() == 1


def test_of_two_definitions_of_one_quarter_the_earlier_is_marked_as_replaced(client, logo, priya):
    first, second = change(logo, priya, quarter=Q1), change(logo, priya, quarter=Q1, evidence_needed=True)
    client.force_login(priya)
    rows = client.get("/quarters/definition/").text.split("<tbody>")[1].split("</tr>")
    assert [("replaced" in row) for row in rows[:2]] == [False, True]
    assert first.pk < second.pk


def test_a_definition_entered_after_the_end_does_not_reach_back(logo, priya):
    set_cell(company("Acme"), "green", key="logo")
    Definition.objects.create(from_quarter=Q4.label, dimension=logo, reason=WHY, recorded_at=MIDNIGHT)
    assert closings.close(Q4, by=None, at=FIVE_PAST).pay_trigger == "reference_call"


def test_past_and_closed_quarters_keep_their_definition(logo, priya):
    company("Acme")
    with pytest.raises(RuleBroken, match="has ended; choose the running quarter 2027-Q1"):
        change(logo, priya, at=MIDNIGHT)
    closings.close(Q4, by=None, at=FIVE_PAST)
    with pytest.raises(RuleBroken, match="is closed"):
        change(logo, priya, at=FIVE_PAST)
    with pytest.raises(RuleBroken, match="Say in 10 letters or more"):
        change(logo, priya, quarter=Q1, reason="so", at=FIVE_PAST)


def test_a_pay_trigger_that_needs_evidence_asks_for_it_in_the_grid_and_says_so(client, logo, priya):
    change(logo, priya, evidence_needed=True)
    logo.refresh_from_db()
    assert (logo.needs_evidence, logo.evidence_days) == (True, 365)
    client.force_login(priya)
    assert "The dimension asks for evidence from today on" in client.get("/quarters/definition/").text
    with pytest.raises(RuleBroken, match="already"):
        change(logo, priya, evidence_needed=True)


def test_targets_are_set_for_the_running_or_a_later_quarter_and_changed_with_a_reason(db, priya):
    company("Acme")
    targets.set_target(Q4, count=50, reason="", by=priya, at=IN_TIME)
    with pytest.raises(RuleBroken, match="Say why"):
        targets.set_target(Q4, count=40, reason=" ", by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="is 50 already"):
        targets.set_target(Q4, count=50, reason="again", by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="at least 1"):
        targets.set_target(Q4, count=0, reason="none", by=priya, at=BEFORE)
    targets.set_target(Q4, count=45, reason="Two customers were sold.", by=priya, at=LAST)
    with pytest.raises(RuleBroken, match="has ended"):
        targets.set_target(Q4, count=1, reason="Now we made it.", by=priya, at=MIDNIGHT)
    assert closings.close(Q4, by=None, at=FIVE_PAST).target == 45
    with pytest.raises(RuleBroken, match="is closed"):
        targets.set_target(Q4, count=1, reason="Now we made it.", by=priya, at=FIVE_PAST)


def test_a_quarter_that_ended_without_a_target_can_be_given_its_first(db, priya):
    company("Acme")
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    targets.set_target(Q4, count=3, reason="Agreed in October, entered late.", by=priya, at=FIVE_PAST)
    assert closing.target is None
    with pytest.raises(RuleBroken, match="is closed"):
        targets.set_target(Q4, count=2, reason="Agreed in October.", by=priya, at=FIVE_PAST)


def test_what_each_dimension_would_count_today_stands_beside_the_form_and_in_the_answer(client, logo, priya, maria):
    """Three take calls; one of them has a logo that somebody agreed to, another two have one nobody agreed to."""
    callers = [company(f"Caller {number}") for number in range(3)]
    for who in callers:
        set_cell(who, "green")
    contact = ContactFactory(customer=callers[0])
    consent = NewEvidence(kind="email", contact=contact, agreed_on=IN_TIME.date(), valid_until=None)
    set_cell(callers[0], "green", key="logo", evidence=consent)
    for who in (callers[1], company("Shows our logo")):
        set_cell(who, "green", key="logo")
    with time_machine.travel(BEFORE, tick=False):
        client.force_login(priya)
        page = client.get("/quarters/definition/").text
        assert '<th scope="row">Logo</th><td class="num">3</td><td class="num">1</td>' in page
        assert "”, 3 count." in page
        entered = {"quarter": "2027-Q1", "dimension": logo.pk, "evidence_needed": "on", "reason": WHY}
        entered["seen"] = Definition.objects.order_by("-pk")[0].pk
        answer = client.post("/quarters/definition/", entered, follow=True).text
        assert "By it 1 of the 3 customers that count today would still count, and 0 others." in answer
        assert "2 more are Green in “Logo”, but without evidence that is valid." in answer
        client.force_login(maria)
        assert "What each would count today" not in client.get("/quarters/definition/").text
