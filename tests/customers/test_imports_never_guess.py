"""Whose a row is, which contact or case it means, what a number is: where a file leaves it open, nothing is taken."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from core.choices import Role
from core.models import User
from customers.actions import contacts, external_ids, invoices, support_cases
from customers.actions.import_rows import People
from customers.models import Contact, Invoice, SupportCase
from customers.rules import import_values as values
from customers.rules.import_values import Unreadable
from tests.customers.taking import counts, reasons, take
from tests.factories import ContactFactory, customer, person

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BY = {"by": None, "at": NOW}
CASES = {
    "Id": "external_id", "Case": "number", "Account": "customer_external_id", "Customer": "customer_name",
    "Opened": "opened_on", "Priority": "severity", "Agent": "solver",
}  # fmt: skip
INVOICES = {"Number": "number", "Customer": "customer_name", "Total": "amount", "Due": "due_on", "Paid": "paid_on"}
CONTACTS = {"Name": "name", "Mail": "email", "Phone": "phone", "Customer": "customer_name"}


def of(kind, *rows, source="", **options):
    columns = {"cases": CASES, "invoices": INVOICES, "contacts": CONTACTS}[kind]
    content = "\n".join([",".join(columns), *rows])
    return take(content, columns, kind=kind, source=source, **{"at": NOW} | options)


def test_what_belongs_to_a_namesake_in_the_other_system_lands_at_nobody(db):
    """Acme here is account 001A; the case is of another Acme, account 001B, which is not here."""
    acme = customer("Acme")
    external_ids.add(acme, source="salesforce", value="001A", **BY)
    other = of("cases", "500B,1,001B,Acme,2026-11-02,High,", source="salesforce")
    assert counts(other) == {"problem": 1}
    assert "Acme has the same name but another id (001A) in this system." in reasons(other)[0]
    assert counts(of("cases", "500A,2,001A,Acme,2026-11-02,High,", source="salesforce")) == {"created": 1}
    assert counts(of("cases", "9,9,001B,Acme,2026-11-02,High,", source="zendesk")) == {"created": 1}
    assert {case.number for case in SupportCase.objects.filter(customer=acme)} == {"2", "9"}


def test_what_a_program_wrote_is_found_by_a_file_of_the_same_system_in_whatever_letters(db):
    acme = customer("Acme")
    invoices.record(acme, values={"source": " SAP", "number": "R-1", "amount": 5, "due_on": date(2026, 10, 1)}, **BY)
    case = {"source": "Zendesk", "source_id": "7", "number": "7", "severity": "high", "opened_on": date(2026, 11, 2)}
    support_cases.record(acme, values=case, **BY)
    jane = contacts.create(acme, name="Jane", values={"source": "Salesforce", "source_id": "003A"}, **BY)
    contacts.edit(jane, changes={"source": "SALESFORCE "}, **BY)
    assert counts(of("invoices", "R-1,Acme,5,2026-10-01,2026-11-09", source="sap")) == {"updated": 1}
    assert counts(of("cases", "7,7,,Acme,2026-11-02,Low,", source="zendesk")) == {"updated": 1}
    assert Contact.objects.get().source == "salesforce"
    assert (Invoice.objects.get().paid_on, SupportCase.objects.get().severity) == (date(2026, 11, 9), "low")


def test_an_exported_list_that_comes_back_without_its_system_doubles_nothing(db):
    acme, bluth = customer("Acme"), customer("Bluth")
    for who in (acme, bluth):
        of("invoices", f"R-1,{who},5,2026-10-01,", source=f"erp of {who}")
        of("cases", f"{who}-7,7,,{who},2026-11-02,High,", source="zendesk")
    tally = of("invoices", "R-1,Acme,5,2026-10-01,2026-11-09", "R-1,Bluth,6,2026-10-01,")
    assert counts(tally) == {"updated": 1, "problem": 1}, "of one number in a file the first row is taken"
    assert counts(of("cases", ",7,,Acme,2026-11-02,Low,")) == {"updated": 1}
    assert (Invoice.objects.count(), SupportCase.objects.count()) == (2, 2)
    assert Invoice.objects.get(customer=acme).paid_on == date(2026, 11, 9)
    assert SupportCase.objects.get(customer=bluth).severity == "high"


def test_a_number_that_two_systems_use_for_one_customer_is_neither_of_theirs(db):
    customer("Acme")
    for source in ("sap", "datev"):
        of("invoices", "R-1,Acme,5,2026-10-01,", source=source)
    assert counts(of("invoices", "R-1,Acme,5,2026-10-01,2026-11-09")) == {"created": 1}
    assert Invoice.objects.filter(paid_on__isnull=False).get().source == ""


def test_whom_nobody_knows_takes_a_solved_case_from_nobody(db):
    acme, omar = customer("Acme"), person("Omar Haddad", Role.SUPPORT)
    told = {"number": "1", "severity": "high", "opened_on": date(2026, 11, 2), "solver": omar}
    case = support_cases.record(acme, values=told, **BY)
    tally = of("cases", ",1,,Acme,2026-11-02,Low,Support Queue")
    case.refresh_from_db()
    assert (counts(tally), case.severity, case.solver) == ({"updated": 1}, "low", omar)
    assert dict(tally.unknown_owners) == {"Support Queue": 1}


def test_two_rows_of_one_contact_that_name_it_differently_are_told(db):
    jane = ContactFactory(customer=customer("Acme"), name="Jane Doe", email="jane@acme.example")
    tally = of("contacts", "Jane Doe,jane@acme.example,1,Acme", "Jane Doe,,2,Acme")
    assert counts(tally) == {"updated": 1, "problem": 1}
    assert reasons(tally) == ["Row 2 is about the same contact and says something else; keep one of them."]
    jane.refresh_from_db()
    assert jane.phone == "1"


def test_two_rows_of_one_case_that_name_it_differently_are_told(db):
    acme = customer("Acme")
    support_cases.record(acme, values={"number": "1", "severity": "high", "opened_on": date(2026, 11, 2)}, **BY)
    tally = of("cases", "a,1,,Acme,2026-11-02,Low,", "b,1,,Acme,2026-11-02,Medium,", source="zendesk")
    assert counts(tally) == {"updated": 1, "problem": 1}
    assert SupportCase.objects.get().severity == "low"


def test_a_name_that_three_colleagues_bear_means_nobody(db):
    for number in range(3):
        person(f"Anna {number}", Role.CSM)
    User.objects.update(name="Anna Müller")
    assert People.known().find("anna müller") is None


@pytest.mark.parametrize(("text", "amount"), [("2,5 MIO", "2500000"), ("5MIO", "5000000"), ("EUR 3 mio", "3000000")])
def test_millions_are_millions_in_capitals_as_well(text, amount):
    assert values.amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["250 TSD", "EUR 3 MRD", "2 MLN"])
def test_a_factor_that_is_not_known_is_no_currency(text):
    with pytest.raises(Unreadable):
        values.amount(text)


@pytest.mark.parametrize("text", ["1.000", "10.000", "5.000+"])
def test_a_thousand_employees_with_a_point_are_not_one(text):
    with pytest.raises(Unreadable):
        values.size_band(text)


def test_what_stood_here_under_other_letters_is_called_alike_once(db):
    acme = customer("Acme")
    for source, number in (("SAP", "R-1"), ("sap", "R-1"), ("SAP", "R-2"), ("", "R-3")):
        told = {"amount": 5, "due_on": date(2026, 10, 1), "updated_at": NOW}
        Invoice.objects.create(customer=acme, source=source, number=number, **told)
    import_module("customers.migrations.0015_systems_as_one_word").call_alike(apps, None)
    found = sorted(Invoice.objects.values_list("source", "number"))
    assert found == [("", "R-3"), ("SAP", "R-1"), ("sap", "R-1"), ("sap", "R-2")], "what is here twice stays"
