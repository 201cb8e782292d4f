"""What Sam cannot mean of a referral or an answer is marked where it stands, and what he typed stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.test_tokens import program
from tests.factories import ContactFactory, customer

pytestmark = pytest.mark.django_db
LATER, EARLIER = timezone.localdate() + timedelta(days=40), timezone.localdate() - timedelta(days=40)
TOLD = {"told_name": "Gene", "told_company": "Sitwell", "referred_on": EARLIER, "outcome": "won", "decided_on": EARLIER}
TOLD |= {"revenue": "500"}
ANSWERED = {"evangelist_level": "no", "evangelist_scope": "", "refusal_reason": "Legal", "asked_on": EARLIER}


@pytest.fixture
def lucille(maria):
    return ContactFactory(customer=customer("Bluth Company", csm=maria), name="Lucille")


def marked(client, page, said):
    answer = client.post(page, said)
    assert answer.status_code == 422
    return [name for name in answer.context["form"].errors if name != "__all__"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": "lost"}, "revenue"),
        ({"revenue": "-5"}, "revenue"),
        ({"referred_on": LATER, "outcome": "open", "decided_on": "", "revenue": ""}, "referred_on"),
        ({"referred_on": "1989-01-01"}, "referred_on"),
        ({"decided_on": LATER}, "decided_on"),
        ({"decided_on": EARLIER - timedelta(days=1)}, "decided_on"),
        ({"decided_on": ""}, "decided_on"),
        ({"outcome": "open", "revenue": ""}, "decided_on"),
        ({"told_name": "", "told_company": ""}, "told_name"),
        ({"customer_name": "Bluth Company"}, "customer_name"),
    ],
)
def test_what_no_referral_can_be_is_marked(client, maria, lucille, said, field):
    client.force_login(maria)
    assert marked(client, f"/evangelists/{lucille.pk}/referrals/new/", TOLD | said) == [field]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"asked_on": LATER}, "asked_on"),
        ({"asked_on": "1989-01-01"}, "asked_on"),
        ({"asked_on": ""}, "asked_on"),
        ({"refusal_reason": ""}, "refusal_reason"),
        ({"evangelist_level": "prompted"}, "refusal_reason"),
        ({"evangelist_scope": "outside"}, "evangelist_scope"),
    ],
)
def test_what_no_answer_can_be_is_marked(client, maria, lucille, said, field):
    client.force_login(maria)
    page = f"/evangelists/{lucille.pk}/edit/"
    seen = client.get(page).context["form"]
    hidden = {name: seen[name].value() for name in ("version", "seen")}
    assert marked(client, page, ANSWERED | hidden | said) == [field]


def test_who_stops_referring_us_says_why(client, maria, lucille):
    lucille.evangelist_level = "prompted"
    lucille.save()
    client.force_login(maria)
    page = f"/evangelists/{lucille.pk}/edit/"
    seen = client.get(page).context["form"]
    hidden = {name: seen[name].value() for name in ("version", "seen")}
    assert marked(client, page, ANSWERED | hidden | {"refusal_reason": "", "asked_on": ""}) == ["refusal_reason"]


def test_a_program_is_told_the_field_too(maria, lucille):
    api, said = program(maria), {"refusal_reason": "Legal", "asked_on": str(LATER)}
    answer = api.patch(f"/api/v1/evangelists/{lucille.pk}/", said, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (422, "asked_on")
