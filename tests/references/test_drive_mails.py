"""On the first working day of the month each person gets the drive's mail once, however the workers fare."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from core.actions import people
from core.models import AuditEvent, Notice, Programme
from references import tasks
from references.actions import cohort_members, drives
from references.mails import turns as mails
from references.models import CohortMember
from tests.factories import customer
from tests.references.drives import BEFORE, FEBRUARY, JANUARY, begun, drive, member, nominate, place, reps
from tests.references.ledger import set_cell

NEW_YEAR = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
MAY = datetime(2027, 5, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def team(priya):
    return reps()


def run(at: datetime) -> list[str]:
    """Who gets a mail when the schedule runs then, by first name."""
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        tasks.ask_cohorts()
    return sorted(address.split(".")[0] for one in mail.outbox for address in one.to)


def test_each_month_asks_its_own_people_once(priya, team):
    begun(priya)
    assert run(NEW_YEAR - timedelta(days=3)) == [], "it is the first of January"
    assert run(NEW_YEAR - timedelta(days=1)) == []
    assert run(NEW_YEAR) == ["ada", "ben"]
    assert run(NEW_YEAR + timedelta(hours=1)) == []
    assert run(datetime(2027, 1, 29, 23, 0, tzinfo=UTC)) == []
    assert run(datetime(2027, 2, 1, 0, 25, tzinfo=UTC)) == ["dan", "finn", "sam"]
    assert AuditEvent.objects.filter(event="cohort_member.asked").count() == 5


def test_a_month_that_begins_on_a_saturday_asks_on_monday(priya, team):
    begun(priya, first_month=MAY.date(), months=1)
    assert run(MAY) == []
    assert run(MAY + timedelta(days=1)) == []
    assert len(run(MAY + timedelta(days=2))) == 6


def test_a_worker_that_was_down_for_three_days_asks_on_the_fourth(priya, team):
    begun(priya)
    assert run(NEW_YEAR + timedelta(days=3)) == ["ada", "ben"]


def test_who_was_missed_for_a_whole_month_is_asked_with_the_next(priya, team):
    begun(priya)
    assert run(datetime(2027, 2, 2, tzinfo=UTC)) == ["ada", "ben", "dan", "finn", "sam"]
    assert run(datetime(2027, 4, 1, 9, tzinfo=UTC)) == [], "nobody is asked when the drive is over"


def test_the_month_begins_in_the_programme_s_time_zone(priya, team):
    Programme.current()
    Programme.objects.update(time_zone="Pacific/Auckland")
    shown = begun(priya)
    assert run(datetime(2027, 1, 3, 10, 30, tzinfo=UTC)) == []
    assert run(datetime(2027, 1, 3, 11, 30, tzinfo=UTC)) == ["ada", "ben"]
    assert shown.closes_at == datetime(2027, 3, 31, 11, tzinfo=UTC)


def test_a_drive_that_is_only_prepared_or_has_ended_asks_nobody(priya, team):
    drive(priya, name="The next")
    ended = begun(priya)
    drives.end(ended, reason="Another plan.", by=priya, at=BEFORE)
    assert run(NEW_YEAR) == []


def test_who_was_deactivated_or_left_out_meanwhile_is_not_asked(priya, team):
    shown = begun(priya)
    people.set_active(team["ada"], active=False, by=None, at=BEFORE)
    cohort_members.leave_out(member(shown, team["ben"]), by=priya, at=BEFORE)
    assert run(NEW_YEAR) == []
    people.set_active(team["ada"], active=True, by=None, at=BEFORE)
    assert run(NEW_YEAR + timedelta(days=4)) == ["ada"]


def test_the_mail_names_the_own_customers_without_a_reference_and_how_to_answer(priya, maria, team, settings):
    settings.SITE_URL = "https://refs.example.com"
    ada = team["ada"]
    begun(priya, introduction="Dear <b>team</b> & friends,\nplease.")
    acme = customer("Acme", account_executive=ada)
    green = customer("Green Ltd", opener=ada, csm=maria)
    set_cell(green, "green", at=BEFORE, agreed_on=BEFORE.date(), until=None, by=maria)
    nominated = customer("Nominated Inc", account_manager=ada)
    nominate(ada, at=BEFORE, who=nominated)
    customer("Lead Co", opener=ada, lifecycle="prospective")
    customer("Of Ben", opener=team["ben"])
    run(NEW_YEAR)
    body = next(one.body for one in mail.outbox if one.to == [ada.email])
    turn = CohortMember.objects.get(person=ada)
    assert "Dear <b>team</b> & friends,\nplease." in body
    assert f"- Acme\n  https://refs.example.com/nominations/new/?customer={acme.pk}" in body
    assert f"https://refs.example.com/nominations/turns/{turn.pk}/" in body
    for name in ("Green Ltd", "Nominated Inc", "Lead Co", "Of Ben"):
        assert name not in body
    assert "New year: it is your turn to nominate" in {one.subject for one in mail.outbox}


def test_fifteen_customers_are_named_the_well_known_first_and_the_rest_counted(priya, team):
    begun(priya)
    for number in range(17):
        customer(f"Customer {number:02}", opener=team["ada"])
    customer("Zebra", opener=team["ada"], is_well_known=True)
    run(NEW_YEAR)
    body = next(one.body for one in mail.outbox if one.to == [team["ada"].email])
    assert body.count("?customer=") == 15
    assert body.index("Zebra") < body.index("Customer 00")
    assert "and 3 more, on your page" in body


def test_the_person_has_a_notice_that_is_not_mailed_once_more(priya, team):
    begun(priya)
    run(NEW_YEAR)
    notice = Notice.objects.get(to=team["ada"])
    assert notice.text == "New year: in January 2027 it is your turn to nominate."
    assert notice.url == f"/nominations/turns/{CohortMember.objects.get(person=team['ada']).pk}/"
    assert notice.mailed_at is not None


def test_a_mail_that_fails_is_given_back_and_tried_again(priya, team, monkeypatch):
    begun(priya)
    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", lambda *_args: (_ for _ in ()).throw(SMTPServerDisconnected("gone")))
        with pytest.raises(SMTPServerDisconnected):
            run(NEW_YEAR)
    assert not CohortMember.objects.filter(claimed_at__isnull=False).exists()
    assert not Notice.objects.exists()
    assert run(NEW_YEAR + timedelta(hours=1)) == ["ada", "ben"]


def test_an_address_that_is_refused_keeps_nobody_else_from_being_asked(priya, team, monkeypatch):
    begun(priya)
    place(team["ada"])
    real = mails.send_mail

    def refusing(subject, body, sender, to):
        if to == [team["ada"].email]:
            raise SMTPRecipientsRefused({to[0]: (550, b"no such user")})
        return real(subject, body, sender, to)

    monkeypatch.setattr(mails, "send_mail", refusing)
    mail.outbox.clear()
    with time_machine.travel(NEW_YEAR, tick=False), pytest.raises(SMTPRecipientsRefused):
        tasks.ask_cohorts()
    assert [one.to for one in mail.outbox] == [[team["ben"].email]]
    assert CohortMember.objects.get(person=team["ada"]).asked_at is None


def test_what_a_dead_worker_had_in_hand_is_free_after_ten_minutes(priya, team):
    shown = begun(priya)
    assert cohort_members.claim(member(shown, team["ada"]).pk, month=JANUARY, at=NEW_YEAR) is not None
    assert run(NEW_YEAR + timedelta(minutes=5)) == ["ben"]
    assert run(NEW_YEAR + timedelta(minutes=11)) == ["ada"]


def test_a_claim_is_refused_after_the_person_was_moved(priya, team):
    shown = begun(priya)
    ada = member(shown, team["ada"])
    cohort_members.move(ada, month=FEBRUARY, by=priya, at=BEFORE)
    assert cohort_members.claim(ada.pk, month=JANUARY, at=NEW_YEAR) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_everybody_once(transactional_db, priya):
    if connection.vendor != "postgresql":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    reps(*(f"Rep{number} Adams" for number in range(20)))
    at = timezone.now()
    month = at.date().replace(day=1)
    drives.begin(drive(priya, first_month=month, months=1, at=at), by=priya, at=at)
    barrier = Barrier(4)

    def work(_number):
        barrier.wait(timeout=20)
        try:
            claimed = 0
            for pk in list(CohortMember.objects.waiting(at, month=month).values_list("pk", flat=True)):
                found = cohort_members.claim(pk, month=month, at=at)
                if found is not None:
                    mails.send_turn(found, at=at)
                    cohort_members.note_asked(found, at=at)
                    claimed += 1
            return claimed
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 20
    assert sorted(one.to[0] for one in mail.outbox) == sorted({one.to[0] for one in mail.outbox})
    assert len(mail.outbox) == Notice.objects.count() == 20
