"""Sam joins Jonas's nomination of Bluth: what each believed stays theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.errors import RuleBroken, StaleVersion
from customers.actions import owners
from customers.choices import OwnerRole
from references.actions import nomination_care, nominations
from references.actions import nomination_decisions as decisions
from references.models import Dimension, Nominator
from tests.factories import ContactFactory, customer


def nominate(who, by, **willingness):
    will = {Dimension.objects.get(key=key): will for key, will in willingness.items()}
    values = {"contact_name": "Lucille", "story": f"{by} knows them.", "source": "sales"}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=timezone.now())


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def test_what_sam_added_and_where_he_differs_stands_in_the_history_and_beside_his_name(client, bluth, jonas, sam):
    nomination = nominate(bluth, jonas, reference_call="willing", logo="maybe")
    nominate(bluth, sam, reference_call="unwilling", logo="maybe", press_release="unwilling")
    told = "Press release: would not. Differently: Reference call: would not."
    joined = nomination.events.get(deed="joined").reason
    assert joined.startswith(f"{told}\nSam Ortiz knows them.")
    assert nomination.nominators.get(user=sam).story.endswith(f"\n{told}")
    client.force_login(jonas)
    shown = client.get(reverse("references:nomination_detail", args=[nomination.pk])).text
    assert shown.count("Differently: Reference call: would not.") == 2
    said = {row.dimension.key: row.willingness for row in nomination.dimensions.all()}
    assert said == {"reference_call": "willing", "logo": "maybe", "press_release": "unwilling"}


def test_who_adds_nothing_of_the_kind_is_not_said_to(bluth, jonas, sam):
    nomination = nominate(bluth, jonas, logo="maybe")
    nominate(bluth, sam, logo="maybe")
    assert nomination.events.get(deed="joined").reason.startswith("Sam Ortiz knows them.")


def propose(name, by, *, story, speaker="Uma Thorne", **willingness):
    will = {Dimension.objects.get(key=key): will for key, will in willingness.items()}
    values = {"contact_name": speaker, "contact_email": "uma@bluth.example", "story": story, "source": "sales"}
    return nominations.submit(proposed_customer=name, values=values, willingness=will, by=by, at=timezone.now())


def test_a_company_proposed_by_name_brings_its_nominators_words_and_kinds_to_the_nomination_it_has_already(
    client, bluth, jonas, sam, priya
):
    there = nominate(bluth, jonas, reference_call="maybe")
    proposed = propose("Bluth Homes", sam, story="They halved it.", reference_call="willing", press_release="willing")
    decisions.accept(proposed, customer=bluth, by=priya, at=timezone.now())
    said = {row.dimension.key: row.willingness for row in there.dimensions.all()}
    assert said == {"reference_call": "maybe", "press_release": "willing"}
    told = "Press release: would do it. Differently: Reference call: would do it."
    joined = there.events.get(deed="joined")
    words = "They halved it.\nWould speak: Uma Thorne uma@bluth.example"
    assert (joined.by, joined.reason) == (priya, f"From the nomination of Bluth Homes by Sam Ortiz: {told}\n{words}")
    assert there.nominators.get(user=sam).story == f"{words}\n{told}"
    proposed.refresh_from_db()
    assert (proposed.state, proposed.customer) == ("withdrawn", bluth)
    client.force_login(jonas)
    page = reverse("references:nomination_detail", args=[there.pk])
    assert "They halved it." in client.get(page).text
    assert page in client.get(reverse("references:nomination_detail", args=[proposed.pk])).text


def test_of_several_who_proposed_it_each_keeps_the_own_words(bluth, jonas, sam, maria, priya):
    there = nominate(bluth, jonas, logo="maybe")
    proposed = propose("Bluth Homes", sam, story="Sam's words.", press_release="willing")
    propose("Bluth Homes", maria, story="Maria's words.", speaker="Vera", logo="willing")
    decisions.accept(proposed, customer=bluth, by=priya, at=timezone.now())
    stories = {row.user: row.story for row in there.nominators.all()}
    assert stories[sam].startswith("Sam's words.\nWould speak: Uma Thorne")
    assert "Together they say: " in stories[sam]
    assert stories[maria].startswith("Maria's words.\nWould speak: Vera")
    assert ("Maria" in stories[sam], "Sam" in stories[maria]) == (False, False)


def test_who_said_it_twice_says_more_and_has_one_credit(bluth, sam, priya):
    there = nominate(bluth, sam, logo="maybe")
    proposed = propose("Bluth Homes", sam, story="They opened a second site.", press_release="willing")
    decisions.accept(proposed, customer=bluth, by=priya, at=timezone.now())
    assert there.nominators.get(user=sam).story.startswith("They opened a second site.")
    assert [one.deed for one in there.events.all() if "second site" in one.reason] == ["completed"]


def test_who_comes_to_what_was_accepted_before_has_credit_from_that_day_on(bluth, jonas, sam, priya):
    begun, now = timezone.now() - timedelta(days=120), timezone.now()
    there = nominate(bluth, jonas, logo="maybe")
    decisions.accept(there, by=priya, at=begun + timedelta(days=10))
    proposed = propose("Bluth Homes", sam, story="Theirs.", logo="maybe")
    proposed.nominators.update(nominated_at=begun)
    decisions.accept(proposed, customer=bluth, by=priya, at=now)
    assert there.nominators.get(user=sam).nominated_at == begun
    credit = Nominator.objects.filter(user=sam)
    assert credit.accepted_between(begun, now).count() == 0
    assert credit.accepted_between(now, now + timedelta(days=1)).count() == 1


def test_a_merge_keeps_the_nomination_that_has_come_further(bluth, maria, jonas, sam, priya):
    twin = customer("Bluth Homes", csm=maria)
    waiting = nominate(bluth, jonas, logo="maybe")
    accepted = decisions.accept(nominate(twin, sam, logo="willing"), by=priya, at=timezone.now())
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=timezone.now())
    waiting.refresh_from_db()
    accepted.refresh_from_db()
    assert (waiting.state, accepted.state, accepted.customer) == ("withdrawn", "queued", bluth)
    assert {row.user for row in accepted.nominators.all()} == {jonas, sam}
    assert accepted.nominators.get(user=jonas).story.startswith("Jonas")


def test_who_merges_is_told_before_which_nomination_goes_on_and_its_nominator_what_became_of_it(
    client, bluth, maria, jonas, sam, priya
):
    twin = customer("Bluth Homes", csm=maria)
    nominate(bluth, jonas, logo="maybe")
    accepted = decisions.accept(nominate(twin, sam, logo="willing"), by=priya, at=timezone.now())
    client.force_login(priya)
    page = client.get(reverse("references:merge_compare", args=[bluth.pk, twin.pk])).text
    assert "The one of Bluth Homes goes on; the other one ends" in page
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=timezone.now())
    told = jonas.notices.latest("pk").text
    month = date_format(accepted.planned_month, "YEAR_MONTH_FORMAT")
    assert f"the same customer as Bluth Homes, whose nomination goes on (in the queue, planned for {month})" in told


def test_a_merge_does_not_end_what_waits_in_the_queue_for_what_is_parked(bluth, maria, jonas, sam, priya):
    twin, now = customer("Bluth Homes", csm=maria), timezone.now()
    until = timezone.localdate() + timedelta(days=40)
    parked = decisions.accept(nominate(bluth, jonas, logo="maybe"), by=priya, at=now)
    decisions.park(parked, until=until, reason="Their audit.", by=priya, at=now)
    queued = decisions.accept(nominate(twin, sam, logo="willing"), by=priya, at=now)
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=now)
    for one in (parked, queued):
        one.refresh_from_db()
    assert (parked.state, queued.state, queued.customer) == ("withdrawn", "queued", bluth)


def test_a_merge_does_not_end_what_waits_for_a_decision_for_what_was_returned(bluth, maria, jonas, sam, priya):
    twin, now = customer("Bluth Homes", csm=maria), timezone.now()
    returned = decisions.return_for_more(nominate(bluth, jonas, logo="maybe"), reason="Which site?", by=priya, at=now)
    waiting = nominate(twin, sam, logo="willing")
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=now)
    for one in (returned, waiting):
        one.refresh_from_db()
    assert (returned.state, waiting.state, waiting.customer) == ("withdrawn", "submitted", bluth)


def test_who_completes_a_nomination_that_a_merge_has_ended_is_led_to_the_other(client, bluth, maria, jonas, sam, priya):
    twin = customer("Bluth Homes", csm=maria)
    waiting = nominate(bluth, jonas, logo="maybe")
    mine = nominate(twin, sam, logo="willing")
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=timezone.now())
    client.force_login(sam)
    typed = {"story": "They doubled their sales.", "contact": "new", "contact_name": "Lucille", "source": "sales"}
    typed |= {f"will-{Dimension.objects.get(key='logo').pk}": "willing", "version": mine.version}
    page = client.post(f"/nominations/{mine.pk}/edit/", typed)
    assert page.status_code == 422
    assert "is in the state “Withdrawn” now" in page.text
    assert "They doubled their sales." in page.text, "what was typed stands"
    assert f'<a href="/nominations/{waiting.pk}/">The customer has an open one</a>' in page.text
    assert "Hand in" not in page.text


def test_a_merge_does_not_keep_another_nomination_than_the_page_said(client, bluth, maria, jonas, sam, priya):
    twin = customer("Bluth Homes", csm=maria)
    nominate(bluth, jonas, logo="maybe")
    accepted = decisions.accept(nominate(twin, sam, logo="willing"), by=priya, at=timezone.now())
    client.force_login(priya)
    address = reverse("references:merge_compare", args=[bluth.pk, twin.pk])
    seen = client.get(address).context["merge"].seen
    nominations.withdraw(accepted, reason="They asked us not to.", by=priya, at=timezone.now())
    page = client.post(address, {"seen": seen, "confirmed": "yes"})
    assert page.status_code == 409
    assert "was changed while you were comparing them" in page.text
    twin.refresh_from_db()
    assert twin.merged_into is None
    seen = page.context["merge"].seen
    assert client.post(address, {"seen": seen, "confirmed": "yes"}).status_code == 302


def test_a_form_that_was_open_when_another_joined_does_not_drop_what_was_added(bluth, jonas, sam):
    there = nominate(bluth, jonas, logo="maybe")
    nominate(bluth, sam, case_study="willing")
    logo = Dimension.objects.get(key="logo")
    with pytest.raises(StaleVersion):
        nominations.complete(
            there, seen_version=there.version, changes={}, willingness={logo: "maybe"}, by=jonas, at=timezone.now()
        )
    assert {row.dimension.key for row in there.dimensions.all()} == {"logo", "case_study"}


def test_what_is_parked_stays_parked_when_a_proposal_joins_it(bluth, jonas, sam, priya):
    there = nominate(bluth, jonas, logo="maybe")
    until = timezone.localdate() + timedelta(days=40)
    decisions.park(there, until=until, reason="The roll-out ends then.", by=priya, at=timezone.now())
    decisions.accept(
        propose("Bluth Homes", sam, story="Theirs.", logo="maybe"), customer=bluth, by=priya, at=timezone.now()
    )
    there.refresh_from_db()
    assert (there.state, there.parked_until) == ("parked", until)
    assert "whose nomination goes on (parked)" in sam.notices.latest("pk").text


def test_who_looks_after_the_customer_now_has_the_turn_and_hears_of_it(bluth, maria, jonas, sam, priya):
    there = decisions.accept(nominate(bluth, sam, logo="maybe"), by=priya, at=timezone.now())
    assert there.owner == maria
    owners.set_owner(
        bluth,
        role=OwnerRole.CSM,
        owner=jonas,
        effective_on=timezone.localdate(),
        reason="Region",
        by=priya,
        at=timezone.now(),
    )
    for _run in range(2):
        nomination_care.tend(at=timezone.now())
    due_on = there.due_on
    there.refresh_from_db()
    assert (there.owner, there.due_on) == (jonas, due_on)
    assert [one.by for one in there.events.filter(deed="handed_on")] == [None]
    assert "your turn with the nomination of Bluth Company" in jonas.notices.latest("pk").text
    assert "handed on. It is for Jonas Weber now" in sam.notices.latest("pk").text


def test_a_merge_gives_the_turn_to_the_survivors_csm(bluth, maria, jonas, sam, priya):
    twin = customer("Bluth Homes", csm=jonas)
    accepted = decisions.accept(nominate(twin, sam, logo="willing"), by=priya, at=timezone.now())
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=timezone.now())
    accepted.refresh_from_db()
    assert (accepted.customer, accepted.owner) == (bluth, maria)


def test_with_nobody_to_look_after_it_a_nomination_is_left_alone(sam, priya):
    there = decisions.accept(nominate(customer("Orphan"), sam, logo="maybe"), by=priya, at=timezone.now())
    nomination_care.tend(at=timezone.now())
    assert not there.events.filter(deed="handed_on").exists()


def test_who_would_speak_is_a_contact_of_the_customer_also_for_who_joins(bluth, jonas, sam):
    """What a second nominator says is looked at as what the first one said."""
    nomination = nominate(bluth, jonas, logo="maybe")
    gone = ContactFactory(customer=bluth, name="Gob", left_on=timezone.localdate())
    stranger = ContactFactory(customer=customer("Sitwell"), name="Stan")
    for speaker, words in ((gone, "Gob has left"), (stranger, "Stan is not a contact of Bluth Company")):
        said = {"contact": speaker, "story": "Big.", "source": "sales"}
        will = {Dimension.objects.get(key="logo"): "willing"}
        with pytest.raises(RuleBroken, match=words):
            nominations.submit(customer=bluth, values=said, willingness=will, by=sam, at=timezone.now())
    assert not nomination.nominators.filter(user=sam).exists()
