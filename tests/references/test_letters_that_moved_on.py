"""Whoever was rewriting a letter that somebody else moved on meanwhile gets the text back, with the reason."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.actions import people
from core.choices import Role
from references.actions import recognitions
from references.models import Recognition
from tests.factories import person

NOW = datetime.now(UTC)
TYPED = "Dear Sam, three evenings went into these words."


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def drafted(sam, priya, eva):
    said = {"subject": "Thank you, Sam", "text": "Dear Sam", "signer": eva}
    return recognitions.draft(sam, values=said, quarter="2026-Q4", by=priya, at=NOW)


@pytest.fixture
def waiting(drafted, priya):
    return recognitions.ask(drafted, by=priya, at=NOW)


def saved(client, letter, **more):
    """What the editing person sends who opened the letter as it is given here."""
    address = reverse("references:recognition_edit", args=[letter.pk])
    return client.post(address, {"subject": "Thank you", "text": TYPED, "version": letter.version, **more})


def assert_kept(answer, words):
    assert answer.status_code == 422
    assert (TYPED in answer.text, words in answer.text) == (True, True)
    assert "Nothing was saved" in answer.text
    assert ">Save</button>" not in answer.text
    assert "Sign and send" not in answer.text


def test_paul_keeps_his_words_when_priya_asks_for_the_signature_meanwhile(client, drafted, priya, eva):
    client.force_login(person("Paul Adams", Role.PROGRAMME_MANAGER))
    recognitions.ask(drafted, by=priya, at=NOW)
    answer = saved(client, drafted, signer=eva.pk)
    assert_kept(answer, "waits for the signature of Eva Lindqvist")
    assert reverse("references:recognition_detail", args=[drafted.pk]) in answer.text
    drafted.refresh_from_db()
    assert drafted.text == "Dear Sam"


def test_eva_keeps_her_words_when_the_letter_is_taken_back_given_up_or_signed_by_her(client, waiting, priya, eva):
    client.force_login(eva)
    drafted = recognitions.return_to_draft(waiting, reason="One name is wrong.", by=priya, at=NOW)
    assert_kept(saved(client, waiting, sign="yes"), "a draft again")
    asked = recognitions.ask(drafted, by=priya, at=NOW)
    signed = recognitions.sign(asked, seen_version=asked.version, by=eva, at=NOW)
    assert_kept(saved(client, asked), "not changed any more")
    assert (signed.text, client.get(reverse("references:recognition_edit", args=[signed.pk])).status_code) == (
        "Dear Sam",
        403,
    )


def test_eva_keeps_her_words_when_priya_gives_the_letter_up(client, waiting, priya, eva):
    client.force_login(eva)
    recognitions.withdraw(waiting, reason="Sam asked us not to.", by=priya, at=NOW)
    assert_kept(saved(client, waiting), "given up")


@pytest.mark.parametrize("roles", [[Role.MARKETING], []])
def test_eva_who_is_no_executive_any_more_keeps_her_words_and_nothing_else(client, waiting, priya, eva, roles):
    people.set_roles(eva, roles=roles, by=None, at=NOW)
    client.force_login(eva)
    answer = saved(client, waiting, sign="yes")
    assert_kept(answer, "Only executives sign letters")
    assert reverse("references:recognition_detail", args=[waiting.pk]) not in answer.text


def test_eva_keeps_her_words_when_the_letter_is_ola_s_to_sign_now(client, waiting, priya, eva):
    ola = person("Ola Berg", Role.EXECUTIVE)
    drafted = recognitions.return_to_draft(waiting, reason="Ola knows Sam.", by=priya, at=NOW)
    recognitions.edit(drafted, seen_version=drafted.version, changes={"signer": ola}, by=priya, at=NOW)
    client.force_login(eva)
    assert_kept(saved(client, waiting), "a draft again")
    assert_kept(saved(client, recognitions.ask(drafted, by=priya, at=NOW)), "waits for the signature of Ola Berg")


def test_who_never_could_edit_the_letter_is_refused_as_before(client, waiting, sam):
    for who, status in ((sam, 404), (person("Ola Berg", Role.EXECUTIVE), 404)):
        client.force_login(who)
        assert saved(client, waiting).status_code == status, who
    published = recognitions.sign(waiting, seen_version=waiting.version, by=waiting.signer, at=NOW)
    client.force_login(sam)
    assert saved(client, published).status_code == 403


def test_paul_compares_what_priya_saved_before_him_and_saves_again(client, drafted, priya, eva):
    client.force_login(person("Paul Adams", Role.PROGRAMME_MANAGER))
    said = {"text": "Dear Sam, from Priya."}
    now = recognitions.edit(drafted, seen_version=drafted.version, changes=said, by=priya, at=NOW)
    answer = saved(client, drafted, signer=eva.pk, published="on")
    assert (answer.status_code, TYPED in answer.text, "Dear Sam, from Priya." in answer.text) == (409, True, True)
    assert f'name="version" value="{now.version}"' in answer.text, "sent again, it is saved"


def test_eva_reads_a_letter_that_waits_only_while_she_is_an_executive_and_one_she_signed_for_ever(waiting, sam, eva):
    said = {"subject": "For you alone", "text": "Dear Sam", "signer": eva, "published": False}
    other = recognitions.draft(sam, values=said, asks=True, by=waiting.drafted_by, at=NOW)
    signed = recognitions.sign(other, seen_version=other.version, by=eva, at=NOW)
    assert set(Recognition.objects.visible_to(eva)) == {waiting, signed}
    eva = people.set_roles(eva, roles=[Role.MARKETING], by=None, at=NOW)
    assert list(Recognition.objects.visible_to(eva)) == [signed]
    eva.is_active = False
    assert not Recognition.objects.visible_to(eva).exists()


def test_a_letter_that_is_sent_twice_from_one_page_is_one_letter(client, sam, priya, eva):
    client.force_login(priya)
    page = f"{reverse('references:recognition_create')}?person={sam.pk}&quarter=2026-Q4"
    said = {"subject": "Thank you", "text": "Dear Sam,\r\nwell done.", "signer": eva.pk}
    assert client.post(page, said).status_code == 302
    letter = Recognition.objects.get()
    for more in ({}, {"ask": "yes"}):
        refused = client.post(page, said | more)
        assert refused.status_code == 422
        assert "You have drafted just this letter to Sam Ortiz already." in refused.text
        address = reverse("references:recognition_detail", args=[letter.pk])
        assert f'already. <a href="{address}">Open it</a>' in refused.text
    assert Recognition.objects.count() == 1
    assert client.post(page, said | {"text": "Dear Sam, once more."}).status_code == 302
    recognitions.withdraw(letter, reason="Too short.", by=priya, at=NOW)
    assert client.post(page, said).status_code == 302
    assert Recognition.objects.count() == 3
