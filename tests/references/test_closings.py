"""The quarter is closed as of its last instant, once, whatever happens before and after midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core.constraints import InsertOnlyError
from core.errors import RuleBroken
from core.models import AuditEvent, Notice, Programme
from core.quarters import Quarter
from customers.actions import customers
from references.actions import closings
from references.models import Cell, Closing, ClosingEntry, EvidenceWithdrawal
from tests.factories import customer
from tests.references.ledger import BEFORE, FIVE_PAST, LAST, MIDNIGHT, Q4, THREE_DAYS_LATE, churn, company, set_cell


def reasons(closing):
    return dict(closing.entries.order_by("name").values_list("name", "reason"))


def test_every_customer_has_a_verdict_with_its_reason(db, maria):
    set_cell(company("Acme", csm=maria, industry="Retail", region="EMEA"), "green", at=BEFORE)
    set_cell(company("Bluth"), "amber", at=BEFORE)
    set_cell(company("Cancity"), "red", at=BEFORE)
    company("Dambase")
    set_cell(company("Early", lifecycle="prospective"), "green", at=BEFORE)
    churn(set_cell(company("Fallen"), "green", at=BEFORE).customer, on=date(2026, 12, 1), at=BEFORE)
    set_cell(company("Gone stale"), "green", until=date(2026, 12, 30), at=BEFORE)
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    assert reasons(closing) == {
        "Acme": "counts",
        "Bluth": "amber",
        "Cancity": "red",
        "Dambase": "blank",
        "Early": "prospective",
        "Fallen": "churned",
        "Gone stale": "expired",
    }
    assert (closing.count, closing.customers, closing.opening, closing.target) == (1, 7, 0, None)
    acme = closing.entries.get(name="Acme")
    assert (acme.csm, acme.csm_name, acme.industry, acme.region) == (maria, "Maria Chen", "Retail", "EMEA")
    assert acme.change.status == "green"
    assert acme.statuses[closing.statuses_order.index("reference_call")] == "G"
    assert AuditEvent.objects.filter(event="quarter.closed", by=None).count() == 1


def test_the_last_instant_counts_and_midnight_does_not(db):
    acme, bluth, cancity = company("Acme"), company("Bluth"), company("Cancity")
    set_cell(acme, "green", at=LAST)
    set_cell(bluth, "green", at=MIDNIGHT)
    set_cell(cancity, "green", at=BEFORE)
    set_cell(cancity, "red", at=LAST)
    closing = closings.close(Q4, by=None, at=MIDNIGHT)
    assert reasons(closing) == {"Acme": "counts", "Bluth": "blank", "Cancity": "red"}


def test_churn_and_expiry_on_the_last_day(db):
    for name, until in (("Through the last day", date(2026, 12, 31)), ("To the day before", date(2026, 12, 30))):
        set_cell(company(name), "green", until=until, at=BEFORE)
    for name, day in (("Left on the last day", date(2026, 12, 31)), ("Leaves next year", date(2027, 1, 1))):
        who = company(name)
        set_cell(who, "green", at=BEFORE)
        churn(who, on=day, at=LAST)
    assert reasons(closings.close(Q4, by=None, at=FIVE_PAST)) == {
        "Through the last day": "counts",
        "To the day before": "expired",
        "Left on the last day": "churned",
        "Leaves next year": "counts",
    }


class Undone(Exception):
    """Takes back a closing that was made only to be compared."""


def closed_and_undone(at):
    try:
        with transaction.atomic():
            closing = closings.close(Q4, by=None, at=at)
            columns = ("customer_id", "name", "reason", "statuses", "csm_id", "region", "change_id", "products")
            entries = list(closing.entries.order_by("customer_id").values_list(*columns))
            raise Undone((closing.count, closing.target, closing.definition_id), entries)
    except Undone as result:
        return result.args


def test_three_days_late_with_edits_after_midnight_changes_nothing(db, maria, jonas):
    """The same history closed on time and three days late gives the same entries, backdated or not."""
    green, lost, late, churned, moved = (company(name, csm=maria, region="EMEA") for name in "ABCDE")
    for who in (green, lost, churned, moved):
        set_cell(who, "green", at=BEFORE)
    on_time = closed_and_undone(FIVE_PAST)
    next_morning = MIDNIGHT + timedelta(hours=9)
    set_cell(lost, "red", at=next_morning)
    set_cell(late, "green", agreed_on=date(2026, 12, 15), at=next_morning)
    churn(churned, on=date(2026, 12, 20), at=next_morning)
    changes = {"region": "APAC", "name": "E (renamed)", "csm": jonas}
    customers.edit(moved, seen_version=moved.version, changes=changes, by=maria, at=next_morning)
    customer("Entered later", at=next_morning)
    EvidenceWithdrawal.objects.create(
        evidence=Cell.objects.get(customer=green).evidence, reason="Changed their mind", recorded_at=next_morning
    )
    assert closed_and_undone(THREE_DAYS_LATE) == on_time
    assert closings.close(Q4, by=None, at=THREE_DAYS_LATE).count == 4


def test_a_consent_withdrawn_in_time_supports_no_green_even_before_its_cell_is_amber(db):
    cell = set_cell(company("Acme"), "green", at=BEFORE)
    EvidenceWithdrawal.objects.create(evidence=cell.evidence, reason="Legal says no", recorded_at=LAST)
    assert reasons(closings.close(Q4, by=None, at=FIVE_PAST)) == {"Acme": "no_evidence"}


@pytest.mark.parametrize(
    ("zone", "ends_at"),
    [
        ("Asia/Tokyo", datetime(2026, 9, 30, 15, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 10, 1, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 9, 30, 22, tzinfo=UTC)),
    ],
)
def test_the_quarter_ends_at_midnight_of_the_programme_not_of_greenwich(db, zone, ends_at):
    Programme.objects.update_or_create(pk=1, defaults={"time_zone": zone})
    start = datetime(2026, 7, 6, tzinfo=UTC)
    in_time, too_late = customer("In time", at=start), customer("Too late", at=start)
    until = {"agreed_on": date(2026, 7, 1), "until": date(2026, 9, 30)}
    set_cell(in_time, "green", at=ends_at - timedelta(microseconds=1), **until)
    set_cell(too_late, "green", at=ends_at, agreed_on=date(2026, 7, 1))
    with pytest.raises(RuleBroken, match="has not ended"):
        closings.close(Quarter.parse("2026-Q3"), by=None, at=ends_at - timedelta(microseconds=1))
    closing = closings.close(Quarter.parse("2026-Q3"), by=None, at=ends_at)
    assert reasons(closing) == {"In time": "counts", "Too late": "blank"}
    assert closing.ends_at == ends_at


def test_a_quarter_is_closed_once_and_in_order(db, priya):
    company("Acme")
    with pytest.raises(RuleBroken, match="has not ended"):
        closings.close(Q4, by=priya, at=LAST)
    with pytest.raises(RuleBroken, match="Close 2026-Q4 first"):
        closings.close(Q4.next, by=priya, at=MIDNIGHT + timedelta(days=100))
    closing = closings.close(Q4, by=priya, at=FIVE_PAST)
    with pytest.raises(closings.AlreadyClosed, match="closed already") as refusal:
        closings.close(Q4, by=priya, at=FIVE_PAST)
    assert refusal.value.closing == closing
    with pytest.raises(RuleBroken, match="no earlier quarter"):
        closings.close(Q4.previous, by=priya, at=FIVE_PAST)
    assert Closing.objects.count() == 1
    assert Notice.objects.filter(to=priya, text__startswith="2026-Q4 is closed").count() == 1


def test_the_job_closes_what_is_due_oldest_first_and_nothing_from_before_the_first_customer(db):
    assert closings.close_due(at=FIVE_PAST) == []
    set_cell(company("Acme"), "green", at=BEFORE)
    made = closings.close_due(at=MIDNIGHT + timedelta(days=95))
    assert [(closing.quarter, closing.opening, closing.count) for closing in made] == [
        ("2026-Q4", 0, 1),
        ("2027-Q1", 1, 1),
    ]
    assert closings.close_due(at=MIDNIGHT + timedelta(days=95)) == []


def test_a_closing_cannot_be_rewritten_in_code_or_in_the_database(db):
    company("Acme")
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    closing.count = 99
    with pytest.raises(InsertOnlyError):
        closing.save()
    with pytest.raises(InsertOnlyError):
        ClosingEntry.objects.update(is_referenceable=True)
    for statement in (
        "UPDATE references_closing SET count = 0",
        "DELETE FROM references_closing",
        "UPDATE references_closingentry SET reason = 'red'",
        "DELETE FROM references_closingentry",
    ):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
