"""Who hears what of a nomination: whose turn it is hears it once, and what is new is called new."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from core.actions import people
from core.choices import Role
from core.models import Notice
from customers.models import Customer
from references.actions import nomination_decisions as decisions
from references.actions import nomination_turns, nominations
from references.models import Dimension, Nomination, RecruitingSettings
from tests.factories import person


def accepted(bluth, by, priya):
    values = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    made = nominations.submit(customer=bluth, values=values, willingness=will, by=by, at=timezone.now())
    return decisions.accept(made, by=priya, at=timezone.now())


def news(person):
    """What was not read yet, and is read now."""
    rows = Notice.objects.filter(to=person, read_at=None).order_by("pk")
    texts = [*rows.values_list("text", flat=True)]
    rows.update(read_at=timezone.now())
    return texts


def test_what_is_taken_up_again_is_maria_s_turn_once_with_the_day_that_holds(bluth, maria, sam, priya):
    nomination = accepted(bluth, sam, priya)
    until = timezone.localdate() + timedelta(days=9)
    decisions.park(nomination, until=until, reason="Budget.", by=priya, at=timezone.now())
    news(maria)
    again = decisions.resume(nomination, by=priya, at=timezone.now())
    (told,) = news(maria)
    assert "It is your turn with the nomination of Bluth Company (in the queue), until" in told
    assert date_format(again.due_on) in told


def test_who_has_the_turn_hears_what_is_new_and_not_that_it_is_their_turn_again(bluth, maria, sam, jonas, priya):
    accepted(bluth, sam, priya)
    news(maria)
    values = {"contact": bluth.contacts.get(), "story": "They sing.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nominations.submit(customer=bluth, values=values, willingness=will, by=jonas, at=timezone.now())
    (told,) = news(maria)
    assert told.startswith(
        "News of the nomination of Bluth Company, with which it is your turn: nominated by another colleague too."
    )


def test_priya_and_sam_hear_who_completed_it_and_what_is_told_otherwise(bluth, sam, priya):
    values = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    logo, quotation = (Dimension.objects.get(key=key) for key in ("logo", "quotation"))
    made = nominations.submit(customer=bluth, values=values, willingness={logo: "maybe"}, by=sam, at=timezone.now())
    news(priya)
    changed = {"changes": {"story": "Bigger.", "source": "sales"}, "willingness": {logo: "maybe", quotation: "willing"}}
    made = nominations.complete(made, seen_version=made.version, **changed, by=sam, at=timezone.now())
    (told,) = news(priya)
    assert told.endswith("completed by Sam Ortiz. Changed: why this customer, Quotation.")
    assert "News of the nomination" in told
    changed["willingness"] = {logo: "unwilling"}
    nominations.complete(made, seen_version=made.version, **changed, by=priya, at=timezone.now())
    (told,) = news(sam)
    assert told == "Your nomination of Bluth Company: completed by Priya Nair. Changed: Quotation, Logo."


def test_a_csm_who_may_invite_nobody_is_never_given_the_turn(bluth, sam, priya, maria):
    nina = person("Nina Rossi", Role.MARKETING)
    Customer.objects.filter(pk=bluth.pk).update(csm=nina)
    bluth.refresh_from_db()
    nomination = accepted(bluth, sam, priya)
    assert nomination.owner is None, "it is every programme manager's"
    assert news(nina) == []
    RecruitingSettings.objects.update(decider=priya)
    nomination_turns.hand_on(at=timezone.now())
    nomination.refresh_from_db()
    assert nomination.owner == priya


@pytest.mark.parametrize("way", ["role", "deactivated"])
def test_the_turn_leaves_a_csm_who_may_invite_no_more(bluth, sam, priya, maria, way):
    nomination = accepted(bluth, sam, priya)
    assert nomination.owner == maria
    news(priya)
    if way == "role":
        people.set_roles(maria, roles=[Role.MARKETING], by=priya, at=timezone.now())
    else:
        people.set_active(maria, active=False, by=priya, at=timezone.now())
    nomination_turns.hand_on(at=timezone.now())
    nomination = Nomination.objects.get(pk=nomination.pk)
    assert nomination.owner is None
    (told,) = news(priya)
    assert "It is your turn" in told
    assert "Bluth Company has no CSM who may write to it." in nomination.events.latest("pk").reason


def test_maria_hears_that_jonas_looks_after_it_now(bluth, sam, priya, maria, jonas):
    accepted(bluth, sam, priya)
    news(maria)
    Customer.objects.filter(pk=bluth.pk).update(csm=jonas)
    nomination_turns.hand_on(at=timezone.now())
    (told,) = news(maria)
    assert told.startswith(
        "It is not your turn any more with the nomination of Bluth Company: handed on. It is for Jonas"
    )
    assert [text for text in news(jonas) if "It is your turn" in text]
