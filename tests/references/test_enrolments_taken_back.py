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
from references.models import Cell, Dimension, NominationEvent, RecognitionSettings
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


def test_a_letter_about_it_is_not_signed_until_it_is_enrolled_again(asked, enrolled, priya):
    invitations.reopen(enrolled, reason=WRONG, by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="enrolment of Bluth Company was taken back"):
        recognitions.sign(asked, seen_version=asked.version, by=asked.signer, at=NOW)
    returned = recognitions.return_to_draft(asked, reason="Taken back.", by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="enrolment of Bluth Company was taken back"):
        recognitions.ask(returned, by=priya, at=NOW)
    invitations.enrol(enrolled, agreed=[Agreed(Dimension.objects.get(key="logo"), "amber")], by=priya, at=NOW)
    again = recognitions.ask(returned, by=priya, at=NOW)
    assert recognitions.sign(again, seen_version=again.version, by=again.signer, at=NOW).state == "signed"
