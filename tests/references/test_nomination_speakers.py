"""Lucille, who would speak for Bluth, has left: nobody writes to her, and Maria names somebody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.errors import RuleBroken
from core.models import Notice
from references.actions import departures, nomination_care
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions.nomination_speakers import name_speaker
from references.models import Dimension, Nomination
from references.reports import invitations as report
from tests.api.calling import client_of
from tests.factories import ContactFactory, customer
from tests.references.nominated import accepted, nominate


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def queued(maria, sam, priya, now):
    return accepted("Bluth", csm=maria, by=sam, priya=priya, at=now)


@pytest.fixture
def george(queued):
    return ContactFactory(customer=queued.customer, name="George")


def page_of(nomination, deed=""):
    return reverse("references:nomination_detail", args=[nomination.pk]) + deed


def leaves(contact, at):
    departures.leave(contact, on=timezone.localdate(), by=None, at=at)


def test_the_departure_names_the_nomination_and_everybody_whom_it_concerns_hears_once(client, queued, maria, sam, now):
    client.force_login(maria)
    departure = client.get(reverse("references:contact_departure", args=[queued.contact_id])).text
    assert "This contact would speak for a nomination" in departure
    assert page_of(queued) in departure
    entered = client.post(
        reverse("references:contact_departure", args=[queued.contact_id]),
        {"left_on": timezone.localdate().isoformat()},
        follow=True,
    )
    assert "would speak there, so name somebody else:" in entered.text
    for _run in range(2):
        nomination_care.tend(at=now)
    told = Notice.objects.filter(text__contains="Name somebody else.")
    assert {notice.to for notice in told} == {maria, sam}
    assert told.count() == 2
    assert f"{queued.contact}, who would speak for Bluth, left on" in told[0].text


def test_who_left_is_not_invited_and_takes_no_place_from_the_others(client, queued, maria, sam, priya, now):
    after = accepted("Cancity", csm=maria, by=sam, priya=priya, at=now)
    leaves(queued.contact, now)
    client.force_login(maria)
    shown = client.get(page_of(queued)).text
    assert ("left on" in shown, "Name somebody else" in shown, "Write to" in shown) == (True, True, False)
    with pytest.raises(RuleBroken, match="who would speak, left on"):
        invitations.invite(queued, by=maria, at=now)
    settled = Nomination.objects.get(pk=after.pk)
    place = report.in_line(report.RecruitingSettings.current(), today=timezone.localdate())[after.pk]
    assert (settled.state, place.before) == ("queued", 0)


def test_maria_names_george_the_nominators_hear_of_it_and_he_is_invited(client, queued, george, maria, sam, now):
    leaves(queued.contact, now)
    client.force_login(maria)
    form = client.get(page_of(queued, "speaker/"))
    assert f"{queued.contact} was named, and left on" in form.text
    said = {"contact": george.pk, "version": form.context["version"]}
    assert client.post(page_of(queued, "speaker/"), said).status_code == 302
    queued.refresh_from_db()
    assert queued.contact == george
    assert "George instead of" in client.get(page_of(queued)).text
    assert "George instead of" in Notice.objects.filter(to=sam).latest("pk").text
    assert invitations.invite(queued, by=maria, at=now).state == "invited"


def test_somebody_new_becomes_a_contact_and_an_older_page_replaces_nobody_unread(client, queued, george, maria):
    client.force_login(maria)
    seen = {"version": client.get(page_of(queued, "speaker/")).context["version"]}
    client.post(page_of(queued, "speaker/"), seen | {"contact": george.pk})
    kitty = {"contact": "new", "contact_name": "Kitty", "contact_email": "kitty@bluth.example"}
    refused = client.post(page_of(queued, "speaker/"), seen | kitty)
    assert (refused.status_code, "Its latest: Another speaker named, Maria Chen." in refused.text) == (422, True)
    assert 'value="Kitty"' in refused.text
    again = {"version": refused.context["version"]}
    assert client.post(page_of(queued, "speaker/"), again | kitty).status_code == 302
    queued.refresh_from_db()
    assert (queued.contact.name, queued.contact.email, queued.contact_name) == ("Kitty", "kitty@bluth.example", "")
    unsaid = client.post(page_of(queued, "speaker/"), {"contact": "new"})
    assert (unsaid.status_code, "Say who would speak" in unsaid.text) == (422, True)


@pytest.mark.parametrize(("gone", "words"), [(False, "is a contact already: choose that one above"), (True, "left on")])
def test_who_is_or_was_a_contact_is_not_entered_anew_by_name(client, queued, george, maria, now, gone, words):
    if gone:
        leaves(george, now)
    client.force_login(maria)
    said = {"contact": "new", "contact_name": "george "}
    refused = client.post(page_of(queued, "speaker/"), said)
    assert (refused.status_code, words in refused.text) == (422, True)
    chosen = client.post(page_of(queued, "speaker/"), {"contact": george.pk})
    assert chosen.status_code == (422 if gone else 302)
    assert not gone or "Who was chosen has left meanwhile" in chosen.text
    assert queued.customer.contacts.filter(name="George").count() == 1


def test_what_is_not_decided_on_is_completed_and_not_accepted_for_who_left(client, bluth, sam, priya, now):
    waiting = nominate(bluth, sam, at=now)
    leaves(waiting.contact, now)
    with pytest.raises(RuleBroken, match="has left; name somebody who is still there"):
        decisions.accept(waiting, by=priya, at=now)
    client.force_login(priya)
    told = client.get(page_of(waiting, "speaker/"), follow=True)
    assert "It is not decided on yet: complete it instead." in told.text
    assert "Complete it with somebody else" in told.text
    assert "was named, and left on" in client.get(page_of(waiting, "edit/")).text


def test_the_enrolment_says_why_the_one_who_was_named_cannot_have_agreed(client, queued, maria, now):
    invitations.invite(queued, by=maria, at=now)
    leaves(queued.contact, now)
    client.force_login(maria)
    assert f"{queued.contact}, whom the nomination names, left on" in client.get(page_of(queued, "enrol/")).text


def test_a_program_names_another_speaker_too(queued, george, maria, sam):
    address = f"/api/v1/nominations/{queued.pk}/speaker/"
    caller = client_of(maria)
    unsaid = caller.post(address, {}, content_type="application/json")
    assert (unsaid.status_code, "Say who would speak." in unsaid.text) == (400, True)
    named = caller.post(address, {"contact": george.pk}, content_type="application/json")
    assert (named.status_code, named.json()["contact"]) == (200, george.pk)
    elsewhere = ContactFactory(customer=customer("Sitwell"), name="Stan")
    refused = caller.post(address, {"contact": elsewhere.pk}, content_type="application/json")
    assert (refused.status_code, "is not a contact of" in refused.text) == (422, True)
    assert client_of(sam).post(address, {"contact": george.pk}, content_type="application/json").status_code == 403


def test_who_became_a_contact_meanwhile_is_told_as_a_contact_and_not_as_a_company(client, bluth, sam, priya, now):
    client.force_login(sam)
    said = {"contact": "new", "contact_name": "Nora New", "story": "Big.", "source": "sales"}
    said |= {f"will-{Dimension.objects.get(key='logo').pk}": "willing"}
    create = f"{reverse('references:nomination_create')}?customer={bluth.pk}"
    taken = ContactFactory(customer=bluth, name="Greta", email="greta@bluth.example")
    refused = client.post(create, said | {"contact_email": "GRETA@bluth.example"})
    assert (refused.status_code, "Greta is a contact already" in refused.text) == (422, True)
    assert client.post(create, said).status_code == 302
    ContactFactory(customer=bluth, name="Nora New", email="")
    client.force_login(priya)
    waiting = Nomination.objects.get(contact_name="Nora New")
    told = client.post(page_of(waiting, "accept/"), {}, follow=True).text
    assert ("Complete the nomination with that contact" in told, "is a customer here" in told) == (True, False)
    assert taken.left_on is None


def test_the_list_and_its_export_say_why_the_nomination_waits(client, queued, priya, now):
    leaves(queued.contact, now)
    client.force_login(priya)
    assert "who would speak left on" in client.get(reverse("references:nomination_index")).text
    exported = client.get(reverse("references:nomination_export")).getvalue().decode()
    assert f"{queued.contact}, who would speak, left on" in exported


def test_one_that_was_parked_before_anybody_accepted_it_is_completed_still(client, bluth, sam, priya, now):
    nomination = nominate(bluth, sam, at=now)
    until = timezone.localdate() + timedelta(days=40)
    parked = decisions.park(nomination, until=until, reason="After their merger.", by=priya, at=now)
    client.force_login(priya)
    page = client.get(page_of(parked)).text
    assert (page_of(parked, "edit/") in page, page_of(parked, "speaker/") in page) == (True, False)
    with pytest.raises(RuleBroken, match="not decided on yet: complete it instead"):
        name_speaker(parked, values={"contact_name": "Zed"}, by=priya, at=now)
    fields = client.get(page_of(parked, "edit/")).context["form"]
    said = {field.html_name: value for field in fields if (value := field.value()) is not None}
    saved = client.post(page_of(parked, "edit/"), said | {"story": "They tell it at fairs."}, follow=True)
    assert f"Saved; the nomination is parked until {date_format(until)}." in saved.text
    parked.refresh_from_db()
    assert (parked.state, parked.story, parked.parked_until) == ("parked", "They tell it at fairs.", until)


def test_one_that_was_parked_after_its_acceptance_is_not_completed_but_given_another_speaker(
    client, queued, maria, now
):
    until = timezone.localdate() + timedelta(days=40)
    decisions.park(queued, until=until, reason="After their merger.", by=maria, at=now)
    client.force_login(maria)
    page = client.get(page_of(queued)).text
    assert (page_of(queued, "edit/") in page, page_of(queued, "speaker/") in page) == (False, True)
