"""Drives mail on working days; Priya reads on which, and nobody is lost between a weekend and the end of a drive."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils.formats import date_format

from references import tasks
from references.actions import drives
from tests.references.drives import drive, reps

FRIDAY = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
SUNDAY, MONDAY = FRIDAY + timedelta(days=2), FRIDAY + timedelta(days=3)
LAST_SATURDAY = datetime(2027, 1, 30, 9, 0, tzinfo=UTC)


@pytest.fixture
def sam(db):
    return reps("Sam Ortiz")["sam"]


def begin(priya, at, **values):
    return drives.begin(drive(priya, at=at, **values), by=priya, at=at)


def run(time_machine, at):
    """Who gets a mail when the schedule runs then."""
    time_machine.move_to(at)
    mail.outbox.clear()
    tasks.ask_cohorts()
    return [address for one in mail.outbox for address in one.to]


def months_of(client, user, shown):
    client.force_login(user)
    page = client.get(f"/nominations/drives/{shown.pk}/").text
    return page.split('class="drive-months"')[1].split("</nav>")[0]


def test_a_drive_that_begins_on_a_sunday_asks_on_monday_and_says_so(client, priya, sam, time_machine):
    time_machine.move_to(SUNDAY)
    prepared = drive(priya, at=SUNDAY)
    assert f"to be asked on {date_format(MONDAY)}" in months_of(client, priya, prepared)
    drives.begin(prepared, by=priya, at=SUNDAY)
    assert run(time_machine, SUNDAY) == []
    assert f"to be asked on {date_format(MONDAY)}" in months_of(client, priya, prepared)
    time_machine.move_to(MONDAY)
    assert "to be asked within the hour<" in months_of(client, priya, prepared)
    assert run(time_machine, MONDAY) == [sam.email]


def test_a_drive_that_begins_on_a_working_day_asks_within_the_hour(client, priya, sam, time_machine):
    time_machine.move_to(FRIDAY)
    shown = begin(priya, FRIDAY)
    assert "to be asked within the hour<" in months_of(client, priya, shown)
    assert run(time_machine, FRIDAY) == [sam.email]


def test_who_would_never_be_asked_is_asked_on_the_last_weekend(client, priya, sam, time_machine):
    """January ends on a Sunday, and the drive with it."""
    time_machine.move_to(LAST_SATURDAY)
    shown = begin(priya, LAST_SATURDAY, months=1)
    assert "to be asked within the hour<" in months_of(client, priya, shown)
    assert run(time_machine, LAST_SATURDAY) == [sam.email]


def test_who_is_of_a_month_that_ends_at_a_weekend_is_asked_in_the_next_while_the_drive_goes_on(
    client, priya, sam, time_machine
):
    time_machine.move_to(LAST_SATURDAY)
    shown = begin(priya, LAST_SATURDAY, months=2)
    assert f"to be asked on {date_format(date(2027, 2, 1))}" in months_of(client, priya, shown)
    assert run(time_machine, LAST_SATURDAY) == []
    assert run(time_machine, datetime(2027, 2, 1, 0, 10, tzinfo=UTC)) == [sam.email]


def test_what_is_a_weekend_is_said_by_the_programme_s_time_zone(priya, sam, time_machine):
    priya.programme.__class__.objects.update(time_zone="Pacific/Auckland")
    begin(priya, FRIDAY)
    assert run(time_machine, datetime(2027, 1, 15, 11, 30, tzinfo=UTC)) == [], "it is Saturday there"
    assert run(time_machine, datetime(2027, 1, 17, 11, 30, tzinfo=UTC)) == [sam.email]


def test_new_year_s_day_is_no_working_day(priya, sam, time_machine):
    begin(priya, datetime(2026, 12, 10, tzinfo=UTC), first_month=date(2027, 1, 1))
    assert run(time_machine, datetime(2027, 1, 1, 9, 0, tzinfo=UTC)) == []
    assert run(time_machine, datetime(2027, 1, 4, 9, 0, tzinfo=UTC)) == [sam.email]
