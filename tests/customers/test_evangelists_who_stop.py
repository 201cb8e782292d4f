"""Buster referred us, and says why he does not any more."""

import pytest
from django.urls import reverse
from django.utils import timezone

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
