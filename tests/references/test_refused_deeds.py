"""What Priya typed is not lost when a deed is refused: the panel is open again, with her words and the refusal."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from customers.models import SupportCase
from references.actions import drives, recognitions, recruiting_plans
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.models import Dimension
from tests.factories import person
from tests.references.nominated import accepted, nominate

TYPED = "Their audit runs until May."


@pytest.fixture
def eva(db):
    return person("Eva Lindt", Role.EXECUTIVE)


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def open_panel(answer, deed):
    """The panel that is open, by the address of its form."""
    assert answer.status_code == 422
    panels = re.findall(r'<details class="deed" open>.*?</details>', answer.text, re.DOTALL)
    assert len(panels) == 1
    assert f"/{deed}/" in panels[0]
    begins_at = re.findall(r"<(?:textarea|input|select)[^>]* autofocus[^>]*>", answer.text)
    assert len(begins_at) == 1
    assert begins_at[0] in panels[0]
    way = re.search(r'role="alert"><strong>Not done: .*?<a href="#(.*?)">', answer.text, re.DOTALL)
    assert f'id="{way.group(1)}"' in begins_at[0], "the head of the page leads to the same field"
    return panels[0]


@pytest.mark.parametrize("deed", ["refuse", "return", "withdraw", "park"])
def test_a_decision_on_a_stale_page_keeps_the_reason(client, sam, priya, bluth, deed):
    nomination = nominate(bluth, sam, at=timezone.now())
    client.force_login(priya)
    until = str(timezone.localdate() + timedelta(days=9))
    sent = {"reason": TYPED, "until": until, "version": nomination.version + 7}
    panel = open_panel(client.post(f"{page_of(nomination)}{deed}/", sent), deed)
    assert TYPED in panel
    assert "changed since you opened it" in panel
    assert f'name="version" value="{nomination.version}"' in panel, "sent again, it is done"
    assert ('name="until"' not in panel) or (until in panel)


def test_a_day_that_has_passed_and_a_reason_that_is_too_long_are_said_beside_the_field(client, sam, priya, bluth):
    nomination = nominate(bluth, sam, at=timezone.now())
    client.force_login(priya)
    past = client.post(f"{page_of(nomination)}park/", {"reason": TYPED, "until": "2020-01-01"})
    assert "still to come" in open_panel(past, "park")
    assert TYPED in past.text
    long = client.post(f"{page_of(nomination)}refuse/", {"reason": "x" * 501})
    assert ("x" * 501 in long.text, "at most 500" in open_panel(long, "refuse")) == (True, True)


def test_what_the_customer_said_is_kept(client, sam, priya, maria):
    now = timezone.now()
    invited = invitations.invite(accepted("Gob", csm=maria, by=sam, priya=priya, at=now), by=maria, at=now)
    client.force_login(maria)
    for deed, field in (("decline", "reason"), ("chase", "note_text")):
        answer = client.post(f"{page_of(invited)}{deed}/", {field: TYPED, "version": 1})
        assert TYPED in open_panel(answer, deed)


@pytest.mark.parametrize(("deed", "field"), [("chase", "note_text"), ("decline", "reason")])
def test_maria_hears_that_priya_reminded_the_customer_before_she_does_more(client, sam, priya, maria, deed, field):
    now = timezone.now()
    invited = invitations.invite(accepted("Gob", csm=maria, by=sam, priya=priya, at=now), by=maria, at=now)
    invitations.chase(invited, by=priya, at=now)
    client.force_login(maria)
    stale = client.post(f"{page_of(invited)}{deed}/", {field: TYPED, "version": invited.version})
    panel = open_panel(stale, deed)
    assert (TYPED in panel, "Its latest: Reminded, Priya Nair." in panel) == (True, True)
    invited.refresh_from_db()
    assert (invited.times_chased, invited.state) == (1, "invited")
    assert client.post(f"{page_of(invited)}{deed}/", {field: TYPED, "version": invited.version}).status_code == 302


def test_too_short_a_reason_to_lift_a_block_stands_in_its_field(client, sam, priya, maria):
    now = timezone.now()
    queued = accepted("Gob", csm=maria, by=sam, priya=priya, at=now)
    SupportCase.objects.create(
        customer=queued.customer, number="1", severity="high", opened_on=timezone.localdate(), updated_at=now
    )
    client.force_login(priya)
    answer = client.post(f"{page_of(queued)}lift/", {"block": "escalation", "reason": "Ok so"})
    panel = open_panel(answer, "lift")
    assert ("Ok so</textarea>" in panel, "Say in 10 letters or more" in panel) == (True, True)


def test_a_deed_that_is_offered_no_more_shows_what_was_written(client, sam, priya, bluth):
    nomination = nominate(bluth, sam, at=timezone.now())
    decisions.refuse(nomination, reason="Too small.", by=priya, at=timezone.now())
    client.force_login(priya)
    answer = client.post(f"{page_of(nomination)}return/", {"reason": TYPED, "version": 1})
    assert (answer.status_code, TYPED in answer.text, "What you entered" in answer.text) == (422, True, True)
    assert "changed since you opened it" in answer.text


def test_a_plan_that_was_changed_meanwhile_is_not_closed_and_the_reason_stays(client, maria, bluth):
    values = {"dimensions": [Dimension.objects.get(key="logo")]}
    plan = recruiting_plans.begin(bluth, values=values, by=maria, at=timezone.now())
    page = reverse("references:recruiting_plan_detail", args=[plan.pk])
    client.force_login(maria)
    assert '<option value="" selected>' in client.get(page).text, "nothing is chosen for her"
    stale = client.post(f"{page}close/", {"state": "given_up", "reason": TYPED, "version": 9})
    panel = open_panel(stale, "close")
    assert (TYPED in panel, "Somebody else changed" in panel) == (True, True)
    assert '<option value="given_up" selected>' in panel
    unsaid = client.post(f"{page}close/", {"state": "", "reason": TYPED, "version": 1})
    assert TYPED in open_panel(unsaid, "close")
    recruiting_plans.close(plan, seen_version=1, state="won", reason="They speak.", by=maria, at=timezone.now())
    late = client.post(f"{page}close/", {"state": "given_up", "reason": TYPED, "version": 1})
    assert (late.status_code, TYPED in late.text) == (422, True)


def test_a_letter_that_was_changed_meanwhile_is_not_sent_back_and_the_words_stay(client, priya, sam, eva):
    values = {"signer": eva, "subject": "Thank you", "text": "Dear Sam", "published": False}
    letter = recognitions.draft(sam, values=values, asks=True, by=priya, at=timezone.now())
    client.force_login(eva)
    page = reverse("references:recognition_detail", args=[letter.pk])
    answer = client.post(f"{page}return/", {"reason": TYPED, "version": 99})
    panel = open_panel(answer, "return")
    assert (TYPED in panel, "changed since you opened it" in panel) == (True, True)


def test_a_reason_to_end_a_drive_that_is_too_long_is_not_cut_off_or_lost(client, priya, sam):
    month = timezone.localdate().replace(day=1)
    values = {"name": "New year", "split": "last_name", "first_month": month, "months": 1}
    values |= {"roles": ["sales_rep"], "introduction": ""}
    drive = drives.create(values=values, by=priya, at=timezone.now())
    client.force_login(priya)
    page = reverse("references:drive_detail", args=[drive.pk])
    panel = open_panel(client.post(f"{page}end/", {"reason": "y" * 501}), "end")
    assert ("y" * 501 in panel, "at most 500" in panel) == (True, True)
    drives.end(drive, reason="Over.", by=priya, at=timezone.now())
    late = client.post(f"{page}end/", {"reason": TYPED})
    assert (late.status_code, TYPED in late.text) == (422, True)
