"""A program that sends a customer or a contact twice is told which one is there."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from core.actions import api_tokens
from customers.models import Contact, Customer
from tests.api.calling import post
from tests.factories import LONG_AGO, customer

CUSTOMERS = "/api/v1/customers/"
BLUTH = {"name": "Bluth Company", "domain": "bluth.com"}


@pytest.mark.parametrize(
    "again", [BLUTH, {"name": "BLUTH, Inc."}, {"name": "Sudden Valley", "domain": "www.bluth.com"}]
)
def test_a_customer_that_is_there_is_refused_with_its_id_unless_it_is_meant(api, again):
    bluth = post(api, CUSTOMERS, BLUTH).json()["id"]
    refused = post(api, CUSTOMERS, again)
    assert (refused.status_code, refused.json()["existing"]) == (409, [bluth])
    assert refused.json()["errors"][0]["code"] == "duplicate"
    assert f"Bluth Company ({bluth})" in refused.json()["errors"][0]["detail"]
    assert Customer.objects.count() == 1
    assert post(api, CUSTOMERS, again | {"accept_duplicate": True}).status_code == 201
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_four_posts_at_once_make_one_customer(transactional_db, maria):
    if connection.vendor != "postgresql":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    _token, secret = api_tokens.create(maria, name="sync", by=maria, at=LONG_AGO)
    barrier = Barrier(4)

    def enter(_number):
        barrier.wait(timeout=20)
        try:
            return post(Client(headers={"authorization": f"Bearer {secret}"}), CUSTOMERS, BLUTH).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(enter, range(4)))
    assert answers == [201, 409, 409, 409]
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"name": "Lucille", "email": "lucille@bluth.com"}, {"name": "L. Bluth", "email": "Lucille@Bluth.com"}),
        ({"name": "Lucille"}, {"name": "LUCILLE"}),
    ],
)
def test_a_contact_that_is_there_is_refused_in_words(api, first, again):
    url = f"{CUSTOMERS}{customer('Bluth Company').pk}/contacts/"
    lucille = post(api, url, first).json()["id"]
    refused = post(api, url, again)
    assert (refused.status_code, refused.json()["existing"]) == (409, [lucille])
    assert "Lucille is a contact of Bluth Company already" in refused.json()["errors"][0]["detail"]
    assert Contact.objects.count() == 1


def test_two_people_of_one_name_are_told_apart_by_their_addresses_and_customers(api):
    url = f"{CUSTOMERS}{customer('Bluth Company').pk}/contacts/"
    other = f"{CUSTOMERS}{customer('Sitwell').pk}/contacts/"
    assert post(api, url, {"name": "Lucille", "email": "lucille@bluth.com"}).status_code == 201
    assert post(api, url, {"name": "Lucille", "email": "lucille.two@bluth.com"}).status_code == 201
    assert post(api, other, {"name": "Lucille", "email": "lucille@bluth.com"}).status_code == 201
