"""Priya writes why she refuses a correction while Eva decides on it; her words are not lost."""

import pytest
import time_machine
from django.urls import reverse

from core.choices import Role
from references.actions import closings, corrections
from references.models import CorrectionDecision
from tests.factories import person
from tests.references.ledger import FIVE_PAST, IN_Q1, Q4, company, set_cell


@pytest.fixture
def correction(maria, priya):
    set_cell(company("Bluth", csm=maria), "amber")
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    bluth = closing.entries.get(name="Bluth").customer
    return corrections.propose(
        closing, customer=bluth, is_referenceable=True, reason="Signed in time.", by=maria, at=IN_Q1
    )


@time_machine.travel(IN_Q1, tick=False)
def test_what_priya_wrote_stands_there_when_eva_has_decided_before_her(client, correction, priya):
    eva = person("Eva Lindqvist", Role.EXECUTIVE)
    corrections.decide(correction, approve=True, by=eva, at=IN_Q1)
    client.force_login(priya)
    mine = {"approve": "no", "comment": "The scan is of another company."}
    answer = client.post(reverse("references:correction_decide", args=[correction.pk]), mine)
    assert (answer.status_code, "The scan is of another company." in answer.text) == (422, True)
    assert "decided already, by Eva Lindqvist" in answer.text
    assert CorrectionDecision.objects.get().is_approved


@time_machine.travel(IN_Q1, tick=False)
def test_a_refusal_without_a_word_is_asked_for_one_at_the_correction(client, correction, priya):
    client.force_login(priya)
    decide = reverse("references:correction_decide", args=[correction.pk])
    answer = client.post(decide, {"approve": "no", "comment": ""})
    assert (answer.status_code, "Say why you refuse" in answer.text) == (422, True)
    long = client.post(decide, {"approve": "no", "comment": "x" * 1001})
    assert (long.status_code, f'value="{"x" * 1001}"' in long.text) == (422, True)


@time_machine.travel(IN_Q1, tick=False)
def test_a_decision_answers_with_its_row_alone_so_that_the_other_comments_stay(client, correction, priya):
    client.force_login(priya)
    decide = reverse("references:correction_decide", args=[correction.pk])
    htmx = {"HX-Request": "true"}
    silent = client.post(decide, {"approve": "no", "comment": ""}, headers=htmx)
    assert (silent.status_code, "Say why you refuse" in silent.text, "<html" in silent.text) == (422, True, False)
    assert "is-invalid" in silent.text
    done = client.post(decide, {"approve": "no", "comment": "Another company."}, headers=htmx)
    assert (done.status_code, "Another company." in done.text, "<html" in done.text) == (200, True, False)
    assert "<form" not in done.text
    late = client.post(decide, {"approve": "yes", "comment": "Seen the scan."}, headers=htmx)
    assert (late.status_code, "Seen the scan." in late.text, "decided already" in late.text) == (422, True, True)
