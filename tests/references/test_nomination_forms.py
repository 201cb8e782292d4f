"""What Sam reads before he nominates: who can be chosen, who would speak, and which case it is about."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from references.models import Dimension, Nomination
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn


@pytest.fixture
def bluth(maria):
    made = customer("Bluth Company", csm=maria)
    ContactFactory(customer=made, name="Lucille Bluth")
    return made


def test_who_has_left_is_named_in_the_search_and_cannot_be_chosen(client, sam, bluth):
    gone, going = customer("Bluth Homes"), customer("Bluth Stairs")
    today = timezone.localdate()
    churn(gone, on=today - timedelta(days=9), at=timezone.now())
    churn(going, on=today + timedelta(days=9), at=timezone.now())
    client.force_login(sam)
    for address in ("/nominations/new/", "/nominations/plans/new/"):
        found = client.get(f"{address}?q=bluth", headers={"HX-Request": "true"}).text
        assert f"left on {date_format(today - timedelta(days=9))}" in found
        assert f"leaving on {date_format(today + timedelta(days=9))}" in found
        assert f"customer={gone.pk}" not in found
        assert f"customer={going.pk}" in found
        assert f"customer={bluth.pk}" in found


def said(**more):
    will = {f"will-{Dimension.objects.get(key='logo').pk}": "willing"}
    return {"story": "They halved their returns.", "source": "sales", **will, **more}


def test_nobody_is_named_unknowingly_as_who_would_speak(client, sam, bluth):
    lucille, address = bluth.contacts.get(), f"/nominations/new/?customer={bluth.pk}"
    client.force_login(sam)
    page = client.get(address).text
    assert '<option value="" selected>Choose who would speak</option>' in page
    assert f'<option value="{lucille.pk}">' in page
    refused = client.post(address, said(contact=""))
    assert refused.status_code == 422
    assert "Choose who would speak; whoever is missing is “Somebody who is not here yet”." in refused.text
    assert not Nomination.objects.exists()
    assert f'<option value="{lucille.pk}" selected>' in client.get(f"{address}&contact={lucille.pk}").text
    client.post(address, said(contact=lucille.pk))
    edit = client.get(f"/nominations/{Nomination.objects.get().pk}/edit/").text
    assert f'<option value="{lucille.pk}" selected>' in edit


def test_where_nobody_is_here_yet_there_is_nobody_to_choose(client, sam):
    client.force_login(sam)
    page = client.get("/nominations/new/?new=Fakeblock").text
    assert "Choose who would speak" not in page
