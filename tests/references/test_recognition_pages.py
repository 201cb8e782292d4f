"""The ranking, the board and the letters in the browser: as Sam, Priya and Eva see them."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse

from core.choices import Role
from references import tasks
from references.actions import recognition_settings, recognitions
from references.models import RankingMailRefusal, Recognition, RecognitionSettings, RewardLevel
from tests.factories import person
from tests.query_counts import assert_query_count
from tests.references.recognized import accept, enrol, nominate

HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)


def text(answer):
    return answer.content.decode()


def lines(answer):
    return b"".join(answer).decode("utf-8-sig").splitlines()


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def ken(db):
    """Ken Ito, who has not nominated anybody."""
    return person("Ken Ito", Role.CSM)


@pytest.fixture
def enrolled(sam, priya):
    return enrol(nominate("Bluth Company", sam, at=NOW), priya, at=NOW)


@pytest.fixture
def letter(enrolled, sam, priya, eva):
    """It waits for Eva's signature."""
    said = {"subject": "Thank you, Sam", "text": "Dear Sam,\n\nwell done.", "signer": eva}
    return recognitions.draft(sam, values=said, nomination=enrolled, quarter="2026-Q4", asks=True, by=priya, at=NOW)


@pytest.fixture
def published(letter, eva):
    return recognitions.sign(letter, seen_version=letter.version, by=eva, at=NOW)


def as_person(client, who):
    client.force_login(who)
    return client


def test_sam_sees_the_top_and_not_the_bottom_on_the_page_in_the_search_and_in_the_export(client, enrolled, ken, sam):
    as_person(client, sam)
    page = text(client.get("/rankings/"))
    assert "Sam Ortiz" in page
    for address in ("/rankings/", "/rankings/?q=Ken", "/rankings/?role=csm", "/rankings/?by=team", "/"):
        assert "Ken Ito" not in text(client.get(address))
    assert [line.split(",")[1] for line in lines(client.get("/rankings/export.csv"))] == ["Name", "Sam Ortiz"]
    assert "Draft a letter" not in page


def test_priya_sees_who_has_done_nothing_and_drafts_from_the_top(client, enrolled, ken, priya, sam):
    as_person(client, priya)
    page = text(client.get("/rankings/"))
    assert "nothing yet" in page
    told = "count in the quarter in which they happened, whenever the nomination was made"
    assert page.index(told) < page.index("place-figures"), "said before the first figures"
    assert f"/recognitions/new/?person={sam.pk}&amp;quarter=" in page
    assert [line.split(",")[1] for line in lines(client.get("/rankings/export.csv"))] == [
        "Name",
        "Sam Ortiz",
        "Ken Ito",
    ]
    found = text(client.get("/rankings/?q=ken", headers=HTMX))
    assert ("Ken Ito" in found, "Sam Ortiz" in found) == (True, False)


def test_the_switches_of_quarter_and_team_stay_in_the_address(client, enrolled, sam, priya):
    as_person(client, sam)
    page = text(client.get("/rankings/?by=team&quarter=1999-Q9"))
    assert "Who has no team" in page or "Nobody has nominated" in page
    assert "There is no ranking of this quarter. Shown is the running one, 2026-Q4." in page
    assert "Shown is" not in text(client.get("/rankings/?quarter=2026-Q4"))
    assert text(client.get("/rankings/?quarter=2020-Q1&by=nonsense&cursor=zzz&role=king")).count("Sam Ortiz") >= 1


def test_the_ranking_says_what_to_do_when_it_is_empty(client, db):
    as_person(client, person("Nina Rossi", Role.MARKETING))
    assert "The first place is free" in text(client.get("/rankings/"))
    assert "Nobody matches" in text(client.get("/rankings/?q=zz"))


def test_sam_stops_the_weekly_mail_and_takes_it_up_again(client, sam):
    as_person(client, sam)
    assert "You get no weekly mail any more" in text(client.post("/rankings/mail/refuse/", follow=True))
    assert RankingMailRefusal.objects.filter(user=sam).exists()
    assert "Send it to me" in text(client.get("/rankings/"))
    client.post("/rankings/mail/resume/")
    assert not RankingMailRefusal.objects.exists()


def test_everybody_finds_the_own_place_on_the_home_page(client, enrolled, sam, ken, eva):
    assert "1 enrolled" in text(as_person(client, sam).get("/"))
    assert "You have not nominated anybody in this quarter." in text(as_person(client, ken).get("/"))
    assert "Your place in the ranking" not in text(as_person(client, eva).get("/"))


