"""The words that menus offer are those that stand in some customer, each once."""

import pytest

from core.models import User
from customers.reports.words import occurring
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
