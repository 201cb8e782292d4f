"""Other programs read the ranking and the letters, as far as the token's person may see them."""

from datetime import UTC, datetime

import pytest

from core.choices import Role
from customers.models import Customer, Referral
from references.actions import recognitions
from tests.api.calling import client_of
from tests.factories import ContactFactory, person
from tests.references.recognized import enrol, nominate

NOW = datetime.now(UTC)


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def leader(sam, priya, maria):
    enrol(nominate("Bluth Company", sam, at=NOW), priya, at=NOW)
    return sam


@pytest.fixture
def letter(leader, priya, eva):
    said = {"subject": "Thank you", "text": "Well done.", "signer": eva}
    return recognitions.draft(leader, values=said, quarter="2026-Q4", asks=True, by=priya, at=NOW)


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_the_ranking_tells_each_what_they_may_see(leader, priya, maria, jonas):
    whole = client_of(priya).get("/api/v1/rankings/")
    assert names(whole) == ["Sam Ortiz", "Jonas Weber", "Maria Chen"]
    first = whole.json()["results"][0]
    assert (first["place"], first["person"], first["enrolled"], first["share"], first["is_top"]) == (
        1,
        leader.email,
        1,
        0,
        True,
    )
    assert [row["is_bottom"] for row in whole.json()["results"]] == [False, True, True]
    assert names(client_of(leader).get("/api/v1/rankings/")) == ["Sam Ortiz"]
    assert names(client_of(maria).get("/api/v1/rankings/")) == ["Sam Ortiz", "Maria Chen"]
    assert names(client_of(leader).get("/api/v1/rankings/?q=jonas")) == []


def test_the_ranking_is_narrowed_and_paged(leader, priya, maria, jonas):
    api = client_of(priya)
    assert names(api.get("/api/v1/rankings/?role=sales_rep")) == ["Sam Ortiz"]
    assert names(api.get("/api/v1/rankings/?by=team")) == []
    page = api.get("/api/v1/rankings/?limit=2").json()
    assert (len(page["results"]), page["next"]) == (2, "2")
    assert names(api.get("/api/v1/rankings/?limit=2&cursor=2")) == ["Maria Chen"]
    running = api.get("/api/v1/rankings/").json()["quarter"]
    assert api.get(f"/api/v1/rankings/?quarter={running}").json()["quarter"] == running
    for wrong in ("quarter=now", "by=house", "role=king", "cursor=x", "limit=0", "quarter="):
        answer = api.get(f"/api/v1/rankings/?{wrong}")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, wrong.partition("=")[0])


@pytest.mark.parametrize(
    ("asked", "value", "name"),
    [
        ("quarter", "2099-Q1", "Quarter"),
        ("quarter", "1900-Q1", "Quarter"),
        ("quarter", "2026-Q9", "Quarter"),
        ("team", "Nowhere", "Team"),
    ],
)
def test_what_the_page_of_the_ranking_does_not_know_is_refused_in_its_words(leader, priya, asked, value, name):
    """In 2099 everybody would share the first place with nothing."""
    refused = client_of(priya).get(f"/api/v1/rankings/?{asked}={value}")
    told = [(error["attr"], error["detail"]) for error in refused.json()["errors"]]
    words = f"“{value}” is not known to the filter “{name}”."
    assert (refused.status_code, told) == (400, [(asked, words)])


def test_the_ranking_tells_the_deals_that_references_helped_to_win(leader, priya):
    """As on the page and in its export: Lucille of the enrolled customer referred one that was won."""
    lucille = ContactFactory(customer=Customer.objects.get(name="Bluth Company"))
    when = {"referred_on": NOW.date(), "decided_on": NOW.date(), "created_at": NOW, "updated_at": NOW}
    Referral.objects.create(contact=lucille, told_name="Stan Sitwell", outcome="won", **when)
    rows = client_of(priya).get("/api/v1/rankings/").json()["results"]
    assert {row["name"]: row["deals_helped"] for row in rows} == {"Sam Ortiz": 1, "Maria Chen": 0}


def test_a_letter_is_read_by_those_it_concerns_until_everybody_may(letter, leader, priya, eva, jonas):
    address = f"/api/v1/recognitions/{letter.pk}/"
    assert client_of(eva).get(address).json()["state"] == "to_sign"
    assert client_of(priya).get("/api/v1/recognitions/?state=to_sign").json()["results"][0]["person"] == leader.email
    for reader in (leader, jonas):
        assert client_of(reader).get(address).status_code == 404
        assert client_of(reader).get("/api/v1/recognitions/").json()["results"] == []
    recognitions.sign(letter, seen_version=letter.version, by=eva, at=NOW)
    for reader in (leader, jonas):
        assert client_of(reader).get(address).json()["text"] == "Well done."
    assert len(client_of(leader).get("/api/v1/recognitions/?mine=true&q=well").json()["results"]) == 1
    assert client_of(jonas).get("/api/v1/recognitions/?mine=true").json()["results"] == []
    assert client_of(jonas).get("/api/v1/recognitions/?state=lost").status_code == 400
