"""A product is given up on a day that has come; from then on no list, no chart and no closing counts it as in use."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.actions import products
from tests.factories import LONG_AGO, customer


@pytest.fixture
def bluth(client, maria):
    client.force_login(maria)
    return customer("Bluth Company", csm=maria)


def test_a_product_is_given_up_on_a_day_that_has_come_and_is_in_use_nowhere_from_then_on(client, bluth, priya):
    address = reverse("customers:product_use", args=[bluth.pk])
    router = products.create(name="Router", by=priya, at=LONG_AGO)
    today = timezone.localdate()
    ahead = {"product": router.pk, "since": "2026-01-01", "until": (today + timedelta(days=1)).isoformat()}
    refused = client.post(address, ahead)
    assert (refused.status_code, "The day lies ahead" in refused.text) == (422, True)
    in_use = f"{reverse('customers:customer_index')}?product={router.pk}"
    client.post(address, ahead | {"until": ""})
    assert "Bluth" in client.get(in_use).text.split('id="customer-list"')[1]
    products.set_use(bluth, product=router, since=date(2026, 1, 1), until=today, by=priya, at=timezone.now())
    assert "Bluth" not in client.get(in_use).text.split('id="customer-list"')[1]
