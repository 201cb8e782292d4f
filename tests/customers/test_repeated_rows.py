"""Priya's file names a customer twice: only what contradicts is refused, and the refusal says where."""

import pytest

from customers.models import Customer, Product
from tests.customers.taking import counts, reasons, take
from tests.factories import customer

pytestmark = pytest.mark.django_db

COLUMNS = {
    "Id": "external_id",
    "Name": "name",
    "Web": "domain",
    "Sector": "industry",
    "Country": "country",
    "Owner": "csm",
}
HEAD = "Id,Name,Web,Sector,Country,Owner\n"
FIRST = "7,Acme  Corp.,acme.com,Tech,France,maria.chen@example.com\n"


@pytest.fixture(params=["new", "here"])
def acme(request, maria):
    """Acme is entered by the file, or is here already."""
    if request.param == "here":
        customer("Acme Corp.", industry="Coal")


def taken(*rows):
    return take(HEAD + FIRST + "".join(f"{row}\n" for row in rows), COLUMNS, source="crm")


@pytest.mark.parametrize(
    "row", [",ACME corp,,,,", ",Ácme,,,,", "7,,,,,", ",acme inc,,Tech,,", ",Acme,acme.com,,France,"]
)
def test_another_spelling_and_blank_cells_contradict_nothing(acme, row):
    tally = taken(row)
    assert (tally.counts["unchanged"], tally.problems) == (1, 0)
    assert tally.shown["unchanged"][0]["reason"] == "It says nothing that row 2 does not say."
    found = Customer.objects.get()
    assert (found.name, found.domain, found.industry, found.country) == ("Acme Corp.", "acme.com", "Tech", "France")


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        (",ACME corp,,Food,,", "Industry"),
        (",Acme,,Food,Spain,", "Industry, Country"),
        ("7,Bluth,,Tech,,", "Name"),
        ("7,,elsewhere.example,,,", "Web domain"),
        (",Acme,,,,jonas.weber@example.com", "CSM"),
    ],
)
def test_what_contradicts_names_the_columns(acme, jonas, row, columns):
    tally = taken(row)
    words = f"Row 2 is about the same customer and says something else: {columns}; keep one of them."
    assert reasons(tally) == [words]
    assert Customer.objects.get().industry == "Tech"


def test_what_an_earlier_row_leaves_blank_is_added_by_no_later_one():
    Product.objects.create(name="GTX")
    columns = COLUMNS | {"Use": "attribute_use_case", "Products": "products"}
    tally = take("Name,Sector,Use,Products\nEvil Corp,,,\nEvil,Tech,Mining,GTX\nEVIL,,,\n", columns)
    assert counts(tally) == {"created": 1, "unchanged": 1, "problem": 1}
    assert "leaves this blank: Industry, Products, Use case; put it there" in reasons(tally)[0]
    assert Customer.objects.get().industry == ""


def test_an_unknown_owner_of_a_repeated_row_is_listed(acme):
    assert taken(",Acme,,,,Nobody Known").unknown_owners == {"Nobody Known": 1}


def test_a_row_with_a_cell_too_many_is_told_with_the_customer_it_names():
    tally = take("Name,Sector\nAcme,Tech,much\n", COLUMNS)
    assert [row["subject"] for row in tally.shown["problem"]] == ["Acme"]
