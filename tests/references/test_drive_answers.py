"""Sam answers a drive by nominating; what he takes back is no answer, and he can give another one."""

from datetime import UTC, datetime, timedelta

import pytest

from customers.models import Customer
from references.actions import cohort_members, drives, merges, nominations
from references.actions import nomination_decisions as decisions
from references.choices import DriveAnswer
from references.models import CohortMember
from references.reports import drives as report
from references.reports.merges import signature
from references.reports.turns import open_turn
from tests.factories import customer
from tests.references.drives import JANUARY, begun, member, nominate, reps

ASKED = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LATER = ASKED + timedelta(days=2)
OVER = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def sam(db):
    return reps("Sam Ortiz")["sam"]


@pytest.fixture
def shown(priya, sam):
    """A drive in which Sam was asked in January."""
    running = begun(priya, months=1)
    claimed = cohort_members.claim(member(running, sam).pk, month=JANUARY, at=ASKED)
    cohort_members.note_asked(claimed, at=ASKED)
    return running


def his(shown):
    return report.members(shown).get()


def told(shown):
    tally = report.lines([shown], at=LATER)[0].tally
    return his(shown).answer, tally.answered, tally.nominations


def test_what_sam_takes_back_is_no_answer_and_he_can_give_another(shown, sam):
    taken_back = nominate(sam, at=LATER, name="Acme")
    assert told(shown) == (DriveAnswer.NOMINATED, 1, 1)
    assert open_turn(sam, at=LATER) is None
    nominations.withdraw(taken_back, reason="A slip.", by=sam, at=LATER + timedelta(seconds=9))
    assert told(shown) == (DriveAnswer.SILENT, 0, 0)
    assert open_turn(sam, at=LATER + timedelta(hours=1)) == his(shown)
    cohort_members.answer(his(shown), note="Nobody after all", by=sam, at=LATER + timedelta(hours=2))
    assert told(shown) == (DriveAnswer.NOTHING, 1, 0)
    nominate(sam, at=LATER + timedelta(hours=3), name="Bluth")
    assert told(shown) == (DriveAnswer.NOMINATED, 1, 1)


def test_what_is_refused_was_nominated_all_the_same(shown, sam, priya):
    decisions.refuse(nominate(sam, at=LATER), reason="Too small.", by=priya, at=LATER + timedelta(hours=1))
    assert told(shown) == (DriveAnswer.NOMINATED, 1, 1)


def test_a_drive_that_is_over_keeps_what_was_answered_when_it_ended(shown, sam):
    nominations.withdraw(nominate(sam, at=LATER), reason="They left us.", by=sam, at=OVER)
    assert told(shown) == (DriveAnswer.NOMINATED, 1, 1)


def test_what_sam_wrote_in_an_answer_to_a_drive_that_has_ended_stands_with_the_reason(
    client, time_machine, shown, sam, priya
):
    time_machine.move_to(LATER, tick=False)
    drives.end(shown, reason="We have enough.", by=priya, at=LATER)
    client.force_login(sam)
    answer = client.post(f"/nominations/turns/{his(shown).pk}/answer/", {"note": "Nobody before their audit."})
    assert answer.status_code == 422
    assert "is over." in answer.text
    assert "Nobody before their audit." in answer.text
    assert "Nothing of it is saved" in answer.text
    assert "Nothing this time</button>" not in answer.text
    assert "textarea" not in client.get(f"/nominations/turns/{his(shown).pk}/").text


@pytest.mark.parametrize("days", [1, 120])
def test_a_nomination_that_goes_on_in_another_counts_once_whenever_they_were_joined(shown, sam, priya, maria, days):
    """Ada nominated Acme, Sam nominated a second row of the same company; they are merged in the drive or after it."""
    ada = reps("Ada Adams")["ada"]
    acme, twin = customer("Acme", opener=ada), customer("Acme Inc", opener=sam)
    decisions.accept(nominate(ada, at=LATER, who=acme), by=priya, at=LATER)
    nominate(sam, at=LATER, who=twin)
    seen = signature(*(Customer.objects.get(pk=one.pk) for one in (acme, twin)))
    merges.merge(acme, duplicate=twin, seen=seen, by=maria, at=LATER + timedelta(days=days))
    assert sam.nominators.count() == 2
    assert told(shown) == (DriveAnswer.NOMINATED, 1, 1)


def test_the_experience_of_drives_leaves_out_what_was_taken_back(shown, sam, monkeypatch):
    monkeypatch.setattr(report, "ENOUGH_ASKED", 1)
    nominations.withdraw(nominate(sam, at=LATER, name="Acme"), reason="A slip.", by=sam, at=LATER)
    assert report.nominations_each() == 0
    nominate(sam, at=LATER, name="Bluth")
    assert report.nominations_each() == 1


def test_sam_reads_on_the_page_of_his_turn_that_he_may_answer_again(client, shown, sam, time_machine):
    time_machine.move_to(LATER)
    client.force_login(sam)
    page = f"/nominations/turns/{member(shown, sam).pk}/"
    taken_back = nominate(sam, at=LATER)
    assert "Nothing this time</button>" not in client.get(page).text
    nominations.withdraw(taken_back, reason="A slip.", by=sam, at=LATER)
    answered = client.get(page).text
    assert "Nothing this time</button>" in answered
    assert "Thank you." not in answered


def test_a_customer_whom_two_of_the_asked_nominate_is_one_nomination_and_two_answers(shown, sam, priya, monkeypatch):
    monkeypatch.setattr(report, "ENOUGH_ASKED", 1)
    asked = CohortMember.objects.filter(drive=shown, asked_at__isnull=False)
    other = reps("Ada Adams")["ada"]
    CohortMember.objects.create(drive=shown, cohort=asked.get().cohort, person=other, asked_at=asked.get().asked_at)
    acme = customer("Acme", opener=sam)
    nominate(sam, at=LATER, who=acme)
    nominate(other, at=LATER, who=acme)
    tally = report.tallies(CohortMember.objects.filter(drive=shown), "drive_id")[shown.pk]
    assert (tally.answered, tally.nominations) == (2, 1)
    assert report.nominations_each() == 0.5