def test_from_the_enrolled_nomination_to_a_signed_letter_in_sams_mail_and_on_the_board(
    client, enrolled, sam, priya, eva
):
    as_person(client, priya)
    link = f"/recognitions/new/?person={sam.pk}&nomination={enrolled.pk}"
    assert link.replace("&", "&amp;") in text(client.get(reverse("references:nomination_detail", args=[enrolled.pk])))
    form = text(client.get(link))
    assert "You told us that Bluth Company would speak for us" in form
    said = {"subject": "Thank you, Sam", "text": "Dear Sam, well done.", "published": "on"}
    refused = client.post(link, said | {"text": "Dear Sam, kept"})
    assert (refused.status_code, "Dear Sam, kept" in text(refused)) == (422, True)
    asked = client.post(link, said | {"signer": eva.pk, "ask": "yes"}, follow=True)
    assert "Eva Lindqvist is asked to sign it." in text(asked)
    letter = Recognition.objects.get()
    assert "Priya Nair drafted one already on" in text(client.get(link))
    as_person(client, eva)
    assert "Letters for you to sign" in text(client.get("/"))
    page = reverse("references:recognition_detail", args=[letter.pk])
    assert "Sign and send" in text(client.get(page))
    edited = {"subject": "Thank you, Sam", "text": "Dear Sam, brilliant.", "published": "on", "version": letter.version}
    done = client.post(f"{page}edit/", edited | {"sign": "yes"}, follow=True)
    assert "Signed; the letter is on its way." in text(done)
    tasks.mail_recognitions()
    assert "Dear Sam, brilliant." in mail.outbox[0].body
    as_person(client, sam)
    assert "Dear Sam, brilliant." in text(client.get("/board/"))
    assert "Bluth Company" in text(client.get("/board/"))


def test_eva_returns_a_letter_and_priya_reads_why(client, letter, eva, priya):
    page = reverse("references:recognition_detail", args=[letter.pk])
    as_person(client, eva)
    assert "This field is required" in text(client.post(f"{page}return/", {"reason": ""}, follow=True))
    client.post(f"{page}return/", {"reason": "Warmer, please.", "version": letter.version})
    as_person(client, priya)
    assert "Warmer, please." in text(client.get(page))
    assert "Ask for the signature" in text(client.get(page))


def test_a_page_that_is_out_of_date_signs_nothing(client, letter, eva):
    page = reverse("references:recognition_detail", args=[letter.pk])
    recognitions.edit(letter, seen_version=letter.version, changes={"text": "Other words"}, by=eva, at=NOW)
    as_person(client, eva)
    late = client.post(f"{page}sign/", {"version": letter.version}, follow=True)
    assert "was changed since you opened it" in text(late)
    form = {"subject": "Mine", "text": "Mine", "version": letter.version, "sign": "yes"}
    stale = client.post(f"{page}edit/", form)
    assert (stale.status_code, "Somebody else changed" in text(stale), "Mine" in text(stale)) == (409, True, True)
    letter.refresh_from_db()
    assert letter.state == "to_sign"


def test_priya_who_drafted_cannot_change_what_waits_for_a_signature_nor_sign_it(client, letter, priya, sam):
    page = reverse("references:recognition_detail", args=[letter.pk])
    as_person(client, priya)
    assert "Sign and send" not in text(client.get(page))
    assert client.get(f"{page}edit/").status_code == 403
    assert client.post(f"{page}sign/").status_code == 403
    as_person(client, sam)
    assert client.get(page).status_code == 404
    assert "Thank you, Sam" not in text(client.get("/recognitions/?state=all"))


def test_the_board_is_searched_and_exported_and_a_letter_is_taken_down(client, published, priya, jonas):
    as_person(client, jonas)
    assert "well done" in text(client.get("/board/?q=thank"))
    assert "No letter has these words" in text(client.get("/board/?q=zzz", headers=HTMX))
    assert len(lines(client.get("/board/export.csv"))) > 1
    page = reverse("references:recognition_detail", args=[published.pk])
    assert "Drafted by" not in text(client.get(page))
    as_person(client, priya)
    assert client.get(f"{page}edit/").status_code == 403
    client.post(f"{page}take-down/", {"reason": "The customer asked us to."})
    assert "took it off the board" in text(client.get(page))
    as_person(client, jonas)
    assert "well done" not in text(client.get("/board/"))
    assert client.get(page).status_code == 404


def test_the_letters_are_narrowed_by_state_and_to_whom(client, letter, published, sam, priya):
    as_person(client, sam)
    assert "Thank you, Sam" in text(client.get("/recognitions/?mine=true"))
    as_person(client, priya)
    assert "No letter matches" in text(client.get("/recognitions/?state=draft"))
    assert lines(client.get("/recognitions/export.csv?state=signed"))[1].startswith("Sam Ortiz,sam.ortiz@example.com")


def test_a_letter_needs_somebody_it_is_to_and_an_enrolled_nomination_of_theirs(client, sam, jonas, priya, enrolled):
    as_person(client, priya)
    assert "Choose in the ranking" in text(client.get("/recognitions/new/", follow=True))
    waiting = accept(nominate("Sitwell", sam, at=NOW), priya, at=NOW)
    for query in ("person=999999", "person=x", f"person={sam.pk}&nomination={waiting.pk}",
                  f"person={jonas.pk}&nomination={enrolled.pk}", f"person={sam.pk}&nomination=x"):  # fmt: skip
        assert client.get(f"/recognitions/new/?{query}").status_code == 404, query
    for quarter, told in (("1999-Q9", "There is no quarter “1999-Q9”"), ("2031-Q1", "2031-Q1 has not begun")):
        refused = client.get(f"/recognitions/new/?person={sam.pk}&quarter={quarter}", follow=True)
        assert (refused.redirect_chain, told in text(refused)) == ([("/rankings/", 302)], True)
    assert client.get(f"/recognitions/new/?person={sam.pk}&quarter=").status_code == 200


