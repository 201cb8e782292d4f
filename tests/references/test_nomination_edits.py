"""Priya and Jonas complete one nomination at the same time: neither loses a word of the other unseen."""

import pytest
from django.utils import timezone

from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.models import Dimension

STORY = "They halved their returns."


def nominate(who, by, **willingness):
    values = {"contact": who.contacts.get(), "story": STORY, "source": "sales"}
    will = {Dimension.objects.get(key=key): will for key, will in willingness.items()}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=timezone.now())


@pytest.fixture
def nomination(bluth, jonas):
    return nominate(bluth, jonas, logo="maybe")


def edit_of(nomination):
    return f"/nominations/{nomination.pk}/edit/"


def typed(nomination, *, version, **said):
    kinds = {one.key: f"will-{one.pk}" for one in Dimension.objects.filter(key__in=["logo", "case_study"])}
    contact = nomination.customer.contacts.get().pk
    sent = {"story": STORY, "source": "sales", "contact": contact, "version": version, **said}
    return {kinds.get(name, name): value for name, value in sent.items()}


def rows_of(page):
    """What the comparison says, by the label of what differs."""
    return {one.label: (one.theirs, one.yours) for one in page.context["conflicts"]}


def kinds_of(nomination):
    return {one.dimension.key: one.willingness for one in nomination.dimensions.all()}


def test_who_saves_second_sees_both_texts_and_then_saves_what_is_decided(client, nomination, jonas, priya):
    seen = nomination.version
    client.force_login(priya)
    client.post(edit_of(nomination), typed(nomination, version=seen, story="Priya's words.", logo="willing"))
    client.force_login(jonas)
    mine = typed(nomination, version=seen, story="Jonas's words.", logo="maybe")
    answer = client.post(edit_of(nomination), mine)
    assert answer.status_code == 409
    assert rows_of(answer) == {
        "Why this customer?": ("Priya's words.", "Jonas's words."),
        "Logo": ("Would do it", "Perhaps"),
    }
    for words in ("Somebody else changed this while you were editing", "Saved by somebody else", "Typed by you"):
        assert words in answer.text
    assert answer.context["form"]["story"].value() == "Jonas's words."
    nomination.refresh_from_db()
    assert (nomination.story, kinds_of(nomination)) == ("Priya's words.", {"logo": "willing"})
    again = mine | {"version": answer.context["form"]["version"].value(), "story": "Both our words."}
    assert client.post(edit_of(nomination), again).status_code == 302
    nomination.refresh_from_db()
    assert (nomination.story, kinds_of(nomination)) == ("Both our words.", {"logo": "maybe"})


def test_a_kind_that_sam_added_meanwhile_is_shown_before_it_can_be_dropped(client, nomination, bluth, jonas, sam):
    seen = nomination.version
    nominate(bluth, sam, case_study="willing")
    client.force_login(jonas)
    mine = typed(nomination, version=seen, story="Jonas's words.", logo="maybe")
    answer = client.post(edit_of(nomination), mine)
    assert rows_of(answer)["Case study"] == ("Would do it", "Not talked about")
    assert kinds_of(nomination) == {"logo": "maybe", "case_study": "willing"}
    kept = mine | typed(
        nomination, version=answer.context["form"]["version"].value(), logo="maybe", case_study="willing"
    )
    assert client.post(edit_of(nomination), kept).status_code == 302
    assert kinds_of(nomination) == {"logo": "maybe", "case_study": "willing"}


def test_who_typed_what_stands_there_already_is_told_why_it_is_not_saved(client, nomination, bluth, jonas, sam):
    seen = nomination.version
    nominate(bluth, sam, logo="maybe")
    client.force_login(jonas)
    answer = client.post(edit_of(nomination), typed(nomination, version=seen, logo="maybe"))
    assert (answer.status_code, rows_of(answer)) == (409, {})
    assert "The nomination of Bluth Company was changed while you were editing it. Its latest: " in answer.text


@pytest.fixture
def invited(nomination, priya, maria):
    decisions.accept(nomination, by=priya, at=timezone.now())
    return invitations.invite(nomination, by=maria, at=timezone.now())


STANDS = "This nomination was decided on already; what it says stands."


def test_what_was_decided_on_is_said_on_opening_the_form_from_a_bookmark(client, invited, jonas):
    client.force_login(jonas)
    answer = client.get(edit_of(invited), follow=True)
    assert answer.redirect_chain == [(f"/nominations/{invited.pk}/", 302)]
    assert STANDS in answer.text


def test_who_was_typing_when_it_was_decided_on_reads_that_and_keeps_the_text(client, nomination, jonas, priya):
    seen = nomination.version
    decisions.accept(nomination, by=priya, at=timezone.now())
    client.force_login(jonas)
    answer = client.post(edit_of(nomination), typed(nomination, version=seen, story="Jonas's words.", logo="maybe"))
    assert (answer.status_code, STANDS in answer.text) == (422, True)
    assert answer.context["form"]["story"].value() == "Jonas's words."


def test_who_completes_a_colleagues_nomination_does_not_come_to_hold_the_relationship(client, nomination, priya):
    assert nomination.relationship_holder is None
    client.force_login(priya)
    form = client.get(edit_of(nomination)).text
    assert '<option value="" selected>nobody</option>' in form
    assert ">me</option>" not in form
    sent = typed(nomination, version=nomination.version, logo="maybe", relationship_holder="")
    assert client.post(edit_of(nomination), sent).status_code == 302
    nomination.refresh_from_db()
    assert nomination.relationship_holder is None


def test_who_nominates_anew_is_meant_by_me(client, bluth, sam):
    client.force_login(sam)
    assert '<option value="" selected>me</option>' in client.get(f"/nominations/new/?customer={bluth.pk}").text


def test_a_holder_who_has_left_the_company_stays_the_holder_until_another_is_named(client, nomination, priya, maria):
    nomination.relationship_holder = maria
    nomination.save()
    maria.is_active = False
    maria.save()
    client.force_login(priya)
    assert f'<option value="{maria.pk}" selected>' in client.get(edit_of(nomination)).text
    sent = typed(nomination, version=nomination.version, logo="maybe", relationship_holder=maria.pk)
    assert client.post(edit_of(nomination), sent).status_code == 302
    nomination.refresh_from_db()
    assert nomination.relationship_holder == maria
