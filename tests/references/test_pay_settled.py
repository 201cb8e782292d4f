"""What was paid, what is still owed, and who was in the team when it was: the same on every page that tells it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from core.models import Programme
from core.quarters import Quarter
from references.actions import pay_curves, pay_members, programme, statements, targets
from references.models import PayMember
from references.rules.pay import Curve
from tests.references.paid import closing
from tests.references.test_statements import APRIL, JULY, OCTOBER, Q1, Q2, Q3, correct, team

OWED = "corrected to {}; the next statement settles it"
__all__ = ["team"]


@pytest.fixture
def first(team, priya):
    found = closing(Q1, 45)
    statements.issue(found, by=priya, at=APRIL)
    return found


def told(client, label="2026-Q1"):
    """What the statement and the list of statements say of the quarter."""
    page = client.get(reverse("references:statement_detail", args=[label])).text
    listed = client.get(reverse("references:pay_plan")).text
    return page, listed


@pytest.mark.time_machine(OCTOBER)
def test_a_correction_is_owed_until_it_is_settled_and_again_when_it_is_reversed(client, first, maria, priya):
    client.force_login(priya)
    correct(first, "Bluth Company", False, by=maria, approver=priya)
    assert all(OWED.format(44) in page for page in told(client))
    statements.issue(closing(Q2, 50), by=priya, at=JULY)
    assert not any("settles it" in page for page in told(client))
    assert all("corrected to 44, and settled since" in page for page in told(client))
    correct(first, "Cheers", True, by=maria, approver=priya)
    assert all(OWED.format(45) in page for page in told(client)), "45 is what the statement paid, but not what is paid"
    board = client.get(f"{reverse('references:quarter_board')}?quarter=2026-Q1").text
    assert OWED.format(45) in board


def test_a_membership_does_not_reach_over_a_quarter_that_was_paid_without_it(first, jonas, priya):
    member = PayMember.objects.get(user=jonas)
    pay_members.end(member, until_quarter=Q1, by=priya, at=APRIL)
    statements.issue(closing(Q2, 50), by=priya, at=JULY)
    member.refresh_from_db()
    with pytest.raises(RuleBroken, match="statement of 2026-Q2 has been issued"):
        pay_members.end(member, until_quarter=Q3, by=priya, at=OCTOBER)
    pay_members.add(jonas, target_bonus=Decimal(600), from_quarter=Q3, by=priya, at=OCTOBER)
    assert not PayMember.objects.in_quarter("2026-Q2").filter(user=jonas).exists()


@pytest.mark.time_machine(JULY)
def test_a_quarter_from_before_the_first_curve_gets_its_own(client, maria, priya):
    pay_curves.set(Q2, curve=Curve(threshold=90), reason="The plan.", by=priya, at=APRIL)
    pay_members.add(maria, target_bonus=Decimal(1000), from_quarter=Q1, by=priya, at=APRIL)
    early = closing(Q1, 45)
    client.force_login(priya)
    form = client.get(reverse("references:pay_curve_edit")).context["form"]
    offered = [value for value, _label in form.fields["quarter"].choices]
    assert ("2026-Q1" in offered, "2026-Q2" in offered, "2026-Q3" in offered) == (True, False, True)
    pay_curves.set(Q1, curve=Curve(), reason="As agreed then.", by=priya, at=JULY)
    assert statements.issue(early, by=priya, at=JULY).curve.threshold == Curve().threshold
    assert statements.issue(closing(Q2, 50), by=priya, at=JULY).curve.threshold == 90


@pytest.mark.time_machine(JULY)
def test_the_list_of_statements_tells_the_target_that_was_set_late(client, team, priya):
    closing(Q1, 45, target=None)
    targets.set_target(Quarter(2026, 1), count=60, reason="Agreed in January.", by=priya, at=JULY)
    client.force_login(priya)
    row = client.get(reverse("references:pay_plan")).text.split("Bonus statements</h2>")[1]
    assert '<td class="num">60</td>' in row


def test_the_currency_of_what_is_settled_does_not_change(first, priya):
    row = Programme.current()
    with pytest.raises(RuleBroken, match="currency cannot change"):
        programme.configure(row, values={"currency": "USD"}, by=priya, at=JULY)
    assert programme.configure(row, values={"company": "Other"}, by=priya, at=JULY).company == "Other"
