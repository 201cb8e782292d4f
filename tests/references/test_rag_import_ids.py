"""A sheet that this program exported comes back with ids: they count, and what disagrees with them is said."""

import pytest

from customers.models import Customer
from references.models import Cell
from tests.factories import customer
from tests.references.test_rag_imports import run, sheet, status


@pytest.fixture
def acme(maria):
    return customer("Acme, Inc.", csm=maria)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def test_the_id_finds_a_customer_that_was_renamed_and_says_so(acme, maria):
    [told] = run(sheet(["Customer", "RefProgram id", "Logo"], ["Acme before", acme.pk, "R"]), maria)
    assert (told.kind.value, told.customer_id, status(acme, "logo")) == ("updated", acme.pk, "red")
    assert told.reason == f"“Acme before” is called Acme, Inc. here; the RefProgram id {acme.pk} counts."


def test_an_id_that_nobody_has_leaves_the_row_to_its_name_and_says_so(acme, maria):
    [told] = run(sheet(["Customer", "RefProgram id", "Logo"], ["Acme", 987654, "R"]), maria)
    assert (told.customer_id, status(acme, "logo")) == (acme.pk, "red")
    assert told.reason == "No customer has the RefProgram id 987654; the row goes by its name."


def test_an_id_and_a_name_of_two_customers_are_for_a_person_to_decide(acme, bluth, maria):
    [told] = run(sheet(["Customer", "RefProgram id", "Logo"], ["Acme", bluth.pk, "R"]), maria)
    assert told.kind.value == "problem"
    assert "is that of Bluth Company, and “Acme” is another customer" in told.reason
    assert not Cell.objects.exists()


def test_the_id_of_a_merged_duplicate_means_the_customer_it_became(acme, bluth, maria):
    Customer.objects.filter(pk=bluth.pk).update(merged_into=acme)
    [told] = run(sheet(["Customer", "RefProgram id", "Logo"], ["Bluth Company", bluth.pk, "R"]), maria)
    assert (told.customer_id, told.reason) == (acme.pk, "")
