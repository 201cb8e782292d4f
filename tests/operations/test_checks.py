"""The closed quarters are checked every day, and whoever can do something about a difference is told once."""

from datetime import timedelta

import pytest

from core.choices import Role
from core.models import AuditEvent, Notice
from operations.actions import checks
from references.actions import closings
from tests.factories import person
from tests.references.ledger import FIVE_PAST, Q4, green
from tests.references.test_verifications import tamper

DAY = timedelta(days=1)


@pytest.fixture
def alex(db):
    return person("Alex Kim", Role.ADMINISTRATOR)


@pytest.fixture
def closing(db):
    green("Acme")
    return closings.close(Q4, by=None, at=FIVE_PAST)


def test_all_is_well_and_that_is_kept_once_a_day(closing, alex):
    checks.verify_daily(at=FIVE_PAST)
    checks.verify_daily(at=FIVE_PAST + timedelta(hours=1))
    assert AuditEvent.objects.get(event="closings.verified").detail == {"count": 1, "differences": 0}
    assert not Notice.objects.filter(to=alex).exists()


def test_whoever_asks_gets_a_check_although_one_was_made_today(closing, alex):
    checks.verify_daily(at=FIVE_PAST)
    assert checks.verify_daily(again=True, at=FIVE_PAST + timedelta(hours=1)) is not None
    assert AuditEvent.objects.filter(event="closings.verified").count() == 2


def test_a_difference_is_told_once_per_incident(closing, alex, priya, maria):
    tamper("references_closing", "UPDATE references_closing SET count = 0")
    for day in range(3):
        checks.verify_daily(at=FIVE_PAST + day * DAY)
    assert [event.detail["differences"] for event in AuditEvent.objects.filter(event="closings.verified")] == [2, 2, 2]
    told = Notice.objects.filter(key__startswith="closings-differ")
    assert {notice.to for notice in told} == {alex, priya}
    assert told.count() == 2
    assert "found 2 differences; the first: 2026-Q4: count is stored as 0, but must be 1" in told[0].text

    tamper("references_closing", "UPDATE references_closing SET count = 1")
    checks.verify_daily(at=FIVE_PAST + 3 * DAY)
    tamper("references_closing", "UPDATE references_closing SET opening = 8")
    checks.verify_daily(at=FIVE_PAST + 4 * DAY)
    assert told.all().count() == 4


def test_of_two_workers_that_check_at_once_one_keeps_what_it_found(closing, alex, monkeypatch):
    tamper("references_closing", "UPDATE references_closing SET count = 0")
    found = checks.verifications.differences

    def while_another_checks(closing):
        with monkeypatch.context() as patched:
            patched.setattr(checks.verifications, "differences", found)
            checks.verify_daily(at=FIVE_PAST)
        return found(closing)

    monkeypatch.setattr(checks.verifications, "differences", while_another_checks)
    assert checks.verify_daily(at=FIVE_PAST) is None
    assert AuditEvent.objects.filter(event="closings.verified").count() == 1
    assert Notice.objects.filter(to=alex, key__startswith="closings-differ").count() == 1
