"""Maria plans how to win the Bluth Company: one open plan at a time, and a person says how it ended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import AuditEvent
from customers.models import Customer
from references.actions import cells, merges, recruiting_plans
from references.actions.cells import NewEvidence
from references.choices import Characteristic
from references.models import Cell, CustomerImpact, Dimension, RecruitingPlan
from references.reports.counts import Present
from references.reports.merges import signature
from references.reports.recruiting_plans import unplanned
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DUE = date(2026, 11, 24)


def kinds(*keys):
    return [Dimension.objects.get(key=key) for key in keys]


def begun(who, by, **more):
    return recruiting_plans.begin(who, values={"dimensions": kinds("logo"), **more}, by=by, at=NOW)


def closed(plan, by, state="won", reason="They speak in May.", seen=None):
    seen = plan.version if seen is None else seen
    return recruiting_plans.close(plan, seen_version=seen, state=state, reason=reason, by=by, at=NOW)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def test_maria_begins_a_plan_and_follows_it_herself(bluth, maria):
    plan = begun(bluth, maria, people="Lucille", way="Sam introduces us", next_step="Call  Sam", due_on=DUE)
    assert (plan.owner, plan.next_step, [one.key for one in plan.dimensions.all()]) == (maria, "Call Sam", ["logo"])
    event = AuditEvent.objects.get(event="recruiting_plan.begun")
    assert (event.by, event.subject_text, event.detail["customer"]) == (maria, "Bluth Company", bluth.pk)


@pytest.mark.parametrize(
    ("day", "words"), [(date(206, 1, 1), "days from 1 Jan 1990 on"), (date(9999, 12, 31), "five years ahead")]
)
def test_a_slip_of_the_year_is_no_day_for_a_next_step(bluth, maria, day, words):
    with pytest.raises(RuleBroken, match=words):
        begun(bluth, maria, next_step="Call Sam", due_on=day)
    plan = begun(bluth, maria)
    changes = {"next_step": "Call Sam", "due_on": day}
    with pytest.raises(RuleBroken, match=words):
        recruiting_plans.edit(plan, seen_version=plan.version, changes=changes, by=maria, at=NOW)


def test_a_customer_has_one_open_plan_and_the_database_says_so_too(bluth, maria, jonas):
    plan = begun(bluth, maria)
    with pytest.raises(Duplicate, match=f"which {maria} follows"):
        begun(bluth, jonas)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecruitingPlan.objects.create(
            customer=bluth, owner=jonas, created_at=NOW, created_by=jonas, changed_at=NOW, changed_by=jonas
        )
    closed(plan, maria)
    assert begun(bluth, jonas).owner == jonas


def test_a_step_needs_its_day_and_a_plan_what_it_is_for(bluth, maria):
    with pytest.raises(RuleBroken, match="needs its day"):
        begun(bluth, maria, next_step="Call Sam")
    with pytest.raises(RuleBroken, match="needs its day"):
        begun(bluth, maria, next_step="  ", due_on=DUE)
    with pytest.raises(RuleBroken, match="at least one kind of reference"):
        begun(bluth, maria, dimensions=[])
    assert not RecruitingPlan.objects.exists()


def test_nobody_plans_for_a_customer_that_has_left(bluth, maria):
    plan = closed(begun(bluth, maria), maria, state="given_up")
    churn(bluth, on=NOW.date(), at=NOW)
    for deed in (
        lambda: begun(bluth, maria),
        lambda: recruiting_plans.reopen(plan, seen_version=plan.version, by=maria, at=NOW),
    ):
        with pytest.raises(RuleBroken, match="is not asked for a reference"):
            deed()


def test_an_edit_writes_what_differs_and_a_stale_one_is_refused(bluth, maria, jonas):
    plan = begun(bluth, maria, way="Sam introduces us")
    changes = {"way": "Priya introduces us", "people": "", "dimensions": kinds("logo", "quotation")}
    edited = recruiting_plans.edit(plan, seen_version=1, changes=changes, by=jonas, at=NOW)
    told = AuditEvent.objects.get(event="recruiting_plan.edited").detail["fields"]
    assert told == {"way": ["Sam introduces us", "Priya introduces us"], "dimensions": ["Logo", told["dimensions"][1]]}
    assert (edited.version, edited.changed_by, edited.dimensions.count()) == (2, jonas, 2)
    with pytest.raises(StaleVersion, match="Somebody else changed"):
        recruiting_plans.edit(plan, seen_version=1, changes={"way": "Mine"}, by=maria, at=NOW)
    assert recruiting_plans.edit(edited, seen_version=2, changes=changes, by=maria, at=NOW).version == 2
    with pytest.raises(StaleVersion):
        closed(plan, maria, seen=1)


def test_a_plan_ends_with_a_reason_and_can_be_opened_again(bluth, maria, priya):
    plan = begun(bluth, maria)
    with pytest.raises(RuleBroken, match="Say why"):
        closed(plan, maria, reason=" ")
    with pytest.raises(RuleBroken, match="won or given up"):
        closed(plan, maria, state="open")
    won = closed(plan, maria)
    assert (won.state, won.closed_by, won.close_reason) == ("won", maria, "They speak in May.")
    with pytest.raises(RuleBroken, match="open it again before"):
        recruiting_plans.edit(won, seen_version=2, changes={"way": "x"}, by=maria, at=NOW)
    with pytest.raises(RuleBroken, match="closed already"):
        closed(won, maria)
    again = recruiting_plans.reopen(won, seen_version=2, by=priya, at=NOW)
    assert (again.state, again.closed_at, again.close_reason, again.version) == ("open", None, "", 3)
    with pytest.raises(RuleBroken, match="open already"):
        recruiting_plans.reopen(again, seen_version=3, by=priya, at=NOW)


def test_a_closed_plan_stays_closed_while_another_is_open(bluth, maria):
    old = closed(begun(bluth, maria), maria, state="given_up")
    begun(bluth, maria)
    with pytest.raises(Duplicate):
        recruiting_plans.reopen(old, seen_version=old.version, by=maria, at=NOW)


def merged(survivor, duplicate, by):
    seen = signature(Customer.objects.get(pk=survivor.pk), Customer.objects.get(pk=duplicate.pk))
    merges.merge(survivor, duplicate=duplicate, seen=seen, by=by, at=NOW + timedelta(hours=1))


def test_a_merge_takes_the_plans_along(bluth, maria):
    double = customer("The Bluth Company")
    old, current = closed(begun(double, maria), maria), begun(double, maria, way="Sam")
    merged(bluth, double, maria)
    assert {*RecruitingPlan.objects.filter(customer=bluth)} == {old, current}
    assert RecruitingPlan.objects.open().get().way == "Sam"


def test_of_two_open_plans_the_survivors_goes_on_and_the_other_stays_readable(bluth, maria, jonas):
    double = customer("The Bluth Company")
    ours, theirs = begun(bluth, maria), begun(double, jonas, way="Sam")
    merged(bluth, double, maria)
    theirs.refresh_from_db()
    assert RecruitingPlan.objects.open().get() == ours
    assert (theirs.customer, theirs.state, theirs.way, theirs.closed_by) == (bluth, "given_up", "Sam", maria)
    assert "goes on" in theirs.close_reason


def tier_a(who):
    CustomerImpact.objects.create(customer=who, tier="A", score=80, **dict.fromkeys(Characteristic.values, 2))


def test_tier_a_without_plan_and_without_reference_is_missing(bluth, maria):
    acme, initech = customer("Acme"), customer("Initech")
    for who in (bluth, acme, initech):
        tier_a(who)
    customer("Small fry")
    cell = Cell.objects.of(acme, Dimension.objects.get(key="reference_call"))
    proof = NewEvidence(kind="call", contact=ContactFactory(customer=acme), agreed_on=date(2026, 11, 1))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=proof, by=maria, at=NOW)
    plan = begun(initech, maria)
    now = Present.seen(NOW + timedelta(minutes=1))
    assert [*unplanned(maria, now=now)] == [bluth], "Acme counts, Initech has a plan, the others are no tier A"
    closed(plan, maria, state="given_up")
    assert {*unplanned(maria, now=now)} == {bluth, initech}
