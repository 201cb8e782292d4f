"""Lena of sales management expects nominations of account managers; nothing that is paid depends on them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.actions import people
from core.choices import Role
from core.constraints import InsertOnlyError
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Programme
from core.quarters import Quarter
from references.actions import nomination_decisions as decisions
from references.actions import nominations, pay_curves, pay_members, quotas, statements
from references.choices import QuotaMode, QuotaVerdict
from references.models import QuotaOverride, QuotaPolicy
from references.reports import quotas as report
from references.rules.pay import Curve
from references.rules.quotas import period_named
from references.rules.shares import percent
from tests.factories import person
from tests.references.drives import nominate
from tests.references.paid import closing

SEPTEMBER = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def tom(db):
    """Tom Becker, an account manager."""
    return person("Tom Becker", Role.ACCOUNT_MANAGER)


def set_quota(lena, *, at=OCTOBER, mode="warn", period="quarter", **numbers):
    current = QuotaPolicy.objects.order_by("-pk").first()
    numbers = numbers or {"account_manager": 2}
    seen = current.pk if current else 0
    return quotas.set_policy(seen=seen, mode=mode, period=period, numbers=numbers, reason="Agreed.", by=lena, at=at)


def accepted(user, priya, *, at, name):
    return decisions.accept(nominate(user, at=at, name=name), by=priya, at=at)


def sheet(label="2026-Q4", *, at=NOVEMBER):
    found = report.quota_standings(period_named(label, calendar=Programme.current().calendar), at=at)
    return {row.person.name: row for row in report.rows_of(found, found.people)}


def test_without_a_policy_nobody_has_a_quota(tom):
    own = report.standing(tom, at=NOVEMBER)
    assert (own.quota, own.is_shown, own.standing.may_ask) == (0, False, True)
    assert sheet() == {}


def test_tom_is_warned_until_two_of_his_are_accepted(tom, lena, priya):
    set_quota(lena)
    assert report.standing(tom, at=NOVEMBER).standing.is_warned
    nominate(tom, at=NOVEMBER, name="Only submitted")
    accepted(tom, priya, at=NOVEMBER, name="Acme")
    own = report.standing(tom, at=NOVEMBER)
    assert (own.accepted, own.quota, own.standing.missing) == (1, 2, 1)
    accepted(tom, priya, at=NOVEMBER, name="Bluth")
    assert report.standing(tom, at=NOVEMBER).standing.verdict == QuotaVerdict.MET


def test_block_forbids_to_ask_and_off_says_nothing(tom, lena):
    set_quota(lena, mode="block")
    assert not report.standing(tom, at=NOVEMBER).standing.may_ask
    set_quota(lena, mode="off", at=NOVEMBER)
    own = report.standing(tom, at=NOVEMBER)
    assert own.standing.may_ask
    assert not own.is_shown
    assert sheet()["Tom Becker"].standing.missing == 2, "the report goes on"


def test_an_override_lets_tom_ask_in_its_period_only_and_is_written_down(tom, lena):
    set_quota(lena, mode="block")
    period = report.period_of("", at=NOVEMBER)
    row = quotas.override(tom, period=period, reason=" On leave until December. ", by=lena, at=NOVEMBER)
    own = report.standing(tom, at=NOVEMBER)
    assert own.standing.may_ask
    assert own.standing.verdict == QuotaVerdict.LIFTED
    assert own.override == row
    assert not report.standing(tom, at=JANUARY).standing.may_ask
    event = AuditEvent.objects.get(event="quota_override.recorded")
    assert (event.by, event.detail["reason"]) == (lena, "On leave until December.")
    with pytest.raises(RuleBroken, match=r"is lifted for 2026-Q4 already"):
        quotas.override(tom, period=period, reason="Again", by=lena, at=NOVEMBER)
    with pytest.raises(RuleBroken, match="Say why"):
        quotas.override(tom, period=period, reason="  ", by=lena, at=NOVEMBER)
    with pytest.raises(RuleBroken, match="has ended"):
        quotas.override(tom, period=period, reason="Late", by=lena, at=JANUARY)


def test_credit_belongs_to_the_period_of_the_acceptance_or_of_the_joining(tom, lena, priya):
    anna = person("Anna Kowalski", Role.ACCOUNT_MANAGER)
    set_quota(lena, at=SEPTEMBER)
    early = nominate(tom, at=SEPTEMBER, name="Early")
    decisions.accept(early, by=priya, at=OCTOBER)
    old = accepted(tom, priya, at=SEPTEMBER, name="Old")
    nominate(anna, at=NOVEMBER, who=old.customer)
    assert (sheet()["Tom Becker"].accepted, sheet()["Anna Kowalski"].accepted) == (1, 1)
    before = sheet("2026-Q3")
    assert (before["Tom Becker"].accepted, before["Anna Kowalski"].accepted) == (1, 0)


def test_the_border_of_the_quarter_lies_in_the_programme_s_time_zone(tom, lena, priya):
    Programme.current()
    Programme.objects.update(time_zone="Pacific/Auckland")
    set_quota(lena, at=SEPTEMBER)
    new_year_there = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)
    accepted(tom, priya, at=new_year_there - timedelta(hours=1), name="Old year")
    accepted(tom, priya, at=new_year_there, name="New year")
    assert sheet(at=JANUARY)["Tom Becker"].accepted == 1
    assert report.standing(tom, at=new_year_there).period.label == "2027-Q1"


def test_what_is_taken_back_or_refused_after_all_does_not_count_and_a_customer_s_no_does(tom, lena, priya, maria):
    set_quota(lena)
    withdrawn = accepted(tom, priya, at=NOVEMBER, name="Withdrawn")
    nominations.withdraw(withdrawn, reason="Not them.", by=tom, at=NOVEMBER)
    decisions.refuse(accepted(tom, priya, at=NOVEMBER, name="Refused"), reason="No.", by=priya, at=NOVEMBER)
    accepted(tom, priya, at=NOVEMBER, name="Stands")
    assert report.standing(tom, at=NOVEMBER).accepted == sheet()["Tom Becker"].accepted == 1


def test_the_fiscal_year_may_be_the_period(tom, lena, priya):
    Programme.current()
    Programme.objects.update(first_month=4)
    set_quota(lena, period="year", at=SEPTEMBER)
    accepted(tom, priya, at=SEPTEMBER, name="Acme")
    accepted(tom, priya, at=JANUARY, name="Bluth")
    own = report.standing(tom, at=JANUARY)
    assert (own.period.label, own.accepted, own.standing.verdict) == ("2027", 2, QuotaVerdict.MET)
    assert sheet("2027", at=JANUARY)["Tom Becker"].percent == 100
    assert sheet("2027-Q3", at=JANUARY) == {}, "a quarter has no quota while the year has"


def test_who_holds_two_roles_has_the_higher_quota_and_who_left_the_role_none(lena, sam):
    both = person("Kim Both", Role.ACCOUNT_MANAGER, Role.SALES_REP)
    set_quota(lena, account_manager=2, sales_rep=5)
    assert sheet()["Kim Both"].quota == report.standing(both, at=NOVEMBER).quota == 5
    people.set_roles(sam, roles=[Role.MARKETING], by=None, at=NOVEMBER)
    assert "Sam Ortiz" not in sheet(at=NOVEMBER + timedelta(days=1))
    people.set_active(both, active=False, by=None, at=NOVEMBER)
    assert "Kim Both" not in sheet()


def test_a_past_period_is_measured_by_what_held_at_its_end(tom, lena):
    set_quota(lena, at=SEPTEMBER, account_manager=1)
    set_quota(lena, at=OCTOBER, account_manager=4)
    assert sheet("2026-Q3")["Tom Becker"].quota == 1
    assert sheet()["Tom Becker"].quota == 4


def test_what_is_set_is_kept_audited_and_never_changed(tom, lena, priya):
    first = set_quota(lena)
    assert set_quota(lena, at=NOVEMBER) == first, "nothing differs, nothing is written"
    set_quota(lena, at=NOVEMBER, mode="block", account_manager=3, support=0)
    newest = QuotaPolicy.objects.holding_at(NOVEMBER)
    assert (newest.mode, newest.numbers, newest.in_words) == (
        QuotaMode.BLOCK,
        {"account_manager": 3},
        "Account manager 3",
    )
    event = AuditEvent.objects.filter(event="quota_policy.set").latest("pk")
    assert event.detail["fields"]["mode"] == ["warn", "block"]
    with pytest.raises(StaleVersion):
        quotas.set_policy(seen=first.pk, mode="off", period="quarter", numbers={}, by=lena, at=NOVEMBER)
    for numbers in ({"king": 3}, {"support": -1}, {"support": 1_001}):
        with pytest.raises(RuleBroken, match="from 0 to 1,000"):
            quotas.set_policy(seen=newest.pk, mode="warn", period="quarter", numbers=numbers, by=lena, at=NOVEMBER)
    with pytest.raises(InsertOnlyError):
        first.save()


@pytest.mark.parametrize("table", ["references_quotapolicy", "references_quotaoverride"])
def test_the_database_itself_refuses_to_change_what_was_set(table, tom, lena):
    set_quota(lena)
    quotas.override(tom, period=report.period_of("", at=NOVEMBER), reason="Leave.", by=lena, at=NOVEMBER)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    assert QuotaOverride.objects.count() == QuotaPolicy.objects.count() == 1


def test_quotas_and_nominations_never_enter_the_bonus(tom, lena, priya, maria):
    """The same count pays the same, whatever was nominated, expected or missed."""
    first, second = Quarter(2026, 1), Quarter(2026, 2)
    pay_curves.set(first, curve=Curve(), reason="The plan.", by=priya, at=SEPTEMBER)
    for member in (maria, tom):
        pay_members.add(member, target_bonus=Decimal(1000), from_quarter=first, by=priya, at=SEPTEMBER)
    plain = statements.issue(closing(first, 45), by=priya, at=SEPTEMBER)
    set_quota(lena, mode="block", at=SEPTEMBER, account_manager=9, csm=1)
    for name in ("Acme", "Bluth", "Cancity"):
        accepted(maria, priya, at=SEPTEMBER, name=name)
    quotas.override(tom, period=report.period_of("", at=SEPTEMBER), reason="Leave.", by=lena, at=SEPTEMBER)
    after = statements.issue(closing(second, 45), by=priya, at=NOVEMBER)

    def paid(statement):
        return {line.user.name: (line.payout, line.carried_over) for line in statement.lines.select_related("user")}

    assert paid(after) == paid(plain)
    assert len({payout for payout, _carried in paid(after).values()}) == 1


def test_two_of_three_are_67_percent_and_all_but_one_are_not_a_hundred(lena, tom, priya):
    set_quota(lena, account_manager=3)
    for name in ("Bluth", "Sitwell"):
        accepted(tom, priya, at=NOVEMBER, name=name)
    assert sheet()["Tom Becker"].percent == percent(2, 3) == 67
    set_quota(lena, account_manager=400)
    assert sheet()["Tom Becker"].percent == percent(2, 400) == 1, "half a percent is rounded up"
    assert (percent(1, 3), percent(399, 400), percent(400, 400), percent(5, 4), percent(1, 0)) == (
        33,
        99,
        100,
        125,
        None,
    )
