"""Evangelists and referrals through the API, with revenue for those who may read invoices alone."""

import pytest
from django.utils import timezone

from core.choices import Role
from customers.models import Contact, Referral
from tests.api.calling import client_of, patch, post
from tests.factories import ContactFactory, customer, person

REFERRALS, EVANGELISTS = "/api/v1/referrals/", "/api/v1/evangelists/"


@pytest.fixture
def lucille(maria):
    return ContactFactory(customer=customer("Bluth", csm=maria), name="Lucille", evangelist_level="prompted")


def body(contact, **more):
    return {"contact": contact.pk, "told_name": "Stan", "referred_on": "2026-03-02", **more}


def test_a_referral_is_made_won_and_read(lucille, sam):
    api = client_of(sam)
    made = post(api, REFERRALS, body(lucille))
    assert made.status_code == 201, made.content
    address = f"{REFERRALS}{made.json()['id']}/"
    won = {"outcome": "won", "decided_on": "2026-04-02", "version": 1}
    assert patch(api, address, won).json()["errors"][0]["attr"] == "revenue"
    assert patch(api, address, won | {"revenue": "1200.50"}).json()["revenue"] == "1200.50"
    assert patch(api, address, {"note": "Late", "version": 1}).status_code == 409
    listed = api.get(f"{REFERRALS}?outcome=won&quarter=2026-Q2&contact={lucille.pk}").json()["results"]
    assert [row["revenue"] for row in listed] == ["1200.50"]
    assert api.get(f"{REFERRALS}?quarter=2026-Q9").status_code == 400
    assert api.get(f"{REFERRALS}?outcome=odd").status_code == 400
    assert post(api, REFERRALS, body(lucille, told_name="")).status_code == 422


def test_support_reads_that_it_was_won_and_writes_no_revenue(lucille, sam):
    tom = person("Tom Fox", Role.SUPPORT)
    won = {"outcome": "won", "decided_on": "2026-04-02"}
    made = post(client_of(sam), REFERRALS, body(lucille, **won, revenue="98765")).json()
    api, address = client_of(tom), f"{REFERRALS}{made['id']}/"
    read = api.get(address).json()
    assert (read["outcome"], read["revenue"]) == ("won", None)
    assert "98765" not in api.get(REFERRALS).content.decode()
    assert patch(api, address, {"revenue": "1"}).status_code == 400
    back = patch(api, address, read | {"note": "Read and sent back"})
    assert (back.status_code, back.json()["revenue"]) == (200, None)
    stale = patch(api, address, {"note": "x", "version": 1})
    assert stale.status_code == 409
    assert "98765" not in stale.content.decode()
    assert Referral.objects.get().revenue == 98765


def test_evangelists_are_listed_narrowed_and_noted(lucille, maria):
    api = client_of(maria)
    [row] = api.get(f"{EVANGELISTS}?stale=true&mine=true").json()["results"]
    assert (row["name"], row["customer_name"], row["briefed_on"], row["referrals"]) == ("Lucille", "Bluth", None, 0)
    assert api.get(f"{EVANGELISTS}?level=nobody").status_code == 400
    address, today = f"{EVANGELISTS}{lucille.pk}/", str(timezone.localdate())
    said = {"evangelist_level": "no", "refusal_reason": "Legal", "asked_on": today, "version": 1}
    noted = patch(api, address, said)
    assert (noted.status_code, noted.json()["asked_on"], noted.json()["version"]) == (200, today, 2)
    assert patch(api, address, said).status_code == 409
    assert patch(api, address, {"asked_on": None}).status_code == 422
    assert api.get(EVANGELISTS).json()["results"] == []
    assert len(api.get(f"{EVANGELISTS}?level=asked").json()["results"]) == 1
    assert patch(api, address, {"adoption": "imposed", "version": 2}).json()["adoption"] == "imposed"
    assert Contact.objects.get().refusal_reason == "Legal"


def test_a_slip_of_the_year_is_refused_in_words(lucille, maria):
    api = client_of(maria)
    slip = post(api, REFERRALS, body(lucille, referred_on="0206-03-02"))
    assert slip.status_code == 422
    assert "days from" in slip.json()["errors"][0]["detail"]
    no = {"evangelist_level": "no", "evangelist_scope": "", "refusal_reason": "Legal", "asked_on": "1900-01-01"}
    assert patch(api, f"{EVANGELISTS}{lucille.pk}/", no).status_code == 422


def test_what_is_noted_elsewhere_is_refused_by_name(lucille, maria):
    api, address = client_of(maria), f"{EVANGELISTS}{lucille.pk}/"
    for name, value in (("briefed_on", "2026-03-02"), ("left_on", "2026-03-02"), ("name", "Lucy")):
        refused = patch(api, address, {name: value})
        assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, name)
    assert patch(api, address, api.get(address).json() | {"adoption": "imposed"}).status_code == 200


def test_the_own_customer_and_a_day_after_leaving_are_refused_in_words(lucille, sam):
    api = client_of(sam)
    own = post(api, REFERRALS, body(lucille, customer=lucille.customer_id))
    assert (own.status_code, "works at Bluth" in own.content.decode()) == (422, True)
    Contact.objects.update(left_on="2026-03-01")
    late = post(api, REFERRALS, body(lucille))
    assert (late.status_code, "left on" in late.content.decode()) == (422, True)


def test_who_stops_referring_us_said_why(lucille, maria):
    address = f"{EVANGELISTS}{lucille.pk}/"
    refused = patch(client_of(maria), address, {"evangelist_level": "no", "version": 1})
    assert refused.status_code == 422
    assert "write down why not any more" in refused.text
    said = {"evangelist_level": "no", "refusal_reason": "Moved on", "asked_on": "2026-03-02", "version": 1}
    assert patch(client_of(maria), address, said).json()["refusal_reason"] == "Moved on"
