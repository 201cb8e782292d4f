"""Every Monday the ranking comes by mail, once: also when two workers look, or none did for two days."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from core.choices import Role
from core.models import Programme
from references import tasks
from references.actions import ranking_mails, recognition_settings
from references.mails import recognitions as mails
from references.models import RankingMail
from tests.factories import person
from tests.references.recognized import enrol, nominate

# In Berlin, half past seven on a Monday.
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def berlin(db):
    Programme.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})


@pytest.fixture
def leader(sam, priya, maria):
    enrol(nominate("Bluth Company", sam, at=MONDAY - 3 * DAY), priya, at=MONDAY - 2 * DAY)
    enrol(nominate("Globex", sam, at=MONDAY - 30 * DAY), priya, at=MONDAY - 20 * DAY)
    return sam


def run(at):
    with time_machine.travel(at, tick=False):
        tasks.mail_rankings()


def to(who):
    return [one for one in mail.outbox if one.to == [who.email]]


def test_sam_reads_the_top_the_own_place_and_what_was_enrolled_last_week(leader, maria):
    run(MONDAY)
    [his] = to(leader)
    assert his.subject == "RefProgram: the ranking of nominators, 2026-Q4"
    assert "1. Sam Ortiz: 2 enrolled, 2 accepted, 2 nominated" in his.body
    assert "You are at place 1: 2 enrolled" in his.body
    assert "- Bluth Company (Sam Ortiz)" in his.body
    assert "Globex" not in his.body
    [hers] = to(maria)
    assert "You have not nominated anybody in this quarter." in hers.body


def test_nobody_reads_who_is_at_the_bottom(leader, maria, jonas):
    run(MONDAY)
    assert len(mail.outbox) == 3
    assert not [one for one in mail.outbox if "Maria" in one.body.replace(f"Hello {maria}", "")]


def test_only_who_is_asked_to_nominate_gets_it(leader, priya):
    run(MONDAY)
    assert to(priya) == []


def test_it_goes_out_once_a_week_however_often_the_task_runs(leader):
    for hours in range(0, 7 * 24, 13):
        run(MONDAY + hours * HOUR)
    assert len(to(leader)) == 1
    run(MONDAY + 7 * DAY)
    assert len(to(leader)) == 2


def test_it_waits_for_monday_morning_in_the_programmes_time_zone(leader):
    run(MONDAY - HOUR)
    assert mail.outbox == []
    assert ranking_mails.week_of(MONDAY - HOUR) is None
    run(MONDAY)
    assert len(to(leader)) == 1


def test_what_did_not_run_for_two_days_is_made_up_for_and_a_week_gone_by_is_not(leader):
    run(MONDAY + 2 * DAY)
    assert len(to(leader)) == 1
    run(MONDAY + 21 * DAY)
    assert len(to(leader)) == 2
    assert RankingMail.objects.filter(user=leader).count() == 2


def test_who_takes_part_from_thursday_on_hears_on_monday(leader):
    run(MONDAY)
    lea = person("Lea Marchand", Role.SALES_REP)
    run(MONDAY + 3 * DAY)
    assert to(lea) == []
    run(MONDAY + 7 * DAY)
    assert len(to(lea)) == 1


def test_the_mail_can_be_switched_off_for_all_and_refused_by_each(leader, maria, priya):
    ranking_mails.refuse(leader, by=leader, at=MONDAY)
    ranking_mails.refuse(leader, by=leader, at=MONDAY)
    run(MONDAY)
    assert (len(to(leader)), len(to(maria))) == (0, 1)
    ranking_mails.resume(leader, by=leader, at=MONDAY)
    recognition_settings.edit(changes={"sends_mails": False}, by=priya, at=MONDAY)
    run(MONDAY + 7 * DAY)
    assert len(mail.outbox) == 1
    recognition_settings.edit(changes={"sends_mails": True}, by=priya, at=MONDAY)
    run(MONDAY + 7 * DAY)
    assert len(to(leader)) == 1


def test_of_two_workers_one_has_the_mail(leader):
    assert ranking_mails.prepare(at=MONDAY) == 1 + RankingMail.objects.exclude(user=leader).count()
    assert ranking_mails.prepare(at=MONDAY) == 0
    row = RankingMail.objects.get(user=leader)
    assert ranking_mails.claim(row.pk, at=MONDAY) == row
    assert ranking_mails.claim(row.pk, at=MONDAY) is None
    run(MONDAY)
    assert to(leader) == []
    run(MONDAY + HOUR)
    assert len(to(leader)) == 1


def test_a_mail_that_fails_is_tried_again(leader, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", lambda *_args: (_ for _ in ()).throw(OSError("no mail server")))
        with pytest.raises(OSError, match="no mail server"):
            run(MONDAY)
    run(MONDAY)
    assert len(to(leader)) == 1


def test_an_address_that_is_refused_keeps_nobody_else_from_the_mail(leader, maria, monkeypatch):
    send = mails.send_mail

    def refuse_sam(subject, body, sender, to):
        if to == [leader.email]:
            raise OSError("no such mailbox")
        send(subject, body, sender, to)

    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", refuse_sam)
        with pytest.raises(OSError, match="no such mailbox"):
            run(MONDAY)
    assert (len(to(leader)), len(to(maria))) == (0, 1)
    run(MONDAY + HOUR)
    assert (len(to(leader)), len(to(maria))) == (1, 1)


def test_in_the_first_week_of_a_quarter_the_first_place_is_free(sam):
    run(datetime(2027, 1, 4, 9, 0, tzinfo=UTC))
    assert "Nobody yet: the first place is free." in to(sam)[0].body
