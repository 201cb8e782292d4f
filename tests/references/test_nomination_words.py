"""What stands on a nomination's page is said in full, and offered when it helps."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from references.actions import nomination_care
from references.actions import nomination_decisions as decisions
from references.models import Nomination
from tests.factories import ContactFactory, customer
from tests.references.nominated import nominate


@pytest.fixture
def bluth(maria):
    made = customer("Bluth Company", csm=maria)
    ContactFactory(customer=made, name="Lucille Bluth", adoption="imposed")
    return made


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def test_how_a_contact_came_to_our_solution_has_its_name_beside_it(client, bluth, sam):
    client.force_login(sam)
    shown = client.get(page_of(nominate(bluth, sam, at=timezone.now()))).text
    assert "<dt>Our solution</dt><dd>Had it chosen for them</dd>" in shown
    table = client.get(reverse("customers:customer_detail", args=[bluth.pk])).text
    assert '<span class="visually-hidden">Our solution: </span>Had it chosen for them' in table


def test_the_form_asks_in_plain_words_who_knows_them(client, bluth, sam):
    client.force_login(sam)
    assert "Who knows them best?" in client.get(f"/nominations/new/?customer={bluth.pk}").text


@pytest.mark.parametrize(("days", "is_offered"), [(0, False), (20, False), (21, True), (40, True)])
def test_sam_is_offered_to_confirm_what_is_old(client, bluth, sam, days, is_offered):
    nomination = nominate(bluth, sam, at=timezone.now() - timedelta(days=days))
    client.force_login(sam)
    assert ("It still holds" in client.get(page_of(nomination)).text) is is_offered


def test_sam_is_offered_to_confirm_what_he_was_asked_for_until_he_has(client, bluth, sam, priya):
    now = timezone.now()
    nomination = decisions.accept(nominate(bluth, sam, at=now - timedelta(days=40)), by=priya, at=now)
    nomination_care.ask(at=now)
    Nomination.objects.filter(pk=nomination.pk).update(verified_on=now.date())
    client.force_login(sam)
    assert "It still holds" in client.get(page_of(nomination)).text
    client.post(f"{page_of(nomination)}verify/")
    assert "It still holds" not in client.get(page_of(nomination)).text
