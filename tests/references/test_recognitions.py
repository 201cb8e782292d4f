"""Priya drafts a letter to Sam, Eva signs it, and it is mailed once: who may do what, and what stays as it was."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Notice
from core.quarters import Quarter
from references import tasks
from references.actions import recognitions
from references.formats import letters
from references.mails import recognitions as mails
from references.models import Recognition
from references.reports import recognitions as report
from tests.factories import person
from tests.references.recognized import NOW, accept, enrol, nominate

SAID = {"subject": "Thank you", "text": "Dear Sam,\n\nyou brought us Bluth."}


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def enrolled(sam, priya):
    return enrol(nominate("Bluth Company", sam), priya)


@pytest.fixture
def draft(sam, priya, eva, enrolled):
    values = SAID | {"signer": eva, "published": True}
    return recognitions.draft(sam, values=values, nomination=enrolled, quarter="2026-Q4", by=priya, at=NOW)


@pytest.fixture
def asked(draft, priya):
    return recognitions.ask(draft, by=priya, at=NOW)


@pytest.fixture
def signed(asked, eva):
    return recognitions.sign(asked, seen_version=asked.version, by=eva, at=NOW)


def told(who):
    return list(
        Notice.objects.filter(to=who, key__startswith="recognition:").order_by("pk").values_list("text", flat=True)
    )


def test_the_draft_says_what_is_known(sam, priya, enrolled):
    accept(nominate("Sitwell", sam), priya)
    facts = report.facts(sam, nomination=enrolled, quarter=Quarter(2026, 4))
    assert letters.subject(facts) == "Thank you for winning Bluth Company as a reference"
    text = letters.text(facts)
    assert text.startswith("Dear Sam,\n\nYou told us that Bluth Company would speak for us")
    assert "They agreed to: Logo (on the way)." in text
    assert "In 2026-Q4 your word brought about: 2 customers nominated, 2 accepted, 1 enrolled as a reference." in text
    assert "That is place 1" in text
    assert text.endswith("everybody at Our company")


def test_a_draft_about_a_quarter_names_no_customer_and_nothing_that_is_zero(sam, priya):
    nominate("Sitwell", sam)
    facts = report.facts(sam, nomination=None, quarter=Quarter(2026, 4))
    assert letters.subject(facts) == "Thank you for your references in 2026-Q4"
    assert "your word brought about: 1 customer nominated." in letters.text(facts)
    assert "0" not in letters.text(facts).replace("2026", "")


def test_eva_is_asked_edits_signs_and_the_letter_stands_on_the_board(asked, eva, sam, priya):
    assert told(eva) == ["Priya Nair asks you to sign a letter to Sam Ortiz."]
    changes = {"text": "Dear Sam, well done.", "published": True}
    signed = recognitions.sign(asked, seen_version=asked.version, changes=changes, by=eva, at=NOW)
    assert (signed.state, signed.text, signed.published_at) == ("signed", "Dear Sam, well done.", NOW)
    assert told(priya) == ["Eva Lindqvist signed the letter to Sam Ortiz."]
    assert Recognition.objects.published().get() == signed
    events = list(
        AuditEvent.objects.filter(event__startswith="recognition.").order_by("pk").values_list("event", flat=True)
    )
    assert events == ["recognition.drafted", "recognition.asked", "recognition.signed"]


def test_a_letter_that_is_not_to_be_published_stands_on_no_board(asked, eva):
    signed = recognitions.sign(asked, seen_version=asked.version, changes={"published": False}, by=eva, at=NOW)
    assert signed.published_at is None
    assert not Recognition.objects.published().exists()


def test_the_letter_is_mailed_once_to_sam_alone_and_answers_reach_eva(signed, sam, eva):
    tasks.mail_recognitions()
    tasks.mail_recognitions()
    [sent] = mail.outbox
    assert (sent.to, sent.cc, sent.bcc, sent.reply_to) == ([sam.email], [], [], [eva.email])
    assert sent.subject == "Thank you"
    assert "you brought us Bluth." in sent.body
    assert "Eva Lindqvist" in sent.body
    signed.refresh_from_db()
    assert signed.mailed_at is not None
    assert AuditEvent.objects.get(event="recognition.mailed").by is None


def test_of_two_workers_one_has_the_letter_and_a_dead_ones_claim_ends(signed):
    assert recognitions.claim(signed.pk, at=NOW) == signed
    assert recognitions.claim(signed.pk, at=NOW + timedelta(minutes=9)) is None
    assert recognitions.claim(signed.pk, at=NOW + timedelta(minutes=11)) == signed


def test_a_mail_that_fails_is_tried_again(signed, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(mails.EmailMessage, "send", lambda _mail: (_ for _ in ()).throw(OSError("no mail server")))
        with pytest.raises(OSError, match="no mail server"):
            tasks.mail_recognitions()
    tasks.mail_recognitions()
    assert len(mail.outbox) == 1


def test_a_draft_is_not_mailed(asked):
    tasks.mail_recognitions()
    assert mail.outbox == []


def test_a_subject_of_two_lines_is_one_line_in_the_mail(signed):
    Recognition.objects.update(subject="Thank\r\nBcc: all@example.com")
    tasks.mail_recognitions()
    assert mail.outbox[0].subject == "Thank Bcc: all@example.com"


def test_eva_returns_it_with_a_reason_and_it_can_be_asked_for_again(asked, eva, priya):
    with pytest.raises(RuleBroken, match="Say what should be changed"):
        recognitions.return_to_draft(asked, reason=" ", by=eva, at=NOW)
    draft = recognitions.return_to_draft(asked, reason="Warmer, please.", by=eva, at=NOW)
    assert (draft.state, draft.returned_reason) == ("draft", "Warmer, please.")
    assert told(priya) == ["The letter to Sam Ortiz is a draft again: Warmer, please."]
    edited = recognitions.edit(draft, seen_version=draft.version, changes={"text": "Dear Sam!"}, by=priya, at=NOW)
    again = recognitions.ask(edited, by=priya, at=NOW)
    assert (again.state, again.returned_reason, len(told(eva))) == ("to_sign", "", 2)


def test_what_is_signed_is_never_changed_only_taken_off_the_board(signed, eva, priya, sam):
    for deed in (
        lambda: recognitions.edit(signed, seen_version=signed.version, changes={"text": "Hm"}, by=eva, at=NOW),
        lambda: recognitions.sign(signed, seen_version=signed.version, by=eva, at=NOW),
        lambda: recognitions.withdraw(signed, reason="Hm", by=priya, at=NOW),
        lambda: recognitions.return_to_draft(signed, reason="Hm", by=eva, at=NOW),
        lambda: recognitions.ask(signed, by=priya, at=NOW),
        lambda: recognitions.take_down(signed, reason="", by=priya, at=NOW),
    ):
        with pytest.raises(RuleBroken):
            deed()
    down = recognitions.take_down(signed, reason="The customer asked us to.", by=priya, at=NOW)
    assert (down.text, down.is_on_the_board, down.taken_down_by) == (SAID["text"], False, priya)
    assert told(sam) == ["The letter to Sam Ortiz was taken off the board: The customer asked us to."]
    with pytest.raises(RuleBroken, match="does not stand on the board"):
        recognitions.take_down(down, reason="Again", by=priya, at=NOW)


def test_nobodys_edit_is_lost(asked, eva):
    recognitions.edit(asked, seen_version=asked.version, changes={"text": "First"}, by=eva, at=NOW)
    with pytest.raises(StaleVersion, match="Somebody else changed"):
        recognitions.sign(asked, seen_version=asked.version, by=eva, at=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.text) == ("to_sign", "First")


def test_only_an_executive_who_is_named_signs_and_nobody_praises_themselves(asked, eva, sam, priya, jonas):
    hugo = person("Hugo Brandt", Role.EXECUTIVE)
    with pytest.raises(RuleBroken, match="look at it again"):
        recognitions.sign(asked, seen_version=asked.version, by=hugo, at=NOW)
    with pytest.raises(RuleBroken, match="take it back"):
        recognitions.edit(asked, seen_version=asked.version, changes={"signer": hugo}, by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="is no executive"):
        recognitions.draft(sam, values=SAID | {"signer": jonas}, quarter="2026-Q4", by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="to themselves"):
        recognitions.draft(eva, values=SAID | {"signer": eva}, quarter="2026-Q4", by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="has not nominated"):
        recognitions.draft(
            jonas, values=SAID | {"signer": eva}, nomination=asked.nomination, quarter="2026-Q4", by=priya, at=NOW
        )


def test_who_has_left_gets_no_letter(asked, eva, sam):
    people.set_active(sam, active=False, by=None, at=NOW)
    with pytest.raises(RuleBroken, match="would reach nobody"):
        recognitions.sign(asked, seen_version=asked.version, by=eva, at=NOW)


def test_a_letter_that_is_given_up_need_not_be_signed(asked, eva, priya):
    recognitions.withdraw(asked, reason="Sam would rather not.", by=priya, at=NOW)
    assert told(eva)[-1] == "The letter to Sam Ortiz need not be signed any more."
    # Also of the version that she has before her: she has changed nothing that could stand beside it.
    for seen in (asked.version, asked.version + 1):
        with pytest.raises(RuleBroken, match=r"is in the state “Withdrawn” now; .* Sam would rather not"):
            recognitions.sign(asked, seen_version=seen, by=eva, at=NOW)


def test_a_draft_is_between_who_drafts_and_who_signs_until_it_is_signed(draft, sam, priya, eva, jonas):
    lena = person("Lena Fischer", Role.SALES_MANAGER)
    readers = lambda: {who for who in (sam, priya, eva, jonas, lena) if Recognition.objects.visible_to(who).exists()}  # noqa: E731
    assert readers() == {priya, eva}
    asked = recognitions.ask(draft, by=priya, at=NOW)
    signed = recognitions.sign(asked, seen_version=asked.version, by=eva, at=NOW)
    assert readers() == {sam, priya, eva, jonas, lena}
    recognitions.take_down(signed, reason="Too long.", by=priya, at=NOW)
    assert readers() == {sam, priya, eva}


def test_the_database_knows_no_signed_letter_without_a_day_and_no_praise_of_oneself(signed, sam):
    for change in ({"signed_at": None}, {"signer": sam}, {"taken_down_at": NOW}, {"state": "sent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recognition.objects.update(**change)
