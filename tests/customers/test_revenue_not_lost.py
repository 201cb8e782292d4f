"""Sam entered what a referral brought in; Omar of support, who may not read it, does not take it away unseen."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from core.errors import RuleBroken
from customers.actions import referrals
from tests.api.calling import client_of, patch
from tests.customers.speaking import refer, text, today
from tests.factories import ContactFactory, customer, person

REFUSED = "Ask somebody who reads invoices to change the outcome"


@pytest.fixture
def omar(db):
    return person("Omar Haddad", Role.SUPPORT)


@pytest.fixture
def lucille(maria):
    return ContactFactory(customer=customer("Bluth Company", csm=maria), name="Lucille")


@pytest.fixture
def referral(lucille, sam):
    return refer(lucille, sam, outcome="won", decided_on=today(), revenue=Decimal(7777))


def typed(row, **more):
    told = {"told_name": "Stan", "told_company": "Sitwell", "referred_on": str(row.referred_on)}
    return told | {"version": row.version, **more}


def edit(client, row, **more):
    return client.post(reverse("customers:referral_edit", args=[row.pk]), typed(row, **more), follow=True)


@pytest.mark.parametrize("more", [{"outcome": "open"}, {"outcome": "lost", "decided_on": str(today())}])
def test_omar_is_refused_in_words_and_the_figure_stays(client, omar, referral, more):
    client.force_login(omar)
    answer = edit(client, referral, **more)
    assert answer.status_code == 422
    assert REFUSED in text(answer)
    assert "7777" not in text(answer)
    assert "7,777" not in text(answer)
    referral.refresh_from_db()
    assert (referral.outcome, referral.revenue) == ("won", Decimal(7777))


def test_omar_goes_on_noting_what_takes_nothing_away(client, omar, sam, lucille, referral):
    client.force_login(omar)
    assert edit(client, referral, outcome="won", decided_on=str(today()), note="Thanked").status_code == 200
    referral.refresh_from_db()
    assert (referral.note, referral.revenue) == ("Thanked", Decimal(7777))
    unknown = refer(lucille, sam, told_name="Barry", outcome="won", decided_on=today())
    assert "The referral is saved." in text(edit(client, unknown, told_name="Barry", outcome="open"))


@pytest.mark.parametrize("outcome", ["lost", "open"])
def test_omars_program_is_refused_too(omar, referral, outcome):
    answer = patch(client_of(omar), f"/api/v1/referrals/{referral.pk}/", {"outcome": outcome})
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    referral.refresh_from_db()
    assert (referral.outcome, referral.revenue) == ("won", Decimal(7777))


def test_the_action_refuses_whoever_may_not_write_it(omar, sam, referral):
    with pytest.raises(RuleBroken, match=REFUSED):
        referrals.edit(referral, changes={"outcome": "lost"}, may_write_revenue=False, by=omar, at=timezone.now())
    assert referrals.edit(referral, changes={"outcome": "lost"}, by=sam, at=timezone.now()).revenue is None


def test_sam_may_and_is_told_what_went(client, sam, referral):
    client.force_login(sam)
    answer = text(edit(client, referral, outcome="open", decided_on=str(today()), revenue="7777.00"))
    assert "The referral is saved. Only a won one has revenue, so 7,777.00 was taken away" in answer
    referral.refresh_from_db()
    assert (referral.outcome, referral.revenue) == ("open", None)
    won_again = edit(client, referral, outcome="won", decided_on=str(today()), revenue="7777")
    assert "taken away" not in text(won_again)
