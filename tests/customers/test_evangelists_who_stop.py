"""Lucille begins to refer us; Buster referred us, and says why he does not any more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.actions import contacts, referrals
from customers.models import Contact
from tests.factories import ContactFactory, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def buster():
    made = ContactFactory(customer=customer("Bluth Company"), name="Buster", evangelist_level="unprompted")
    return Contact.objects.get(pk=made.pk)


def test_who_stops_referring_us_said_why(client, maria, buster):
    client.force_login(maria)
    edit = reverse("customers:evangelist_edit", args=[buster.pk])
    form = {"evangelist_level": "no", "evangelist_scope": "", "version": 1}
    refused = client.post(edit, form)
    assert refused.status_code == 422
    assert "Buster has referred us; write down why not any more" in refused.text
    buster.refresh_from_db()
    assert buster.is_evangelist
    said = {"refusal_reason": "His mother forbids it", "asked_on": str(timezone.localdate())}
    assert client.post(edit, form | said).status_code == 302
    page = client.get(reverse("customers:evangelist_detail", args=[buster.pk])).text
    assert "His mother forbids it" in page
    assert "not asked yet" not in page


def test_a_mark_that_was_a_mistake_is_taken_away_with_the_contacts_other_data(client, maria, buster):
    client.force_login(maria)
    form = {"name": "Buster", "evangelist_level": "no", "evangelist_scope": "", "version": 1}
    assert client.post(reverse("customers:contact_edit", args=[buster.pk]), form).status_code == 302
    buster.refresh_from_db()
    assert not buster.is_evangelist


def test_who_never_referred_us_can_be_asked_later(client, maria, buster):
    Contact.objects.filter(pk=buster.pk).update(evangelist_level="no")
    client.force_login(maria)
    form = {"evangelist_level": "no", "evangelist_scope": "", "version": 1}
    assert client.post(reverse("customers:evangelist_edit", args=[buster.pk]), form).status_code == 302


def noted(contact, by, **said):
    told = {"told_name": "Stan Sitwell", "referred_on": timezone.localdate(), **said}
    return referrals.record(contact, values=told, by=by, at=timezone.now())


@pytest.mark.parametrize(("is_prompted", "level"), [(True, "prompted"), (False, "unprompted")])
def test_who_has_referred_us_is_not_left_to_be_asked(client, maria, is_prompted, level):
    lucille = ContactFactory(customer=customer("Bluth Company"), name="Lucille")
    noted(lucille, maria, is_prompted=is_prompted)
    lucille.refresh_from_db()
    assert (lucille.evangelist_level, lucille.version) == (level, 2)
    client.force_login(maria)
    page = client.get(reverse("customers:evangelist_detail", args=[lucille.pk])).text
    assert f"★ {level}" in page
    assert "not asked yet" not in page


def test_a_referral_of_long_ago_does_not_make_an_evangelist_of_who_has_stopped_since(maria, buster):
    said = {"evangelist_level": "no", "refusal_reason": "His mother forbids it", "asked_on": timezone.localdate()}
    contacts.answer(buster, changes=said, by=maria, at=timezone.now())
    noted(buster, maria, referred_on=timezone.localdate() - timedelta(days=90))
    buster.refresh_from_db()
    assert (buster.is_evangelist, buster.refusal_reason) == (False, "His mother forbids it")


def test_what_an_evangelist_is_called_stays_with_the_next_referral(maria, buster):
    noted(buster, maria, is_prompted=True)
    buster.refresh_from_db()
    assert buster.evangelist_level == "unprompted"