def test_priya_sets_who_is_asked_and_names_levels(client, enrolled, priya, sam):
    as_person(client, priya)
    page = "/settings/recognition/"
    form = {"participants": ["sales_rep"], "top_count": "1", "bottom_visibility": "nobody", "uses_levels": "on"}
    assert "The settings are saved." in text(client.post(page, form, follow=True))
    settings = RecognitionSettings.current()
    assert (settings.participants, settings.sends_mails, settings.uses_levels) == (["sales_rep"], False, True)
    assert client.post(page, form | {"top_count": "0"}).status_code == 422
    assert "The level Bronze is saved." in text(
        client.post(f"{page}levels/new/", {"name": "Bronze", "needed": "1"}, follow=True)
    )
    again = client.post(f"{page}levels/new/", {"name": "bronze", "needed": "2"})
    assert (again.status_code, "called bronze already" in text(again)) == (422, True)
    assert "each needs a number of its own" in text(client.post(f"{page}levels/new/", {"name": "Tin", "needed": "1"}))
    assert client.post(f"{page}levels/new/", {"name": "Tin", "needed": "0"}).status_code == 422
    level = RewardLevel.objects.get()
    as_person(client, sam)
    for address in ("/rankings/", "/board/", "/"):
        assert "Bronze" in text(client.get(address)), address
    as_person(client, priya)
    client.post(f"{page}levels/{level.pk}/", {"name": "Copper", "needed": "1"})
    assert "Copper" in text(client.get("/rankings/"))
    client.post(f"{page}levels/{level.pk}/remove/")
    assert not RewardLevel.objects.exists()


def test_levels_are_shown_nowhere_by_default(client, enrolled, priya, sam):
    recognition_settings.add_level(name="Bronze", needed=1, by=priya, at=NOW)
    as_person(client, sam)
    for address in ("/rankings/", "/board/", "/"):
        assert "Bronze" not in text(client.get(address)), address
    assert "Bronze" not in "".join(lines(client.get("/rankings/export.csv")))


def test_the_lists_ask_the_same_however_long_they_are(client, sam, priya, eva):
    for number in range(4):
        rep = person(f"Rep {number}", Role.SALES_REP)
        done = enrol(nominate(f"Customer {number}", rep, at=NOW), priya, at=NOW)
        said = {"subject": "Thank you", "text": "Well done.", "signer": eva}
        letter = recognitions.draft(rep, values=said, nomination=done, quarter="2026-Q4", asks=True, by=priya, at=NOW)
        recognitions.sign(letter, seen_version=letter.version, by=eva, at=NOW)
    as_person(client, priya)
    for name in ("ranking_index", "programme_board", "recognition_index"):
        assert_query_count(client, reverse(f"references:{name}"), f"references:{name}")


def test_who_may_not_sign_is_told_whose_signature_a_letter_waits_for(client, letter, priya):
    page = reverse("references:recognition_detail", args=[letter.pk])
    ola = person("Ola Berg", Role.EXECUTIVE, Role.PROGRAMME_MANAGER)
    answers = [as_person(client, priya).get(f"{page}edit/"), as_person(client, ola).get(f"{page}edit/")]
    for answer in (*answers, client.post(f"{page}sign/")):
        assert answer.status_code == 403
        assert "waits for the signature of Eva Lindqvist" in text(answer)
        assert "not for your role" not in text(answer)


def test_lena_hears_that_priya_thanked_sam_for_the_same_quarter_already_and_still_may(client, sam, priya, eva):
    said = {"subject": "Thank you, Sam", "text": "Dear Sam", "signer": eva}
    first = recognitions.draft(sam, values=said, quarter="2026-Q4", by=priya, at=NOW)
    told = "Priya Nair drafted one already on"
    form = f"/recognitions/new/?person={sam.pk}&quarter=2026-Q4"
    as_person(client, person("Lena Fischer", Role.SALES_MANAGER))
    assert told in text(client.get(form))
    refused = client.post(form, {"subject": "Mine"})
    assert (refused.status_code, told in text(refused)) == (422, True)
    assert f"/recognitions/{first.pk}/" not in text(refused), "she may not read it"
    assert told not in text(client.get(f"/recognitions/new/?person={sam.pk}&quarter=2026-Q3"))
    saved = client.post(form, said | {"signer": eva.pk}, follow=True)
    assert ("The draft is saved." in text(saved), told in text(saved)) == (True, True)
    as_person(client, priya)
    page = text(client.get(form))
    assert ("Lena Fischer drafted one already on" in page, f"/recognitions/{first.pk}/" in page) == (True, True)
    recognitions.withdraw(first, reason="One is enough.", by=priya, at=NOW)
    assert told not in text(client.get(form))
