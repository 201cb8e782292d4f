"""What Priya is told of a drive before it does harm: who would be asked twice, and who was not asked at all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.choices import Role
from references.actions import cohort_members, drives
from references.models import CohortMember, Drive
from references.rules.drives import months_from
from tests.factories import person
from tests.references.drives import member, nominate


def text(answer):
    return answer.content.decode()


@pytest.fixture
def drive(priya, sam):
    """Sam Ortiz this month, Zoe Zimmer in the next; begun."""
    person("Zoe Zimmer", Role.SALES_REP)
    values = {"name": "New year", "split": "last_name", "first_month": timezone.localdate().replace(day=1), "months": 2}
    values |= {"roles": ["sales_rep"], "introduction": "It is your turn."}
    at = timezone.now() - timedelta(minutes=30)
    return drives.begin(drives.create(values=values, by=priya, at=at), by=priya, at=at)


def sent(**more):
    month = months_from(timezone.localdate(), 2)[1]
    said = {"name": "Spring", "split": "last_name", "first_month": f"{month:%Y-%m}", "months": 2}
    return said | {"roles": ["sales_rep"], "introduction": "Please."} | more


def test_priya_is_warned_before_a_second_drive_asks_the_same_people(client, priya, drive):
    client.force_login(priya)
    untyped = text(client.get("/nominations/drives/new/"))
    assert "would be asked twice" not in untyped, "nothing was typed yet that would ask anybody"
    assert ">Split the months</button>" in untyped
    first = client.post("/nominations/drives/new/", sent())
    assert (first.status_code, Drive.objects.count()) == (422, 1)
    assert "would be asked twice" in text(first)
    assert "New year</a>: Sam Ortiz, Zoe Zimmer" in text(first)
    assert "Split the months all the same" in text(first)
    assert 'value="Spring"' in text(first), "what was typed stays"
    warned = f"{drive.pk}:2"
    assert f'name="warned" value="{warned}"' in text(first)
    second = client.post("/nominations/drives/new/", sent(warned=warned), follow=True)
    assert "The months are split" in text(second)
    prepared = Drive.objects.get(name="Spring")
    edit = reverse("references:drive_edit", args=[prepared.pk])
    assert "New year</a>: Sam Ortiz" in text(client.get(edit))
    assert client.post(edit, sent(name="May", version=1)).status_code == 422
    assert client.post(edit, sent(name="May", version=1, warned=warned)).status_code == 302


def test_nobody_is_warned_of_a_drive_that_ends_before_or_asks_others(client, priya, drive):
    client.force_login(priya)
    later = months_from(timezone.localdate(), 3)[2]
    answer = client.post("/nominations/drives/new/", sent(first_month=f"{later:%Y-%m}"))
    assert answer.status_code == 302, "it begins when the other is over"
    drives.end(drive, reason="No time", by=priya, at=timezone.now())
    assert client.post("/nominations/drives/new/", sent()).status_code == 302


def test_a_month_in_the_past_does_not_say_that_somebody_was_asked(client, priya, sam, time_machine):
    """It is the 14th: the first working day of the month has passed, and the drive has not begun."""
    time_machine.move_to(datetime(2027, 1, 14, 9, 0, tzinfo=UTC))
    values = sent(first_month="2027-01", months=2)
    client.force_login(priya)
    client.post("/nominations/drives/new/", values)
    drive = Drive.objects.get()
    page = reverse("references:drive_detail", args=[drive.pk])
    assert "to be asked within the hour once the drive begins" in text(client.get(page))
    client.post(f"{page}begin/")
    shown = text(client.get(page))
    assert "to be asked within the hour<" in shown
    assert "once the drive begins" not in shown
    client.post(f"{page}end/", {"reason": "No time"})
    assert "nobody was asked" in text(client.get(page))


def test_who_was_not_asked_before_the_drive_ended_is_not_to_be_asked_any_more(client, priya, sam, time_machine):
    time_machine.move_to(datetime(2027, 1, 14, 9, 0, tzinfo=UTC))
    person("Ada Adams", Role.SALES_REP)
    client.force_login(priya)
    client.post("/nominations/drives/new/", sent(first_month="2027-01", months=1))
    drive = Drive.objects.get()
    drives.begin(drive, by=priya, at=timezone.now())
    drive.members.filter(person=sam).update(asked_at=timezone.now())
    page = reverse("references:drive_detail", args=[drive.pk])
    assert "· 1 to be asked" in text(client.get(page))
    drives.end(drive, reason="No time", by=priya, at=timezone.now())
    ended = text(client.get(page))
    assert ("· 1 not asked" in ended, "to be asked" in ended) == (True, False)


def test_a_prepared_drive_that_was_forgotten_says_that_its_month_has_passed(client, priya, sam, time_machine):
    time_machine.move_to(datetime(2027, 1, 14, 9, 0, tzinfo=UTC))
    client.force_login(priya)
    client.post("/nominations/drives/new/", sent(first_month="2027-01", months=1))
    time_machine.move_to(datetime(2027, 2, 14, 9, 0, tzinfo=UTC))
    client.force_login(priya)
    shown = text(client.get(reverse("references:drive_detail", args=[Drive.objects.get().pk])))
    assert "this month has passed" in shown
    assert "asked on 0" not in shown


@pytest.fixture
def spring(priya, sam):
    """Prepared before the other one had begun: Sam and Zoe once more, from next month on."""
    person("Zoe Zimmer", Role.SALES_REP)
    values = {"name": "Spring", "split": "last_name", "first_month": months_from(timezone.localdate(), 2)[1]}
    values |= {"months": 2, "roles": ["sales_rep"], "introduction": "Please."}
    return drives.create(values=values, by=priya, at=timezone.now() - timedelta(hours=1))


def begin_the_other(priya):
    values = {"name": "New year", "split": "last_name", "first_month": timezone.localdate().replace(day=1), "months": 2}
    values |= {"roles": ["sales_rep"], "introduction": "It is your turn."}
    at = timezone.now() - timedelta(minutes=30)
    return drives.begin(drives.create(values=values, by=priya, at=at), by=priya, at=at)


def test_priya_is_warned_before_she_begins_a_drive_whose_people_another_one_asks_by_now(client, priya, sam, spring):
    client.force_login(priya)
    page = reverse("references:drive_detail", args=[spring.pk])
    calm = text(client.get(page))
    assert "Yes, begin" in calm
    assert "asked twice" not in calm
    other = begin_the_other(priya)
    refused = text(client.post(f"{page}begin/", follow=True))
    assert "who stands in another running drive has changed" in refused
    assert "would be asked twice" in refused
    assert "New year</a>: Sam Ortiz, Zoe Zimmer" in refused
    assert "Begin all the same" in refused
    spring.refresh_from_db()
    assert spring.begun_at is None
    drives_members = member(spring, sam)
    cohort_members.leave_out(drives_members, by=priya, at=timezone.now())
    assert "New year</a>: Zoe Zimmer<" in text(client.get(page)), "who is left out is not asked twice"
    done = client.post(f"{page}begin/", {"warned": f"{other.pk}:1"}, follow=True)
    assert "The drive has begun" in text(done)


def test_who_is_added_is_asked_by_another_drive_in_that_month_and_priya_is_told(client, priya, spring):
    drives.begin(spring, by=priya, at=timezone.now() - timedelta(minutes=40))
    kim = person("Kim Park", Role.SALES_REP)
    other = begin_the_other(priya)
    his = member(other, kim)
    page = reverse("references:drive_detail", args=[spring.pk])
    client.force_login(priya)
    month = f"{his.cohort.month:%Y-%m}"
    shown = text(client.get(page)).split("Not in any month")[1]
    assert "“New year” asks in" in shown
    assert f'name="warned" value="{his.pk} "' in shown
    assert "Add all the same" in shown
    month = f"{spring.first_month:%Y-%m}"
    said = {"person": kim.pk, "month": month}
    told = text(client.post(f"{page}people/", said, follow=True))
    assert "Kim Park is not added yet. “New year” asks the same person in" in told
    assert not CohortMember.objects.filter(drive=spring, person=kim).exists()
    assert "Kim Park is asked in" in text(client.post(f"{page}people/", said | {"warned": f"{his.pk}"}, follow=True))
    again = client.post(f"/nominations/drives/people/{member(spring, kim).pk}/move/", {"month": month}, follow=True)
    assert "“New year” asks the same person in" in text(again)
    CohortMember.objects.filter(pk=his.pk).update(asked_at=timezone.now())
    again = client.post(f"/nominations/drives/people/{member(spring, kim).pk}/move/", {"month": month}, follow=True)
    assert "“New year” asked the same person in" in text(again)


def exported(client, page):
    """The line of Sam in the export of the people."""
    lines = b"".join(client.get(f"{page}export.csv?q=sam")).decode("utf-8-sig").splitlines()
    return lines[1]


def test_nothing_this_time_is_told_as_earlier_once_somebody_has_nominated(client, priya, sam, drive):
    turn = member(drive, sam)
    month, at = drive.cohorts.last().month, timezone.now() - timedelta(minutes=5)
    cohort_members.note_asked(cohort_members.claim(turn.pk, month=month, at=at), at=at)
    turn.refresh_from_db()
    cohort_members.answer(turn, note="All migrate now", by=sam, at=at)
    client.force_login(priya)
    page = reverse("references:drive_detail", args=[drive.pk])
    assert "Earlier, on" not in text(client.get(page))
    today = timezone.localdate(at)
    assert exported(client, page).endswith(f",Nothing this time,{today},All migrate now,0")
    nominated_at = timezone.now()
    nominate(sam, at=nominated_at)
    shown = text(client.get(page))
    assert "nominated 1" in shown
    assert "“nothing this time”:</span> All migrate now" in shown
    assert "Earlier, on" in shown
    earlier = f"Earlier, on {date_format(today)}, “nothing this time”: All migrate now"
    assert exported(client, page).endswith(f',Nominated,{timezone.localdate(nominated_at)},"{earlier}",1')
