"""What is set aside for a while comes back where it was, and not a step further."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import RuleBroken
from references.actions import nomination_batches, nomination_care, nominations
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.models import Nomination
from tests.factories import customer
from tests.references.test_nominations import nominate

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def queued(maria, sam, priya):
    return decisions.accept(nominate(customer("Bluth Company", csm=maria), sam), by=priya, at=NOW)


def test_a_parked_nomination_comes_back_where_it_was(queued, priya):
    with pytest.raises(RuleBroken, match="still to come"):
        decisions.park(queued, until=date(2026, 11, 20), reason="Audit", by=priya, at=NOW)
    parked = decisions.park(queued, until=date(2027, 1, 11), reason="Audit", by=priya, at=NOW)
    assert (parked.state, parked.due_on, parked.planned_month) == ("parked", date(2027, 1, 11), None)
    back = decisions.resume(parked, by=None, at=NOW + timedelta(days=60))
    assert (back.state, back.planned_month) == ("queued", date(2027, 1, 1))


def test_a_customer_that_was_asked_is_still_asked_when_its_nomination_is_taken_up_again(queued, maria, priya):
    asked = invitations.invite(queued, by=maria, at=NOW)
    parked = decisions.park(asked, until=date(2027, 1, 11), reason="They answer in January.", by=priya, at=NOW)
    later = NOW + timedelta(days=52)
    back = decisions.resume(parked, by=None, at=later)
    assert (back.state, back.owner, back.due_on) == ("invited", maria, date(2027, 2, 1))
    assert (back.invited_at, back.planned_month) == (NOW, None), "it takes up one place, that of November"
    assert "It is your turn with the nomination of Bluth Company (invited)" in maria.notices.latest("pk").text
    assert invitations.decline(back, reason="Not this year.", by=maria, at=later).state == "declined"


def test_what_is_parked_is_not_accepted_once_more(queued, priya, sam):
    parked = decisions.park(queued, until=date(2027, 1, 11), reason="Audit", by=priya, at=NOW)
    later = NOW + timedelta(days=50)
    with pytest.raises(RuleBroken, match="is parked; it has to be taken up again first"):
        decisions.accept(parked, by=priya, at=later)
    (left,) = nomination_batches.accept_each([(parked, parked.version)], by=priya, at=later).left
    assert "is parked; it has to be taken up again first" in left.reason
    parked.refresh_from_db()
    assert (parked.state, parked.accepted_at) == ("parked", NOW)


def test_a_block_is_not_lifted_while_its_nomination_is_parked(client, queued, priya):
    decisions.park(queued, until=date(2027, 1, 11), reason="Audit", by=priya, at=NOW)
    client.force_login(priya)
    typed = {"block": "invoice", "reason": "Paid yesterday, says the bank.", "version": queued.version + 1}
    answer = client.post(f"/nominations/{queued.pk}/lift/", typed)
    assert "is parked; it has to be taken up again first" in answer.text
    assert not queued.events.filter(deed="lifted").exists()


def test_what_somebody_took_up_while_the_program_was_about_to_keeps_nothing_else_from_its_turn(
    queued, maria, sam, priya, monkeypatch
):
    """Priya withdraws the first of two in the middle of the run; the second comes back all the same."""
    second = decisions.accept(nominate(customer("Sitwell", csm=maria), sam), by=priya, at=NOW)
    until, later = date(2027, 1, 11), NOW + timedelta(days=60)
    for one in (queued, second):
        decisions.park(one, until=until, reason="Audit", by=priya, at=NOW)
    resume = decisions.resume

    def resume_and_withdraw_the_other(nomination, **said):
        monkeypatch.setattr(decisions, "resume", resume)
        other = second if nomination == queued else queued
        nominations.withdraw(other, reason="They merged", by=priya, at=later)
        return resume(nomination, **said)

    monkeypatch.setattr(decisions, "resume", resume_and_withdraw_the_other)
    nomination_care.tend(at=later)
    states = {Nomination.objects.get(pk=one.pk).state for one in (queued, second)}
    assert states == {"queued", "withdrawn"}
