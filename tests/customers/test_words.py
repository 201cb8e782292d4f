"""The words that menus offer are those that stand in some customer, each once."""

import pytest
from django.db import connection

from core.models import User
from customers.reports.words import COLUMNS, occurring
from tests.customers.taking import take
from tests.factories import customer


def test_the_words_of_all_customers_stand_once_in_their_order(maria):
    for name, region in (("Acme", "EMEA"), ("Bluth", "APAC"), ("Cyberdyne", "EMEA"), ("Dunder", "")):
        customer(name, region=region, industry="Retail")
    assert occurring("region", user=maria) == ["APAC", "EMEA"]
    assert occurring("industry", user=maria) == ["Retail"]
    assert occurring("country", user=maria) == []


def test_a_word_of_a_merged_duplicate_alone_is_not_offered(maria):
    survivor = customer("Acme", region="EMEA")
    duplicate = customer("ACME Inc", region="Emea")
    duplicate.merged_into = survivor
    duplicate.save()
    assert occurring("region", user=maria) == ["EMEA"]


def test_a_person_without_a_role_is_offered_no_word(db):
    customer("Acme", region="EMEA")
    assert occurring("region", user=User(email="nobody@example.com")) == []


def test_only_columns_with_an_index_are_asked(maria):
    with pytest.raises(ValueError, match="no index"):
        occurring("churn_reason", user=maria)


def test_after_an_import_the_embedded_database_hops_from_word_to_word_in_their_index(maria):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks at its tables by itself")
    lines = "\n".join(f"Customer {number},Trade {number % 7},Region {number % 3}" for number in range(60))
    take(f"Name,Sector,Where\n{lines}\n", {"Name": "name", "Sector": "industry", "Where": "region"})
    for column in COLUMNS:
        with connection.cursor() as cursor:
            asked = f"{column} > 'A' AND merged_into_id IS NULL"
            cursor.execute(f"EXPLAIN QUERY PLAN SELECT MIN({column}) FROM customers_customer WHERE {asked}")  # noqa: S608
            assert f"customer_by_{column} " in str(cursor.fetchall()), "else every hop reads all customers"
