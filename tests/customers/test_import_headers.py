"""Priya brings files in which one thing has two columns, or which hold more than is taken over: she is told of both."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.models import Job
from core.tables import Limits, open_table
from customers.actions.owner_files import owners_in
from customers.formats import columns
from customers.models import Invoice
from tests.core.workbooks import workbook_of
from tests.customers.shared_files import shared
from tests.customers.wizard import map_columns, upload
from tests.factories import customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


def page(client, step):
    return client.get(reverse(f"customers:import_{step}", args=[Job.objects.latest("pk").pk])).content.decode()


@pytest.mark.parametrize(
    ("kind", "preset", "headers", "doubled", "taken"),
    [
        ("customers", "", "Name,Industry ,INDUSTRY", "“Industry”, “INDUSTRY”", {"Name": "name"}),
        ("customers", "", "Name,Use case,use_case", "“Use case”, “use_case”", {"Name": "name"}),
        ("customers", "", "Name,Sector,sec-tor,SECTOR", "“Sector”, “sec-tor”, “SECTOR”", {"Name": "name"}),
        ("customers", "salesforce-account", "Name,Website,WEBSITE", "“Website”, “WEBSITE”", {"Name": "name"}),
        (
            "contacts",
            "",
            "Name,Company,E-mail,Email",
            "“E-mail”, “Email”",
            {"Name": "name", "Company": "customer_name"},
        ),
        (
            "cases",
            "",
            "Number,Created,Company,com_pany",
            "“Company”, “com_pany”",
            {"Number": "number", "Created": "opened_on"},
        ),
        (
            "cases",
            "",
            "Number,Created,Company,Assigned to,Resolved by",
            "“Assigned to”, “Resolved by”",
            {"Number": "number", "Created": "opened_on", "Company": "customer_name"},
        ),
        ("customers", "", "Name,Industry,Industry,Sector", "“Industry”, “Industry (2)”", {"Name": "name"}),
        (
            "customers",
            "salesforce-account",
            "Name,Employees,BillingCountry,billing-country,ShippingCountry",
            "“BillingCountry”, “billing-country”",
            {"Name": "name", "Employees": "size_band"},
        ),
        ("customers", "", "Company,Account,Sector", "“Company”, “Account”", {"Sector": "industry"}),
        ("customers", "", "Name,Vertical,Sector,sector", "“Vertical”, “Sector”, “sector”", {"Name": "name"}),
        ("contacts", "", "Account,Name,Company", "“Account”, “Company”", {"Name": "name"}),
        (
            "invoices",
            "",
            "Number,Customer,Amount,Due date,Due",
            "“Due date”, “Due”",
            {"Number": "number", "Customer": "customer_name", "Amount": "amount"},
        ),
        ("invoices", "", "Number,Total,TOTAL,Due", "“Total”, “TOTAL”", {"Number": "number", "Due": "due_on"}),
    ],
)
def test_of_headers_that_mean_the_same_column_none_is_taken_and_both_are_named(
    as_priya, kind, preset, headers, doubled, taken
):
    upload(as_priya, f"{headers}\n" + ",".join("x" * len(headers.split(","))) + "\n", kind=kind, preset=preset)
    assert Job.objects.get().parameters["columns"] == taken
    assert f"The headers {doubled} mean the same column; none of them is taken" in page(as_priya, "columns")


@pytest.mark.parametrize(
    ("kind", "headers", "told", "taken"),
    [
        (
            "customers",
            "Customer,Name,Region",
            "“Customer” could mean the same as “Name”, which is taken; it is left out.",
            {"Name": "name", "Region": "region"},
        ),
        (
            "customers",
            "Name,Sector,sector,Industry",
            "“Sector”, “sector” could mean the same as “Industry”, which is taken; they are left out.",
            {"Name": "name", "Industry": "industry"},
        ),
        (
            "invoices",
            "Number,Company,Total,amount,due_on,Due,Fällig am",
            "“Due”, “Fällig am” could mean the same as “due_on”, which is taken; they are left out.",
            {"Number": "number", "Company": "customer_name", "amount": "amount", "due_on": "due_on"},
        ),
        (
            "customers",
            "Name,Use case,Use_case__c",
            "“Use_case__c” could mean the same as “Use case”, which is taken; it is left out.",
            {"Name": "name", "Use case": "attribute_use_case"},
        ),
    ],
)
def test_a_header_that_is_the_columns_own_name_is_taken_and_the_others_are_named(as_priya, kind, headers, told, taken):
    upload(as_priya, f"{headers}\n" + ",".join("x" * len(headers.split(","))) + "\n", kind=kind)
    job = Job.objects.get()
    assert job.parameters["columns"] == taken
    assert told in page(as_priya, "columns")
    map_columns(as_priya, job)
    assert told in page(as_priya, "detail")


def test_who_chose_the_other_header_is_not_told_that_it_could_be_meant(as_priya):
    upload(as_priya, "Customer,Name\nAcme,Wile\n")
    map_columns(as_priya, Job.objects.get(), Customer="name", Name="")
    assert "could mean the same" not in page(as_priya, "detail")


def test_who_mapped_a_third_header_is_not_asked_about_two_others(as_priya):
    upload(as_priya, "Name,Sector,Vertical,Trade\nAcme,Tech,Bananas,Corn\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    assert "“Sector”, “Vertical” mean the same column" in page(as_priya, "detail")
    map_columns(as_priya, job, Trade="industry")
    assert "mean the same column" not in page(as_priya, "detail")


def test_of_two_columns_of_several_products_the_first_spelling_is_taken_as_before(as_priya):
    upload(as_priya, "Name,Product,Products\nAcme,A,B\n")
    assert Job.objects.get().parameters["columns"] == {"Name": "name", "Products": "products"}


def test_an_export_that_is_recognised_says_itself_which_of_its_columns_count(as_priya):
    upload(as_priya, "Id,IsDeleted,AccountId,Name,LastName,Phone,MobilePhone\n3,0,1,A,A,1,2\n", kind="contacts")
    job = Job.objects.get()
    assert job.parameters["columns"]["Phone"] == "phone"
    assert "the same as" not in page(as_priya, "columns")
    map_columns(as_priya, job)
    assert "the same as" not in page(as_priya, "detail")


def test_a_file_of_owners_is_never_refused_for_a_second_header(tmp_path):
    with open_table(
        io.BytesIO(b"Account,Account name,Owner,Owner email\nA1,Acme,Rita,r@x.com\n"), limits=Limits()
    ) as table:
        assert owners_in(table) == {"a1": "Rita"}


def test_priya_says_which_of_two_columns_is_meant_and_is_told_what_is_left_out(as_priya):
    upload(as_priya, "Name,Industry ,INDUSTRY,Street\nAcme,Tech,Bananas,Elm\n")
    job = Job.objects.get()
    map_columns(as_priya, job, INDUSTRY="industry")
    check = page(as_priya, "detail")
    assert "2 columns of the file are left out: “Industry”, “Street”." in " ".join(check.split())
    map_columns(as_priya, job, Industry="region", INDUSTRY="industry", Street="country")
    assert "left out:" not in page(as_priya, "detail")


def test_headers_that_mean_no_column_of_such_a_file_are_not_told_of(as_priya):
    upload(as_priya, "Name,E-mail,Email,Floor,Floor\nAcme,a,b,1,2\n")
    assert "mean the same column" not in page(as_priya, "columns")
    map_columns(as_priya, Job.objects.get())
    assert "mean the same column" not in page(as_priya, "detail")


def test_once_priya_has_said_which_column_is_meant_the_check_does_not_ask_again(as_priya):
    upload(as_priya, "Name,Industry,Industry,INDUSTRY\nAcme,Tech,Bananas,Corn\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    assert "“Industry”, “Industry (2)”, “INDUSTRY” mean the same column" in page(as_priya, "detail")
    map_columns(as_priya, job, Industry="industry")
    assert "mean the same column" not in page(as_priya, "detail")


def test_the_command_that_misses_a_column_says_which_headers_it_did_not_take(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_text("Number,Customer,Amount,Due,Due date\nR-1,Acme,5,2026-10-01,\n")
    with pytest.raises(CommandError, match="“Due”, “Due date” mean the same column; none of them is taken"):
        call_command("import_customers", str(path), "--kind", "invoices")


def test_of_very_many_columns_that_are_left_out_the_first_are_named(as_priya):
    upload(as_priya, "Name," + ",".join(f"Extra {n}" for n in range(60)) + "\nAcme" + ",x" * 60 + "\n")
    map_columns(as_priya, Job.objects.get())
    check = page(as_priya, "detail")
    assert "60 columns of the file are left out" in check
    assert "“Extra 29”" in check
    assert "“Extra 45”" not in check


def test_equal_headers_that_are_numbered_are_alike_too_and_headers_of_signs_only_are_not():
    assert columns.alike(["Name", "Name (2)", "name"]) == [["Name", "Name (2)", "name"]]
    assert columns.alike(["#", "%", "Name (2)", "Region", "Régionn"]) == []


@pytest.mark.parametrize(
    ("headers", "row", "kind", "told"),
    [
        ("Id,CaseNumber,AccountId,Status,CreatedDate", "500A,1,001A,Closed,2026-11-01", "cases", "support cases"),
        (
            "Number,Customer,Amount,Due,Issued,Currency,Paid,Disputed",
            "R-1,Acme,5,2026-11-01,2026-10-01,EUR,,no",
            "invoices",
            "invoices",
        ),
        (
            "First name,Last name,E-mail,Company,Job title",
            "Lucille,Bluth,l@b.example,Bluth,CEO",
            "contacts",
            "contacts",
        ),
        ("Name,Website,Country,E-mail", "Acme,acme.example,Kenya,info@acme.example", "customers", "customers"),
    ],
)
def test_a_file_is_read_as_what_its_headers_say_and_the_next_page_says_so(as_priya, headers, row, kind, told):
    assert upload(as_priya, f"{headers}\n{row}\n", kind="").status_code == 302
    job = Job.objects.get()
    assert (job.parameters["kind"], job.title.lower()) == (kind, f"{told}: {job.parameters['file_name']}")
    assert f"Read as {told}, by its headers." in page(as_priya, "columns")
    assert "If it lists something else, throw it away" in page(as_priya, "columns")


def test_headers_that_do_not_say_what_a_file_lists_are_taken_for_customers_and_that_is_said(as_priya):
    upload(as_priya, "Who,What\nAcme,Tech\n", kind="")
    assert "Its headers do not say what the file lists; it is read as customers." in page(as_priya, "columns")
    map_columns(as_priya, Job.objects.get(), Who="name", What="industry")
    upload(as_priya, "Who,What\nBluth,Homes\n", kind="")
    assert "Read as customers, by its headers." in page(as_priya, "columns")


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ("Number,Customer,Amount,Due,A,B,C,D,E,F,G,H", True),
        ("Number,Customer,Amount,Due,A,B,C,D,E,F,G,H,I", False),
        ("Number,Customer,Amount,Due,A,B,C,D,E,F,G,H,,,", True),
    ],
)
def test_a_third_of_the_headers_says_what_a_file_lists_and_a_few_of_many_do_not(as_priya, headers, said):
    upload(as_priya, f"{headers}\n" + ",".join("x" * len(headers.split(","))) + "\n", kind="")
    told = "Read as invoices, by its headers." if said else "Its headers do not say what the file lists"
    assert told in page(as_priya, "columns")


@pytest.mark.parametrize("name", ["Task", "Lead"])
def test_what_salesforce_writes_of_other_things_is_taken_for_none_of_ours(as_priya, name):
    """Seven columns of forty are called like those of a case, nine of fifty-five like those of a contact."""
    upload(as_priya, shared(f"salesforce-org-export/{name}.csv").read_bytes(), name=f"{name}.csv", kind="")
    assert "Its headers do not say what the file lists; it is read as customers." in page(as_priya, "columns")


def test_what_a_person_says_that_a_file_lists_stays_said(as_priya):
    invoices = "Number,Customer,Amount,Due\nR-1,Acme,5,2026-11-01\n"
    upload(as_priya, invoices, kind="customers")
    assert Job.objects.get().parameters["kind"] == "customers"
    assert "Read as" not in page(as_priya, "columns")
    upload(as_priya, invoices, kind="", preset="zendesk-ticket")
    assert (Job.objects.latest("pk").parameters["kind"], "Read as" in page(as_priya, "columns")) == ("cases", False)


def test_the_form_recognises_a_file_unless_a_page_leads_there_for_one_kind(as_priya):
    start = reverse("customers:import_create")
    assert re.search(r'<input[^>]*name="kind"[^>]*value=""[^>]*checked[^>]*> Recognise it', as_priya.get(start).text)
    assert re.search(r'value="invoices"[^>]*checked', as_priya.get(f"{start}?kind=invoices").text)


def test_another_sheet_of_a_workbook_is_recognised_anew(as_priya):
    sheets = {
        "Accounts": [["Name", "Industry"], ["Bluth", "Homes"]],
        "Bills": [["Number", "Customer", "Amount", "Due"], ["R-1", "Bluth", "5", "2026-11-01"]],
    }
    upload(as_priya, workbook_of(sheets), name="two.xlsx", kind="")
    job = Job.objects.get()
    assert (job.title, job.parameters["kind"]) == ("Customers: two.xlsx", "customers")
    as_priya.post(reverse("customers:import_sheet", args=[job.pk]), {"sheet": "Bills"})
    job.refresh_from_db()
    assert (job.title, job.parameters["kind"]) == ("Invoices: two.xlsx", "invoices")
    assert "Read as invoices, by its headers." in page(as_priya, "columns")


def test_the_command_recognises_a_file_as_the_pages_do(tmp_path, capsys):
    customer("Acme")
    file = tmp_path / "bills.csv"
    file.write_text("Number,Customer,Amount,Due,Currency\nR-1,Acme,5,2026-11-01,EUR\n")
    call_command("import_customers", str(file))
    assert "note: Read as invoices, by its headers." in capsys.readouterr().out
    assert Invoice.objects.get().number == "R-1"
