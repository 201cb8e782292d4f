"""Priya brings files in which one thing has two columns, or which hold more than is taken over: she is told of both."""

import pytest
from django.urls import reverse

from core.models import Job
from customers.formats import columns
from tests.customers.wizard import map_columns, upload

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
        ("customers", "", "Name,Industry,Industry,Sector", "“Industry”, “Industry (2)”", {"Name": "name"}),
        (
            "customers",
            "salesforce-account",
            "Name,Employees,BillingCountry,billing-country,ShippingCountry",
            "“BillingCountry”, “billing-country”",
            {"Name": "name", "Employees": "size_band"},
        ),
        (
            "customers",
            "",
            "Name,Sector,sector,Industry",
            "“Sector”, “sector”",
            {"Name": "name", "Industry": "industry"},
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
