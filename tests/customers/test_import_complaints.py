"""A row of Priya's file that cannot be taken tells all that is wrong with it, in sentences, and whom it is about."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from core.models import Job
from customers.models import Contact, Customer, Invoice, SupportCase
from tests.customers.taking import counts, reasons, take
from tests.customers.wizard import map_columns, upload
from tests.factories import LONG_AGO, ContactFactory, customer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 23, tzinfo=UTC)
UNKNOWN = "The customer “Nobody” is not here yet; import customers first."
COUNTED = "The customer is not here yet; import customers first."
BACKWARDS = "The case was solved before it was opened; look at the two days."
EARLY = "Look at the year: days from 1 Jan 1990 on can be noted."
AHEAD = "The day lies ahead; enter it when the contact has left."


def cases(*rows, **options):
    columns = {"Id": "external_id", "No": "number", "Customer": "customer_name", "Contact": "contact_external_id"}
    columns |= {"Opened": "opened_on", "Closed": "closed_on", "Severity": "severity", "State": "state"}
    return take("\n".join([",".join(columns), *rows]), columns, kind="cases", source="salesforce", at=NOW, **options)


def test_a_case_tells_all_its_problems_and_is_counted_once():
    customer("Acme")
    tally = cases(
        "500A,1014,Nobody,,2026-11-05,2026-11-01,,",
        "500B,1015,Nobody,,2026-11-05,2026-11-01,loud,asleep",
        ",,Acme,,soon,,,",
        "500D,1017,Acme,,,2026-11-01,,open",
        "500E,1018,Acme,,2026-11-01,,,closed",
    )
    assert reasons(tally) == [
        f"{UNKNOWN} {BACKWARDS}",
        "“loud” is not a severity (low, medium, high, critical). “asleep” is not a state of a case (open, closed). "
        f"{UNKNOWN} {BACKWARDS}",
        "The row names no case: it has neither a number nor an id. “soon” is not a day; write it like 2026-11-20.",
        "The row does not say when the case was opened. The case is open by its state, and solved on a day; say which "
        "is right.",
        "The case is closed, and the row does not say since when.",
    ]
    assert counts(tally) == {"problem": 5}
    assert tally.as_report()["reasons"] == [(COUNTED, 2), (BACKWARDS, 2)]
    assert not SupportCase.objects.exists()


def test_a_case_is_called_by_the_number_that_people_know():
    customer("Acme")
    tally = cases("500A,00001014,Acme,,2026-11-05,,,", "500B,00001015,Nobody,,2026-11-05,,,")
    assert [rows[0]["subject"] for rows in tally.shown.values()] == ["00001014 (Acme)", "00001015"]
    assert SupportCase.objects.get().source_id == "500A"
    again = cases("500A,00001014,Acme,,2026-11-05,,,", "500A,00001014,Acme,,2026-11-06,,,")
    assert again.shown["problem"][0]["subject"] == "00001014"


def test_a_case_of_a_contact_who_is_not_here_names_it_and_says_what_would_help():
    tally = cases("500A,1014,,003A,2026-11-05,,,", "500B,1015,,003B,2026-11-05,2026-11-01,,")
    helps = (
        "To take rows that name only an unknown contact, import the contacts together with their customers first, or "
        "add a column with the customer to this file."
    )
    assert reasons(tally) == [
        f"The row names no customer, only the contact 003A, who is not here. {helps}",
        f"The row names no customer, only the contact 003B, who is not here. {helps} {BACKWARDS}",
    ]
    assert tally.as_report()["reasons"] == [(helps, 2)]


def test_an_invoice_tells_all_its_problems():
    columns = {"Invoice": "number", "Customer": "customer_name", "Total": "amount", "Currency": "currency"}
    columns |= {"Issued": "issued_on", "Due": "due_on", "Paid": "paid_on"}
    rows = ["R-1,Nobody,,Euro,2026-10-31,2026-10-01,2099-01-01", "R-2,Nobody,5,EUR,,,", ",,much,EUR,,2026-10-01,"]
    tally = take("\n".join([",".join(columns), *rows]), columns, kind="invoices", at=NOW)
    assert reasons(tally) == [
        "The row does not say the amount. “Euro” is not a currency; write the three letters, like EUR. "
        f"{UNKNOWN} The day of the payment lies ahead; enter it when the money is there. "
        "The invoice is due before it was issued; look at the two days.",
        f"The row does not say when the invoice is due. {UNKNOWN}",
        "The row names no invoice: it has no number. “much” is not an amount; write it like 12500.00. "
        "The row does not say whose it is, and nothing is guessed.",
    ]
    assert [row["subject"] for row in tally.shown["problem"]] == ["R-1", "R-2", ""]
    assert not Invoice.objects.exists()


def contacts(*rows):
    columns = {"Who": "name", "Mail": "email", "Company": "customer_name", "Role": "roles", "Left": "left_on"}
    return take("\n".join([",".join(columns), *rows]), columns, kind="contacts", at=NOW)


def test_a_contact_tells_all_its_problems():
    tally = contacts("Lucille,no-address,Nobody,boss,2040-01-01", ",,,,1980-01-01", "Gob,,,,")
    unsaid = "The row does not say whose contact this is; fill in its customer, or map the column that names it."
    assert reasons(tally) == [
        f"“no-address” is not an e-mail address. “boss” is not a role of a contact. {UNKNOWN} {AHEAD}",
        f"The row names nobody: it has neither a name nor an e-mail address. {unsaid} {EARLY}",
        unsaid,
    ]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [("2040-01-01", AHEAD), ("9999-12-31", AHEAD), ("2026-11-22", AHEAD), ("1980-01-01", EARLY), ("1989-12-31", EARLY)],
)
def test_nobody_left_on_a_day_that_lies_ahead_or_in_another_time(day, words):
    acme = customer("Acme")
    ContactFactory(customer=acme, name="Buster")
    tally = contacts(f"Lucille,,Acme,,{day}", f"Buster,,Acme,,{day}")
    assert (counts(tally), set(reasons(tally))) == ({"problem": 2}, {words})
    assert not Contact.objects.filter(left_on__isnull=False).exists()


def test_a_departure_up_to_today_by_the_programmes_day_is_taken_and_an_old_one_that_stands_here_is_left_alone():
    acme = customer("Acme")
    ContactFactory(customer=acme, name="Buster", left_on=date(1985, 3, 1))
    assert counts(contacts("Lucille,,Acme,,1990-01-01", "Gob,,Acme,,2026-11-20", "Buster,,Acme,user,1985-03-01")) == {
        "created": 2,
        "updated": 1,
    }


def test_a_customer_tells_all_its_problems_and_its_words_are_not_called_new():
    columns = {"Name": "name", "ARR": "recurring_revenue", "Industry": "industry", "Stage": "lifecycle"}
    columns |= {"Left": "churned_on", "Live since": "in_production_since"}
    rows = ["Acme,much,Teck,live,2020-01-01,1950-01-01", "Bluth,5,Homes,churned,,2099-01-01"]
    tally = take("\n".join([",".join(columns), *rows]), columns, at=NOW)
    assert reasons(tally) == [
        "“much” is not an amount; write it like 12500.00. "
        f"The row names a day of leaving for a customer that did not leave. {EARLY}",
        "A churned customer needs the day on which it left. "
        "Look at the year: nothing is planned more than five years ahead.",
    ]
    assert [row["subject"] for row in tally.shown["problem"]] == ["Acme", "Bluth"]
    assert not any("Teck" in note for note in tally.notes)


def test_a_file_may_bring_a_customer_that_left_long_ago():
    assert counts(take("Name,Left\nAcme,1987-05-04\n", {"Name": "name", "Left": "churned_on"}, at=LONG_AGO)) == {
        "created": 1
    }
    assert Customer.objects.get().churned_on == date(1987, 5, 4)


@pytest.mark.usefixtures("own_files")
def test_the_check_shows_all_problems_of_a_row_and_how_many_rows_have_each(as_priya):
    customer("Acme")
    text = "Number,Customer,Opened on,Solved on\n1,Nobody,2026-11-05,2026-11-01\n2,Nobody,2026-11-05,\n"
    upload(as_priya, text, kind="cases")
    map_columns(as_priya, Job.objects.get())
    page = as_priya.get(reverse("customers:import_detail", args=[Job.objects.get().pk])).content.decode()
    assert f"{UNKNOWN} {BACKWARDS}</span>" in page
    assert f"<strong>2 rows:</strong> {COUNTED}" in page


@pytest.mark.usefixtures("own_files")
def test_rows_of_an_outcome_that_there_is_not_are_not_shown_in_silence(as_priya):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    address = map_columns(as_priya, job).url
    for odd in ("purple", "kept_as_notes"):
        page = as_priya.get(address, {"show": odd}).text
        assert f"This import has no rows “{odd}”; “Created” is shown." in page
    assert "This import has no rows" not in as_priya.get(address, {"show": "problem"}).text


def test_a_refusal_names_the_customer_as_the_row_does_and_is_counted_with_its_like():
    columns = {"Invoice": "number", "Customer": "customer_name", "Due": "due_on", "Total": "amount"}
    rows = ["R-1,Globex Inc.,2026-10-01,5", "R-2,Initech GmbH,2026-10-01,5"]
    tally = take("\n".join([",".join(columns), *rows]), columns, kind="invoices", at=NOW)
    assert reasons(tally) == [
        "The customer “Globex Inc.” is not here yet; import customers first.",
        "The customer “Initech GmbH” is not here yet; import customers first.",
    ]
    assert tally.as_report()["reasons"] == [(COUNTED, 2)]
