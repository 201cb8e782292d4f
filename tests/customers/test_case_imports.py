"""Support cases and invoices come in by file: whose they are is never guessed, and what contradicts itself is told."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.choices import Role
from core.errors import Duplicate, RuleBroken
from customers.actions import contacts, external_ids, support_cases
from customers.models import Invoice, SupportCase
from tests.customers.shared_files import shared
from tests.customers.taking import counts, reasons, take
from tests.factories import LONG_AGO, customer, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, tzinfo=UTC)
CASES = {
    "Case": "number", "Customer": "customer_name", "Priority": "severity", "Status": "state", "Opened": "opened_on",
    "Closed": "closed_on", "CSAT": "satisfaction", "Agent": "solver",
}  # fmt: skip
HEAD = ",".join(CASES)
INVOICES = {
    "Invoice": "number", "Customer": "customer_name", "Total": "amount", "Currency": "currency", "Due": "due_on",
    "Paid": "paid_on",
}  # fmt: skip


def taken(*rows, **options):
    return take("\n".join([HEAD, *rows]), CASES, kind="cases", **{"at": NOW} | options)


def test_states_are_read_in_any_case_of_letters_and_nothing_that_contradicts_itself_is_taken():
    customer("Acme")
    omar = person("Omar Haddad", Role.SUPPORT)
    tally = taken(
        "1,Acme,High,OPEN,2026-11-02,,,",
        "2,Acme,Urgent,in_progress,2026-11-03,,,",
        "3,Acme,Low,Closed,2026-10-01,2026-10-04,good,Omar Haddad",
        "4,Acme,Low,closed,2026-10-05,2026-10-01,,",
        "5,Acme,Low,Closed,2026-10-05,,,",
        "6,Acme,Low,open,2026-10-05,2026-10-06,,",
        "7,Acme,Low,Sleeping,2026-10-05,,,",
        "8,Nobody,Low,open,2026-10-05,,,",
        "9,,Low,open,2026-10-05,,,",
        "10,Acme,Low,open,,,,",
    )
    assert counts(tally) == {"created": 3, "problem": 7}
    assert [text.split(".")[0].split(";")[0] for text in reasons(tally)] == [
        "The case was solved before it was opened",
        "The case is closed, and the row does not say since when",
        "The case is open by its state, and solved on a day",
        "“Sleeping” is not a state of a case (open, closed)",
        "The customer “Nobody” is not here yet",
        "The row does not say whose it is, and nothing is guessed",
        "The row does not say when the case was opened",
    ]
    solved = SupportCase.objects.get(number="3")
    assert (solved.satisfaction, solved.solver, solved.closed_on) == (5, omar, date(2026, 10, 4))
    assert [case.number for case in SupportCase.objects.escalations().order_by("number")] == ["1", "2"]


def test_a_day_of_another_century_is_a_problem_of_its_row():
    customer("Acme")
    early = taken("1,Acme,High,open,1900-01-02,,,", "2,Acme,High,open,2026-11-02,,,")
    assert counts(early) == {"created": 1, "problem": 1}
    assert "days from 1 Jan 1990 on can be noted" in reasons(early)[0]
    rows = "R-1,Acme,5,EUR,1900-10-31,\nR-2,Acme,5,EUR,2099-10-31,\nR-3,Acme,5,EUR,2026-10-31,1950-01-01"
    invoices = take(",".join(INVOICES) + "\n" + rows, INVOICES, kind="invoices", at=NOW)
    assert counts(invoices) == {"problem": 3}
    assert not Invoice.objects.exists()


def test_the_same_file_again_changes_nothing_and_a_newer_one_closes_what_was_solved():
    customer("Acme")
    row = "1,Acme,High,open,2026-11-02,,,"
    assert counts(taken(row)) == {"created": 1}
    assert counts(taken(row)) == {"unchanged": 1}
    tally = taken("1,Acme,High,solved,2026-11-02,2026-11-09,4,Nobody Here")
    assert counts(tally) == {"updated": 1}
    assert dict(tally.unknown_owners) == {"Nobody Here": 1}
    case = SupportCase.objects.get()
    assert (case.closed_on, case.satisfaction, case.version) == (date(2026, 11, 9), 4, 2)
    assert not case.blocks


def test_a_trial_writes_nothing_and_a_row_that_repeats_another_is_told():
    customer("Acme")
    row = "1,Acme,High,open,2026-11-02,,,"
    assert counts(taken(row, row, row.replace("High", "Low"), write=False)) == {
        "created": 1,
        "unchanged": 1,
        "problem": 1,
    }
    assert not SupportCase.objects.exists()


def test_a_case_without_a_customer_is_its_contacts_customers():
    acme = customer("Acme")
    values = {"source": "salesforce", "source_id": "003"}
    contacts.create(acme, name="Lucille", values=values, by=None, at=LONG_AGO)
    columns = {"Id": "external_id", "Contact": "contact_external_id", "Opened": "opened_on"}
    text = "Id,Contact,Opened\n500,003,2026-11-02\n501,004,2026-11-02\n"
    tally = take(text, columns, kind="cases", source="salesforce", at=NOW)
    assert counts(tally) == {"created": 1, "problem": 1}
    assert SupportCase.objects.get().customer == acme


def test_a_case_that_a_person_entered_is_found_by_its_number_and_never_entered_twice():
    acme = customer("Acme")
    values = {"number": "1", "severity": "high", "opened_on": date(2026, 11, 2)}
    support_cases.record(acme, values=values, by=None, at=NOW)
    with pytest.raises(Duplicate, match="has a case with the number 1 already"):
        support_cases.record(acme, values=values, by=None, at=NOW)
    with pytest.raises(RuleBroken, match="lies ahead"):
        support_cases.record(acme, values=values | {"number": "2", "opened_on": date(2027, 5, 1)}, by=None, at=NOW)
    assert counts(taken("1,Acme,High,solved,2026-11-02,2026-11-09,,")) == {"updated": 1}
    assert SupportCase.objects.get().closed_on == date(2026, 11, 9)
    assert reasons(taken("3,Acme,High,open,2027-11-02,,,")) == ["The day lies ahead; enter what has happened."]


def test_a_case_that_moved_to_another_customer_is_a_problem_and_no_move():
    acme = customer("Acme")
    customer("Bluth")
    taken("1,Acme,High,open,2026-11-02,,,")
    tally = taken("1,Bluth,High,open,2026-11-02,,,")
    assert reasons(tally) == ["What the row names belongs to another customer here; look which is right."]
    assert SupportCase.objects.get().customer == acme


def test_what_was_edited_after_the_check_stays():
    acme = customer("Acme")
    taken("1,Acme,High,open,2026-11-02,,,")
    case = SupportCase.objects.get()
    support_cases.edit(case, changes={"severity": "low"}, by=None, at=NOW)
    assert case.customer == acme
    checked = LONG_AGO.replace(year=2025).isoformat()
    tally = taken("1,Acme,Critical,open,2026-11-02,,,", checked_at=checked)
    assert reasons(tally)[0].startswith("Severity: changed here since the check")
    assert tally.as_report()["asides"] == {"left_alone": {"rows": 1, "values": 1}}
    assert SupportCase.objects.get().severity == "low"


@pytest.mark.parametrize("header", ["Solved by", "resolved_by", "Closed By", "Assigned to"])
def test_whoever_a_file_says_has_solved_a_case_has_a_story_of_recovery(client, tmp_path, header):
    customer("Acme")
    omar, today = person("Omar Haddad", Role.SUPPORT), timezone.localdate()
    file, days = tmp_path / "cases.csv", f"{today - timedelta(days=9)},{today - timedelta(days=2)}"
    file.write_text(
        f"Number,Customer,Priority,Status,Opened,Closed,CSAT,{header}\n1,Acme,High,Closed,{days},5,{omar}\n"
    )
    call_command("import_customers", str(file))
    assert SupportCase.objects.get().solver == omar
    client.force_login(omar)
    assert "Stories of recovery" in client.get("/").text


def test_invoices_are_known_by_their_number_and_paid_by_a_newer_file():
    customer("Acme")
    head = ",".join(INVOICES)
    end = "2026-10-31,"
    rows = f"R-1,Acme,1200.50,eur,{end}\nR-2,Acme,-50,EUR,{end}\nR-3,Acme,abc,EUR,{end}\n,Acme,1,EUR,{end}\n"
    tally = take(f"{head}\n{rows}", INVOICES, kind="invoices", at=NOW)
    assert counts(tally) == {"created": 2, "problem": 2}
    assert [one.number for one in Invoice.objects.overdue(date(2026, 11, 1))] == ["R-1"]
    tally = take(f"{head}\nR-1,Acme,1200.50,EUR,2026-10-31,2026-11-03\n", INVOICES, kind="invoices", at=NOW)
    assert counts(tally) == {"updated": 1}
    assert not Invoice.objects.overdue(date(2026, 11, 20)).exists()


def test_the_cases_of_a_real_organisation_are_taken_without_a_guess(capsys):
    with shared("salesforce-org-export/Account.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            one = customer(row["Name"] or row["Id"])
            external_ids.add(one, source="salesforce", value=row["Id"], by=None, at=LONG_AGO)
    with pytest.raises(CommandError, match="30 rows were not taken"):
        call_command("import_customers", str(shared("salesforce-org-export/Case.csv")))
    told = capsys.readouterr().out
    assert SupportCase.objects.open().count() == SupportCase.objects.count() == 10
    assert "solved before it was opened" in told
    first = next(line for line in told.splitlines() if line.startswith("row 2:"))
    assert first.startswith("row 2: 00001014: The row names no customer, only the contact 003")
    assert first.endswith("to this file. The case was solved before it was opened; look at the two days.")
    assert "row 41: 00001053 (Moody and Sons): The case was solved before it was opened; look at the two days." in told
    assert "who is not here. To take rows that name only an unknown contact, import the contacts together with" in told
