"""A program that sends an odd id is told so: never is another row taken, by its body or by its question."""

import pytest

from core.choices import Role
from customers.models import Contact, Customer, Invoice, SupportCase
from references.models import Nomination
from tests.api.calling import client_of, patch, post, told
from tests.factories import LONG_AGO, ContactFactory, person

ODD = [1.5, 1.0, True, "1.0", "1_0", "٣", " 1", "+1", "one", [1], {"id": 1}]
CASE = {"number": "4711", "opened_on": "2025-11-02"}
INVOICE = {"number": "4711", "amount": "10.00", "due_on": "2025-11-02"}


@pytest.fixture
def api(maria):
    """Maria's program; the customers 1, 3 and 10 are hers."""
    bluths = [
        Customer(pk=pk, name=f"Bluth {pk}", name_key=f"bluth {pk}", csm=maria, created_at=LONG_AGO) for pk in (1, 3, 10)
    ]
    Customer.objects.bulk_create(bluths)
    return client_of(maria)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_id_in_a_body_is_no_customer(api, odd):
    for address, body in (("cases", CASE), ("invoices", INVOICE)):
        words = told(post(api, f"/api/v1/{address}/", body | {"customer": odd}))
        assert words == {"customer": "Send the id as a whole number."}
    assert not SupportCase.objects.exists()
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("plain", [10, "10"])
def test_an_id_is_a_number_or_its_digits(api, plain):
    assert post(api, "/api/v1/cases/", CASE | {"customer": plain}).status_code == 201
    assert SupportCase.objects.get().customer_id == 10


@pytest.mark.parametrize("unknown", [-1, 999, "999", 10**30])
def test_an_id_that_nobody_has_is_told_in_words(api, unknown):
    words = told(post(api, "/api/v1/cases/", CASE | {"customer": unknown}))
    assert words == {"customer": f"There is no customer with the id {unknown}."}


@pytest.mark.parametrize("odd", ["1_0", "٣", 1.5, True])
def test_an_odd_contact_in_a_case_or_in_evidence_is_nobody(api, odd):
    ContactFactory(customer=Customer.objects.get(pk=1), pk=10)
    assert "contact" in told(post(api, "/api/v1/cases/", CASE | {"customer": 1, "contact": odd}))
    evidence = {"kind": "call", "agreed_on": "2025-11-20", "contact": odd}
    cell = {"status": "green", "version": 0, "evidence": evidence}
    words = told(patch(api, "/api/v1/customers/1/cells/logo/", cell))
    assert words == {"evidence.contact": "Send the id as a whole number."}
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("odd", ["1_0", 1.0, True, "٣"])
def test_a_version_is_a_whole_number(api, odd):
    words = told(patch(api, "/api/v1/customers/1/cells/logo/", {"note": "Ask", "version": odd}))
    assert words == {"version": "This is not a whole number."}


@pytest.mark.parametrize("odd", ["1.0", "1_0", "٣", "1.5", "%201"])
@pytest.mark.parametrize(
    "question",
    ["cases/?customer", "invoices/?customer", "nominations/?customer", "recruiting-plans/?customer",
     "referrals/?contact", "evangelists/?customer", "customers/?csm", "customers/?product", "cases/?limit"],
)  # fmt: skip
def test_an_odd_id_in_a_question_is_refused(db, question, odd):
    manager = client_of(person("Omar Haddad", Role.PROGRAMME_MANAGER))
    assert list(told(manager.get(f"/api/v1/{question}={odd}"))) == [question.split("?")[1]]


def test_what_is_no_object_is_told_in_words(api):
    assert told(post(api, "/api/v1/cases/", [1])) == {
        "non_field_errors": "Send the names of fields with their values, as an object in JSON."
    }


def test_a_field_that_nobody_knows_hides_no_other_error(api):
    words = told(post(api, "/api/v1/cases/", {"customer": 999, "statuss": "x", "number": "1"}))
    assert words.keys() == {"customer", "statuss", "opened_on"}
    assert not Nomination.objects.exists()
