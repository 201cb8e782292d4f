"""Maria enrols Bluth by mistake and takes it back: the enrolment counts nowhere any more, and nothing is lost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from core.errors import RuleBroken
from core.models import AuditEvent, Notice, Programme
from references.actions import nomination_invitations as invitations
from references.actions import recognitions
from references.actions.nomination_invitations import Agreed
from references.models import Cell, Dimension, NominationEvent, Recognition, RecognitionSettings
from references.reports import rankings, recruiting_targets
from references.reports import recognitions as board
from tests.factories import person
from tests.references.recognized import NOW, enrol, nominate

WRONG = "It was Sitwell that agreed."


@pytest.fixture
def enrolled(sam, priya):
    return enrol(nominate("Bluth Company", sam), priya)


@pytest.fixture
def asked(enrolled, sam, priya):
    """The letter that thanks Sam for it waits for Eva."""
    eva = person("Eva Lindqvist", Role.EXECUTIVE)
    values = {"subject": "Thank you", "text": "Dear Sam,", "signer": eva, "published": True}
    return recognitions.draft(sam, values=values, nomination=enrolled, asks=True, by=priya, at=NOW)


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def counted(sam):
    """How often Sam's enrolments count in the ranking, towards the quarter's target and on the board."""
    calendar = Programme.current().calendar
    quarter = calendar.quarter_at(NOW)
    rows = rankings.standings(quarter, settings=RecognitionSettings.current())
    of_target = recruiting_targets.enrolled([quarter], calendar).get(quarter.label)
    own = next(row.figures.enrolled for row in rows if row.person == sam)
    return own, of_target.count if of_target else 0, len(board.enrolled())


def test_what_was_taken_back_counts_nowhere_and_waits_for_the_answer_again(client, enrolled, maria, sam):
    assert counted(sam) == (1, 1, 1)
    client.force_login(maria)
    assert "Take the enrolment back" in client.get(page_of(enrolled)).text
    told = {"reason": WRONG, "version": enrolled.version}
    answer = client.post(f"{page_of(enrolled)}reopen/", told, follow=True)
    assert "Put the cells right that turned Green or Amber with it" in answer.text
    enrolled.refresh_from_db()
    assert (enrolled.state, enrolled.closed_at) == ("invited", None)
    assert enrolled.due_on > timezone.localdate(), "the customer is given its time again"
    assert counted(sam) == (0, 0, 0)
    assert Cell.objects.get(customer=enrolled.customer).status == "amber", "cells are put right where they are"
    event = NominationEvent.objects.get(deed="reopened")
    assert (event.state_before, event.state, event.reason, event.by) == ("enrolled", "invited", WRONG, maria)
    assert AuditEvent.objects.get(event="nomination.reopened").by == maria
    words = Notice.objects.filter(to=sam).latest("pk").text
    assert words == f"Your nomination of Bluth Company: enrolment taken back. {WRONG}"


def test_it_can_be_enrolled_again_and_then_counts_once(enrolled, priya, sam):
    invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)
    agreed = [Agreed(Dimension.objects.get(key="logo"), "amber")]
    assert invitations.enrol(enrolled, agreed=agreed, by=priya, at=NOW).state == "enrolled"
    assert counted(sam) == (1, 1, 1)


def test_without_a_reason_nothing_happens_and_the_panel_stays_open(client, enrolled, maria):
    client.force_login(maria)
    answer = client.post(f"{page_of(enrolled)}reopen/", {"reason": " ", "version": enrolled.version})
    assert (answer.status_code, '<details class="deed" open>' in answer.text) == (422, True)
    with pytest.raises(RuleBroken, match="every nominator reads it"):
        invitations.reopen(enrolled, reason=" ", by=maria, at=NOW)
    enrolled.refresh_from_db()
    assert enrolled.state == "enrolled"


def test_it_stays_where_another_nomination_of_the_customer_is_open(client, enrolled, maria, jonas):
    nominate(enrolled.customer, jonas)
    client.force_login(maria)
    answer = client.post(f"{page_of(enrolled)}reopen/", {"reason": WRONG, "version": enrolled.version})
    assert (answer.status_code, WRONG in answer.text) == (422, True), "what she typed stands there still"
    assert "Bluth Company has another open nomination" in answer.text


def test_only_what_is_enrolled_is_taken_back(enrolled, priya):
    invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="in the state “Invited” now"):
        invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)


def test_letters_about_it_that_are_not_signed_are_given_up_and_stay_readable(client, asked, enrolled, priya, maria):
    """Enrolled again for something else, the old letter would thank for what nobody agreed to."""
    invitations.reopen(enrolled, reason=WRONG, by=maria, at=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.text) == ("withdrawn", "Dear Sam,")
    assert asked.withdrawn_reason == f"The enrolment of Bluth Company was taken back: {WRONG}"
    assert Notice.objects.filter(to=asked.signer, text__contains="need not be signed any more").count() == 1
    assert WRONG in Notice.objects.get(to=priya, key__contains="given_up").text, "who drafted it hears why"
    with pytest.raises(RuleBroken, match="in the state “Withdrawn” now"):
        recognitions.sign(asked, seen_version=asked.version, by=asked.signer, at=NOW)
    client.force_login(asked.signer)
    assert asked.subject not in client.get("/").text, "nothing waits for Eva any more"


def test_a_letter_written_meanwhile_is_refused_and_its_words_stand_there(client, enrolled, sam, priya):
    eva = person("Eva Lindqvist", Role.EXECUTIVE)
    client.force_login(priya)
    page = f"{reverse('references:recognition_create')}?person={sam.pk}&nomination={enrolled.pk}"
    assert client.get(page).status_code == 200
    invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)
    said = {"subject": "Thank you", "text": "Half an hour of my words.", "signer": eva.pk}
    answer = client.post(page, said)
    assert (answer.status_code, "Half an hour of my words." in answer.text) == (422, True)
    assert "Bluth Company is not enrolled any more" in answer.text
    assert client.get(page).status_code == 404


def test_who_drafted_and_signed_what_stands_on_the_board_hears_of_it(client, asked, enrolled, priya, maria):
    recognitions.sign(asked, seen_version=asked.version, by=asked.signer, at=NOW)
    letter = reverse("references:recognition_detail", args=[asked.pk])
    invitations.reopen(enrolled, reason=WRONG, by=maria, at=NOW)
    for listener in (asked.signer, priya):
        told = Notice.objects.get(to=listener, key__contains="reopened")
        assert "“Thank you”, a letter to Sam Ortiz, stands on the board" in told.text
        assert told.url == letter
    client.force_login(priya)
    assert f'<a href="{letter}">“Thank you”</a>, a letter to Sam Ortiz' in client.get(page_of(enrolled)).text
    shown = client.get(letter).text
    assert "was taken back after it was signed. It still stands on the board." in " ".join(shown.split())
    invitations.enrol(enrolled, agreed=[Agreed(Dimension.objects.get(key="logo"), "amber")], by=maria, at=NOW)
    shown = " ".join(client.get(letter).text.split())
    assert "It was enrolled again since, perhaps for something else. It still stands on the board." in shown
    client.post(f"{letter}take-down/", {"reason": "It was Sitwell."})
    assert "It still stands on the board" not in client.get(letter).text
    assert "a letter to" not in client.get(page_of(enrolled)).text


def test_a_letter_written_of_an_earlier_enrolment_is_looked_at_again(client, enrolled, sam, priya):
    """What the form put into words was agreed the first time; the second time it was something else."""
    eva = person("Eva Lindqvist", Role.EXECUTIVE)
    client.force_login(priya)
    page = f"{reverse('references:recognition_create')}?person={sam.pk}&nomination={enrolled.pk}"
    seen = client.get(page).context["form"]["version"].value()
    invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)
    invitations.enrol(enrolled, agreed=[Agreed(Dimension.objects.get(key="quotation"), "amber")], by=priya, at=NOW)
    said = {"subject": "Thank you", "text": "They agreed to: Logo.", "signer": eva.pk, "version": seen, "ask": "yes"}
    answer = client.post(page, said)
    assert (answer.status_code, "They agreed to: Logo." in answer.text) == (422, True)
    assert "was enrolled anew since you began, for: Quotation (on the way)." in answer.text
    assert not Recognition.objects.exists()
    again = said | {"version": answer.context["form"]["version"].value(), "text": "They agreed to: Quotation."}
    assert client.post(page, again).status_code == 302
    assert Recognition.objects.get().state == "to_sign"
