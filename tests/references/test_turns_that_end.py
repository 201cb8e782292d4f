"""Maria is about to write to Lucille Bluth when somebody else ends the nomination: she hears of it before that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Notice
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.models import Dimension

OVER = "It is not your turn any more with the nomination of Bluth Company: "


def nominated(bluth, by, priya):
    values = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    made = nominations.submit(customer=bluth, values=values, willingness=will, by=by, at=timezone.now())
    return decisions.accept(made, by=priya, at=timezone.now())


def told(person):
    return [text for text in Notice.objects.filter(to=person).values_list("text", flat=True) if text.startswith(OVER)]


@pytest.mark.parametrize("is_invited", [False, True])
def test_maria_hears_that_sam_withdrew_what_she_was_to_ask(bluth, maria, sam, priya, is_invited):
    nomination = nominated(bluth, sam, priya)
    if is_invited:
        invitations.invite(nomination, by=maria, at=timezone.now())
    nominations.withdraw(nomination, reason="They are being sold.", by=sam, at=timezone.now())
    assert told(maria) == [f"{OVER}withdrawn. They are being sold."]
    assert told(sam) == told(priya) == []


def test_who_ends_it_or_nominated_it_is_not_told_twice(bluth, maria, sam, priya):
    hers = invitations.invite(nominated(bluth, maria, priya), by=maria, at=timezone.now())
    until = timezone.localdate() + timedelta(days=9)
    decisions.park(hers, until=until, reason="Budget.", by=priya, at=timezone.now())
    assert told(maria) == []
    assert Notice.objects.filter(to=maria, text__startswith="Your nomination of Bluth Company: parked").count() == 1
    nominations.withdraw(hers, reason="Enough.", by=maria, at=timezone.now())
    sams = invitations.invite(nominated(bluth, sam, priya), by=maria, at=timezone.now())
    invitations.decline(sams, reason="No time.", by=maria, at=timezone.now())
    assert told(maria) == []


def test_a_colleague_who_enrols_it_tells_her(bluth, maria, sam, jonas, priya):
    nomination = invitations.invite(nominated(bluth, sam, priya), by=maria, at=timezone.now())
    agreed = [invitations.Agreed(Dimension.objects.get(key="logo"), "green")]
    invitations.enrol(nomination, agreed=agreed, by=jonas, at=timezone.now())
    assert told(maria) == [f"{OVER}enrolled. Logo"]
