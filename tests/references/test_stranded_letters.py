"""A letter waits for Eva, who is no executive any more: it is marked, and Priya gives it to Hugo."""

from datetime import timedelta

import pytest

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken
from core.models import AuditEvent, Notice
from references import tasks
from references.actions import recognitions
from tests.factories import person
from tests.references.recognized import NOW, enrol, nominate

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
SAID = {"subject": "Thank you", "text": "Dear Sam, well done."}


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def hugo(db):
    return person("Hugo Brandt", Role.EXECUTIVE)


@pytest.fixture
def letter(sam, priya, eva):
    done = enrol(nominate("Bluth Company", sam), priya)
    values = SAID | {"signer": eva}
    return recognitions.draft(sam, values=values, nomination=done, quarter="2026-Q4", asks=True, by=priya, at=NOW)


def unrole(user):
    people.administer(user, name=user.name, roles=[Role.CSM], team="", region="", by=None, at=NOW)


def page(letter, deed=""):
    return f"/recognitions/{letter.pk}/{deed}"


def test_it_is_marked_in_the_list_and_on_its_page(client, letter, eva, hugo, priya):
    client.force_login(priya)
    for address in ("/recognitions/", page(letter)):
        assert "nobody can sign it" not in client.get(address).text
    assert "Give it to another executive" not in client.get(page(letter)).text
    unrole(eva)
    for address in ("/recognitions/", page(letter)):
        assert "nobody can sign it" in client.get(address).text
    shown = client.get(page(letter)).text
    assert "Eva Lindqvist cannot sign it any more." in shown
    assert "Return to draft" in shown
    assert f'action="{page(letter, "hand-over/")}"' in shown
    assert "who cannot sign any more" in client.get(page(letter, "edit/")).content.decode()
    client.force_login(eva)
    assert "Give it to another executive" not in client.get(page(letter)).text


def test_priya_gives_it_to_hugo_who_signs_it(client, letter, eva, hugo, priya, sam):
    people.set_active(eva, active=False, by=None, at=NOW)
    client.force_login(priya)
    assert "is no executive" not in client.get(page(letter)).text
    wrong = client.post(page(letter, "hand-over/"), {"signer": sam.pk}, follow=True)
    assert "Select a valid choice" in wrong.text
    done = client.post(page(letter, "hand-over/"), {"signer": hugo.pk, "version": letter.version}, follow=True)
    assert "The executive is asked to sign." in done.text
    assert "nobody can sign it" not in done.text
    assert Notice.objects.filter(to=hugo, text="Priya Nair asks you to sign a letter to Sam Ortiz.").exists()
    told = AuditEvent.objects.get(event="recognition.handed_over").detail
    assert told == {"signer": [eva.email, hugo.email]}
    letter.refresh_from_db()
    assert recognitions.sign(letter, seen_version=letter.version, by=hugo, at=NOW).state == "signed"


def told(user):
    return list(Notice.objects.filter(to=user, text__contains="waits for nobody").values_list("text", "url"))


@pytest.mark.parametrize("leaves", [unrole, lambda user: people.set_active(user, active=False, by=None, at=NOW)])
def test_priya_and_who_asked_for_it_hear_once_that_it_waits_for_nobody(letter, eva, hugo, priya, sam, leaves):
    """Paula drafts a letter to Olga as well, who is a programme manager and is to hear of it when it is signed."""
    paula, olga = person("Paula Marsh", Role.MARKETING), person("Olga Petrov", Role.PROGRAMME_MANAGER)
    hers = recognitions.draft(olga, values=SAID | {"signer": eva}, quarter="2026-Q4", asks=True, by=paula, at=NOW)
    recognitions.draft(olga, values=SAID | {"signer": hugo}, quarter="2026-Q4", asks=True, by=paula, at=NOW)
    tasks.mail_recognitions()
    assert not told(priya) + told(paula)
    leaves(eva)
    for _run in range(2):
        tasks.mail_recognitions()
    to_sam = ("The letter to Sam Ortiz waits for nobody: Eva Lindqvist cannot sign it any more.", page(letter))
    to_olga = ("The letter to Olga Petrov waits for nobody: Eva Lindqvist cannot sign it any more.", page(hers))
    assert sorted(told(priya)) == [to_olga, to_sam]
    assert told(paula) == [to_olga]
    assert told(olga) == [to_sam]
    assert not told(eva) + told(hugo) + told(sam)


def test_it_is_told_again_when_the_next_one_leaves_too(letter, eva, hugo, priya):
    unrole(eva)
    tasks.mail_recognitions()
    recognitions.hand_over(letter, signer=hugo, by=priya, at=NOW + timedelta(hours=1))
    tasks.mail_recognitions()
    assert len(told(priya)) == 1
    unrole(hugo)
    for _run in range(2):
        tasks.mail_recognitions()
    assert sorted("Hugo Brandt" in text for text, _url in told(priya)) == [False, True]


def test_a_letter_that_can_be_signed_is_not_given_away(letter, eva, hugo, priya):
    with pytest.raises(RuleBroken, match="take it back before"):
        recognitions.hand_over(letter, signer=hugo, by=priya, at=NOW)
    unrole(eva)
    with pytest.raises(RuleBroken, match="is no executive"):
        recognitions.hand_over(letter, signer=eva, by=priya, at=NOW)


def test_nobody_drafts_a_letter_to_herself(client, priya, eva):
    with pytest.raises(RuleBroken, match="to themselves"):
        recognitions.draft(priya, values=SAID | {"signer": eva}, quarter="2026-Q4", by=priya, at=NOW)
    client.force_login(priya)
    told = client.get("/recognitions/new/", {"person": priya.pk}, follow=True)
    assert "Nobody drafts a letter to themselves; ask a colleague to." in told.text
    own = enrol(nominate("Own Company", priya), priya)
    assert f"recognitions/new/?person={priya.pk}" not in client.get(f"/nominations/{own.pk}/").text
    assert f"recognitions/new/?person={priya.pk}" not in client.get("/rankings/").text


def test_the_export_names_as_signer_only_who_has_signed(client, letter, eva, priya):
    def lines():
        return b"".join(client.get("/recognitions/export.csv")).decode("utf-8-sig").splitlines()

    client.force_login(priya)
    header, line = lines()
    assert header.endswith("Drafted by,Drafted on,To be signed by,Signed by,Signed on,On the board since")
    assert line.endswith("Priya Nair,2026-11-20,Eva Lindqvist,,,")
    recognitions.sign(letter, seen_version=letter.version, by=eva, at=NOW)
    assert lines()[1].endswith("Priya Nair,2026-11-20,,Eva Lindqvist,2026-11-20,2026-11-20")
