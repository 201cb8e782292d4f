"""A quarter is paid once; what is corrected afterwards enters the next statement."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core.choices import Role
from core.constraints import InsertOnlyError
from core.errors import RuleBroken
from core.models import AuditEvent
from core.quarters import Quarter
from references.actions import pay_curves, pay_members, recognition_settings, recognitions, statements
from references.models import BonusStatement, Closing, Correction, CorrectionDecision, PayMember
from references.reports import pay as reports
from references.reports import rankings
from references.rules.pay import Curve
from tests.factories import customer, person
from tests.references.paid import closing
from tests.references.recognized import enrol, nominate

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, tzinfo=UTC)
JULY = datetime(2026, 7, 2, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 2, tzinfo=UTC)
Q1, Q2, Q3 = Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)


def correct(closed: Closing, name: str, counts: bool, *, by, approver, approved: bool = True) -> None:
    correction = Correction.objects.create(
        closing=closed,
        customer=customer(name),
        is_referenceable=counts,
        reason="Found out later.",
        proposed_at=JULY,
        proposed_by=by,
    )
    CorrectionDecision.objects.create(
        correction=correction, is_approved=approved, proposed_by=by, decided_by=approver, decided_at=JULY
    )


@pytest.fixture
def team(maria, jonas, priya):
    pay_curves.set(Q1, curve=Curve(), reason="The first plan.", by=priya, at=JANUARY)
    for member, bonus in ((maria, "1000.00"), (jonas, "600.00")):
        pay_members.add(member, target_bonus=Decimal(bonus), from_quarter=Q1, by=priya, at=JANUARY)


def payouts(statement):
    return {line.user.name: (line.payout, line.carried_over) for line in statement.lines.select_related("user")}


def test_a_statement_pays_each_member_the_percentage_of_the_curve(team, priya):
    statement = statements.issue(closing(Q1, 45), by=priya, at=APRIL)
    assert (statement.count, statement.target, statement.payout_percent) == (45, 50, 75)
    assert payouts(statement) == {"Maria Chen": (750, 0), "Jonas Weber": (450, 0)}
    assert AuditEvent.objects.filter(event="statement.issued", by=priya).count() == 1


def test_nominations_levels_and_letters_are_worth_no_money(team, maria, priya):
    """No quid pro quo: Maria leads the ranking and has the highest level, and her bonus is that of the count."""
    recognition_settings.add_level(name="Gold", needed=1, by=priya, at=JANUARY)
    recognition_settings.edit(changes={"uses_levels": True}, by=priya, at=JANUARY)
    eva = person("Eva Lindqvist", Role.EXECUTIVE)
    enrolled = enrol(nominate("Bluth Company", maria, at=JANUARY), priya, at=JANUARY)
    said = {"subject": "Thank you", "text": "Well done.", "signer": eva}
    letter = recognitions.draft(maria, values=said, nomination=enrolled, asks=True, by=priya, at=JANUARY)
    recognitions.sign(letter, seen_version=letter.version, by=eva, at=JANUARY)
    assert rankings.own_place(maria, Q1).level.name == "Gold"
    assert payouts(statements.issue(closing(Q1, 45), by=priya, at=APRIL)) == {
        "Maria Chen": (750, 0),
        "Jonas Weber": (450, 0),
    }


def test_a_quarter_is_paid_once(team, priya):
    closed = closing(Q1, 45)
    statements.issue(closed, by=priya, at=APRIL)
    with pytest.raises(RuleBroken, match="never changes"):
        statements.issue(closed, by=priya, at=APRIL)
    assert BonusStatement.objects.count() == 1


def test_who_presses_the_button_second_is_led_to_the_statement(client, team, priya):
    closing(Q1, 45)
    client.force_login(priya)
    for said in ("is issued", "has been issued and never changes"):
        answer = client.post(reverse("references:statement_issue", args=[Q1.label]), follow=True)
        assert answer.redirect_chain == [(reverse("references:statement_detail", args=[Q1.label]), 302)]
        assert said in answer.content.decode()
    assert BonusStatement.objects.count() == 1


def test_an_issued_statement_cannot_be_changed_by_code_or_by_sql(team, priya):
    statement = statements.issue(closing(Q1, 45), by=priya, at=APRIL)
    with pytest.raises(InsertOnlyError):
        statement.save()
    for table in ("references_bonusstatement", "references_bonusline"):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")  # noqa: S608


@pytest.mark.parametrize("target", [None, 0])
def test_without_a_target_nothing_is_issued(team, priya, target):
    with pytest.raises(RuleBroken, match="no target"):
        statements.issue(closing(Q1, 45, target=target), by=priya, at=APRIL)


def test_without_a_curve_or_members_nothing_is_issued(maria, priya):
    with pytest.raises(RuleBroken, match="pay curve"):
        statements.issue(closing(Q1, 45), by=priya, at=APRIL)
    pay_curves.set(Q1, curve=Curve(), reason="The first plan.", by=priya, at=JANUARY)
    with pytest.raises(RuleBroken, match="member"):
        statements.issue(Closing.objects.get(), by=priya, at=APRIL)


def test_a_correction_approved_before_the_issue_is_paid_at_once(team, maria, priya):
    closed = closing(Q1, 45)
    correct(closed, "Bluth Company", False, by=maria, approver=priya)
    assert statements.issue(closed, by=priya, at=APRIL).count == 44


def test_a_later_correction_enters_the_next_statement_once(team, maria, priya):
    first = closing(Q1, 45)
    statements.issue(first, by=priya, at=APRIL)
    correct(first, "Bluth Company", False, by=maria, approver=priya)
    correct(first, "Cheers", False, by=maria, approver=priya, approved=False)
    second = statements.issue(closing(Q2, 50), by=priya, at=JULY)
    # 44 of 50 is 88 %, pays 70 % instead of 75 %.
    assert payouts(second) == {"Maria Chen": (1000, -50), "Jonas Weber": (600, -30)}
    assert "2026-Q1 corrected from 45 to 44" in second.lines.first().carried_over_text
    third = statements.issue(closing(Q3, 50), by=priya, at=OCTOBER)
    assert payouts(third) == {"Maria Chen": (1000, 0), "Jonas Weber": (600, 0)}


def test_who_has_left_the_team_still_gets_what_a_correction_owes(team, maria, jonas, priya):
    first = closing(Q1, 45)
    statements.issue(first, by=priya, at=APRIL)
    pay_members.end(PayMember.objects.get(user=jonas), until_quarter=Q1, by=priya, at=APRIL)
    correct(first, "Bluth Company", True, by=maria, approver=priya)
    second = statements.issue(closing(Q2, 50), by=priya, at=JULY)
    assert payouts(second) == {"Maria Chen": (1000, 50), "Jonas Weber": (0, 30)}


def test_members_see_their_own_line_and_the_manager_sees_all(team, maria, jonas, priya, sam):
    statement = statements.issue(closing(Q1, 45), by=priya, at=APRIL)
    boss = person("Ada Boss", Role.EXECUTIVE)
    seen = {
        user.name: [line.user.name for line in reports.sheet(statement, user=user).lines]
        for user in (maria, jonas, priya, sam, boss)
    }
    assert seen == {
        "Maria Chen": ["Maria Chen"],
        "Jonas Weber": ["Jonas Weber"],
        "Priya Nair": ["Jonas Weber", "Maria Chen"],
        "Ada Boss": ["Jonas Weber", "Maria Chen"],
        "Sam Ortiz": [],
    }


def test_the_curve_changes_from_the_running_quarter_on_and_with_a_reason(team, priya):
    with pytest.raises(RuleBroken, match="is over"):
        pay_curves.set(Q1, curve=Curve(), reason="Backdated.", by=priya, at=JULY)
    with pytest.raises(RuleBroken, match="Say why"):
        pay_curves.set(Q3, curve=Curve(), reason=" ", by=priya, at=JULY)
    with pytest.raises(RuleBroken, match="threshold"):
        pay_curves.set(Q3, curve=Curve(threshold=101), reason="Harder.", by=priya, at=JULY)
    assert pay_curves.set(Q3, curve=Curve(threshold=90), reason="Harder.", by=priya, at=JULY).threshold == 90


def test_a_membership_is_changed_for_later_quarters_only(team, maria, priya):
    member = PayMember.objects.get(user=maria)
    pay_members.change(member, target_bonus=Decimal("1200"), from_quarter=Q2, by=priya, at=APRIL)
    assert list(PayMember.objects.filter(user=maria).values_list("from_quarter", "until_quarter", "target_bonus")) == [
        ("2026-Q2", "", 1200),
        ("2026-Q1", "2026-Q1", 1000),
    ]
    with pytest.raises(RuleBroken, match="already"):
        pay_members.add(maria, target_bonus=Decimal("1"), from_quarter=Q3, by=priya, at=APRIL)
    statements.issue(closing(Q2, 50), by=priya, at=JULY)
    with pytest.raises(RuleBroken, match="has been issued"):
        pay_members.change(
            PayMember.objects.get(user=maria, from_quarter="2026-Q2"),
            target_bonus=Decimal("9"),
            from_quarter=Q2,
            by=priya,
            at=JULY,
        )


def test_a_membership_that_was_paid_is_not_removed_as_entered_by_mistake(client, team, maria, priya):
    statements.issue(closing(Q1, 45), by=priya, at=APRIL)
    member = PayMember.objects.get(user=maria)
    client.force_login(priya)
    address = reverse("references:pay_member_edit", args=[member.pk])
    assert "Entered by mistake?" not in client.get(address).text
    refused = client.post(f"{address}remove/", {}, follow=True)
    assert "The bonus statement of 2026-Q1 has been issued on it; end the membership instead." in refused.text
    later = pay_members.change(member, target_bonus=Decimal("1200"), from_quarter=Q2, by=priya, at=APRIL)
    pay_members.remove(later, by=priya, at=APRIL)
    assert list(PayMember.objects.filter(user=maria).values_list("from_quarter", "until_quarter")) == [("2026-Q1", "")]
