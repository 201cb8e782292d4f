"""Priya asks the sales team in parts: who comes in which month, who is moved, and what the months bring."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent
from references.actions import cohort_members, drives, recruiting_settings
from references.choices import DriveAnswer, DriveState
from references.models import CohortMember, Drive, RecruitingSettings
from references.reports import drives as report
from references.rules.drives import Asked as One
from references.rules.drives import first_working_day, split_by_last_name
from tests.factories import person
from tests.references.drives import (
    BEFORE,
    FEBRUARY,
    JANUARY,
    MARCH,
    begun,
    drive,
    member,
    months,
    nominate,
    place,
    reps,
)

ASKED = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)


def test_last_names_are_split_in_neighbouring_letters_over_the_months(priya):
    reps()
    assert months(drive(priya)) == {
        "A–B": ["Ada Adams", "Ben Baker"],
        "D–O": ["Dan Doe", "Finn Olsen", "Sam Ortiz"],
        "Z": ["Zoe Zimmer"],
    }


def test_a_letter_that_fills_two_months_is_divided_and_says_so():
    people_of_s = [One(number, f"Kim S{number:02}") for number in range(8)]
    parts = split_by_last_name([*people_of_s, One(99, "Ann Tell")], months=3)
    assert [part.names for part in parts] == [("S 1/3",), ("S 2/3",), ("S 3/3", "T")]
    assert [len(part.people) for part in parts] == [2, 3, 4]


def test_accents_and_prefixes_stand_where_a_directory_has_them():
    parts = split_by_last_name([One(1, "Åsa Öberg"), One(2, "Jan van der Aa"), One(3, "007")], months=3)
    assert [(part.names, part.people) for part in parts] == [(("#",), (3,)), (("A",), (2,)), (("O",), (1,))]


def test_teams_stay_whole_and_people_without_one_are_a_group_of_their_own(priya):
    found = reps()
    for first, team in (("ada", "North"), ("ben", "North"), ("dan", "north"), ("sam", "West"), ("zoe", "West")):
        place(found[first], team=team)
    assert months(drive(priya, split="team", months=3)) == {
        "North": ["Ada Adams", "Ben Baker", "Dan Doe"],
        "West": ["Sam Ortiz", "Zoe Zimmer"],
        "without a team": ["Finn Olsen"],
    }
    assert set(months(drive(priya, name="By region", split="region", months=2))) == {"without a region", ""}


def test_only_active_people_of_the_roles_are_asked(priya, maria):
    found = reps()
    people.set_active(found["dan"], active=False, by=None, at=BEFORE)
    names = {row.person.name for row in drive(priya).members.select_related("person")}
    assert "Dan Doe" not in names
    assert maria.name not in names
    assert maria.name in {
        row.person.name for row in drive(priya, name="Of CSMs", roles=["csm"]).members.select_related("person")
    }


def test_a_drive_begins_in_no_month_that_has_passed_and_asks_somebody(priya):
    with pytest.raises(RuleBroken, match="The first month has passed"):
        drive(priya, first_month=date(2026, 11, 1))
    with pytest.raises(RuleBroken, match="at least one role"):
        drive(priya, roles=[])
    with pytest.raises(RuleBroken, match="Nobody would be asked"):
        begun(priya)


def test_what_splits_changes_until_the_drive_begins_and_the_mail_at_any_time(priya):
    reps()
    prepared = drive(priya)
    edited = drives.edit(prepared, seen_version=1, changes={"months": 2}, by=priya, at=BEFORE)
    assert list(months(edited)) == ["A–D", "O–Z"]
    with pytest.raises(StaleVersion, match="Somebody else changed New year"):
        drives.edit(prepared, seen_version=1, changes={"name": "Mine"}, by=priya, at=BEFORE)
    running = drives.begin(edited, by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="its months stay as they are"):
        drives.edit(running, seen_version=3, changes={"months": 6}, by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="its months stay as they are"):
        drives.split(running, by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="has begun already"):
        drives.begin(running, by=priya, at=BEFORE)
    changes = {"introduction": "Please."}
    assert drives.edit(running, seen_version=3, changes=changes, by=priya, at=BEFORE).introduction == "Please."
    events = list(AuditEvent.objects.filter(event__startswith="drive.").order_by("pk").values_list("event", flat=True))
    assert events == ["drive.created", "drive.edited", "drive.begun", "drive.edited"]


def test_split_anew_takes_newcomers_in_and_forgets_what_was_moved_by_hand(priya):
    found = reps()
    prepared = drive(priya)
    cohort_members.move(member(prepared, found["zoe"]), month=JANUARY, by=priya, at=BEFORE)
    newcomer = person("Cleo Cole", Role.SALES_REP)
    assert list(report.missing_people(prepared)) == [newcomer]
    again = months(drives.split(prepared, by=priya, at=BEFORE))
    assert again["C–D"] == ["Cleo Cole", "Dan Doe"]
    assert again["O–Z"] == ["Finn Olsen", "Sam Ortiz", "Zoe Zimmer"]


def test_people_are_moved_left_out_taken_in_again_and_added(priya):
    found = reps()
    running = begun(priya)
    ada = cohort_members.move(member(running, found["ada"]), month=MARCH, by=priya, at=BEFORE)
    assert member(running, found["ada"]).cohort.month == MARCH
    cohort_members.leave_out(ada, by=priya, at=BEFORE)
    assert not report.missing_people(running), "who was left out is not taken for somebody new"
    cohort_members.move(ada, month=FEBRUARY, by=priya, at=BEFORE)
    newcomer = person("Cleo Cole", Role.SALES_REP)
    cohort_members.add(newcomer, drive=running, month=FEBRUARY, by=priya, at=BEFORE)
    assert months(running)["D–O"] == ["Ada Adams", "Cleo Cole", "Dan Doe", "Finn Olsen", "Sam Ortiz"]
    with pytest.raises(RuleBroken, match="is in this drive already"):
        cohort_members.add(newcomer, drive=running, month=MARCH, by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="none of the drive's"):
        cohort_members.move(ada, month=date(2027, 9, 1), by=priya, at=BEFORE)
    with pytest.raises(RuleBroken, match="This month has passed"):
        cohort_members.move(ada, month=JANUARY, by=priya, at=datetime(2027, 2, 3, tzinfo=UTC))
    with pytest.raises(RuleBroken, match="Priya Nair has none of the roles that this drive asks"):
        cohort_members.add(priya, drive=running, month=MARCH, by=priya, at=BEFORE)
    people.set_active(newcomer, active=False, by=None, at=BEFORE)
    with pytest.raises(RuleBroken, match="can no longer log in"):
        cohort_members.add(newcomer, drive=running, month=FEBRUARY, by=priya, at=BEFORE)


def test_who_was_asked_stays_in_the_month(priya):
    found = reps()
    running = begun(priya)
    ada = member(running, found["ada"])
    cohort_members.note_asked(cohort_members.claim(ada.pk, month=JANUARY, at=ASKED), at=ASKED)
    for deed in (
        lambda: cohort_members.move(ada, month=FEBRUARY, by=priya, at=ASKED),
        lambda: cohort_members.leave_out(ada, by=priya, at=ASKED),
    ):
        with pytest.raises(RuleBroken, match="Ada Adams has been asked already"):
            deed()


def test_a_drive_that_ended_asks_nobody_and_says_why(priya):
    found = reps()
    running = begun(priya)
    with pytest.raises(RuleBroken, match="Say why"):
        drives.end(running, reason=" ", by=priya, at=BEFORE)
    ended = drives.end(running, reason="The fair was called off.", by=priya, at=ASKED)
    assert ended.state(ASKED) == DriveState.ENDED
    assert cohort_members.claim(member(running, found["ada"]).pk, month=JANUARY, at=ASKED) is None
    with pytest.raises(RuleBroken, match="is over"):
        cohort_members.move(member(running, found["ada"]), month=MARCH, by=priya, at=ASKED)
    cancelled = drives.end(drive(priya), reason="A mistake.", by=priya, at=BEFORE)
    assert cancelled.state(BEFORE) == DriveState.CANCELLED


def test_states_follow_the_months(priya):
    reps()
    running = begun(priya)
    assert drive(priya, name="The next").state(BEFORE) == DriveState.PREPARED
    assert running.state(datetime(2027, 3, 31, 23, 59, tzinfo=UTC)) == DriveState.RUNNING
    assert running.state(datetime(2027, 4, 1, tzinfo=UTC)) == DriveState.OVER


def test_who_nominates_after_being_asked_has_answered_and_who_did_before_has_not(priya):
    found = reps()
    running = begun(priya)
    nominate(found["ben"], at=ASKED - timedelta(days=1))
    for first in ("ada", "ben"):
        chosen = cohort_members.claim(member(running, found[first]).pk, month=JANUARY, at=ASKED)
        cohort_members.note_asked(chosen, at=ASKED)
    nominate(found["ada"], at=ASKED + timedelta(days=2), name="Acme")
    nominate(found["ada"], at=ASKED + timedelta(days=3), name="Bluth")
    nominate(found["ada"], at=running.closes_at + timedelta(days=3), name="Cancity")
    answers = {row.person.name: (row.answer, row.nominated) for row in report.members(running)}
    assert answers["Ada Adams"] == (DriveAnswer.NOMINATED, 2)
    assert answers["Ben Baker"] == (DriveAnswer.SILENT, 0)
    assert answers["Zoe Zimmer"] == (DriveAnswer.NOT_ASKED, 0)
    first = report.months(running, at=ASKED + timedelta(days=4))[0].tally
    assert (first.people, first.asked, first.answered, first.nominations, first.percent) == (2, 2, 1, 2, 50)


def test_nothing_this_time_is_an_answer_with_a_note_only_of_who_was_asked(priya):
    found = reps()
    running = begun(priya)
    ben = member(running, found["ben"])
    with pytest.raises(RuleBroken, match="You have not been asked yet"):
        cohort_members.answer(ben, note="Too early", by=found["ben"], at=ASKED)
    cohort_members.note_asked(cohort_members.claim(ben.pk, month=JANUARY, at=ASKED), at=ASKED)
    cohort_members.answer(ben, note="All migrate  now", by=found["ben"], at=ASKED)
    row = report.members(running).get(person=found["ben"])
    assert (row.answer, row.note) == (DriveAnswer.NOTHING, "All migrate now")
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortMember.objects.filter(person=found["zoe"]).update(answered_at=ASKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortMember.objects.filter(person=found["ben"]).update(cohort=None)


def test_the_page_warns_when_a_month_brings_more_than_can_be_invited(priya, monkeypatch):
    reps()
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=BEFORE)
    prepared = drive(priya, months=2)
    loads = [month.load for month in report.months(prepared, at=BEFORE)]
    assert [(load.expected, load.waiting, load.months_to_wait) for load in loads] == [(3, 2, 2), (3, 4, 4)]
    assert all(load.is_too_much for load in loads)
    recruiting_settings.edit(changes={"capacity": 20}, by=priya, at=BEFORE)
    assert not any(month.load.is_too_much for month in report.months(prepared, at=BEFORE))
    monkeypatch.setattr(report, "nominations_each", lambda: 1.5)
    assert report.months(prepared, at=BEFORE)[0].load.expected == 5
    assert RecruitingSettings.current().capacity == 20


def test_what_was_nominated_so_far_says_what_to_expect(priya):
    found = reps(*(f"Rep A{number:02}" for number in range(10)))
    assert len(found) == 1, "first names are one key; the people are ten"
    running = begun(priya, months=1)
    assert report.nominations_each() == 1.0
    for row in running.members.select_related("person"):
        cohort_members.note_asked(cohort_members.claim(row.pk, month=JANUARY, at=ASKED), at=ASKED)
    row = running.members.select_related("person").first()
    for number in range(5):
        nominate(row.person, at=ASKED, name=f"Customer {number}")
    assert report.nominations_each() == 0.5


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2027, 5, 1), date(2027, 5, 3)),
        (date(2027, 8, 1), date(2027, 8, 2)),
        (date(2027, 2, 14), date(2027, 2, 1)),
    ],
)
def test_the_first_working_day_is_no_saturday_no_sunday_and_no_new_year(month, day):
    assert first_working_day(month) == day


def test_what_is_not_said_of_a_drive_is_a_mistake_of_the_caller(priya):
    with pytest.raises(TypeError, match="closes_at"):
        drive(priya, closes_at=ASKED)
    assert not Drive.objects.exists()
