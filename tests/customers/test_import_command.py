"""`manage.py import_customers` on real files: the same counts as the pages, and an exit code that can be trusted."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core.choices import Role
from customers.models import Attribute, Contact, Customer, ExternalId, ImportMapping
from tests.core.workbooks import workbook_of
from tests.customers.shared_files import shared
from tests.factories import LONG_AGO, person

pytestmark = pytest.mark.django_db


def command(*arguments) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("import_customers", *map(str, arguments), stdout=out)
    except CommandError as refusal:
        return refusal.returncode, out.getvalue() + str(refusal)
    return 0, out.getvalue()


@pytest.fixture
def agents(db):
    names = {line.split(",")[1] for line in shared("maven-crm/sales_pipeline.csv").read_text().splitlines()[1:]}
    for name in sorted(names):
        person(name, Role.SALES_REP)


def test_the_command_takes_accounts_with_the_owners_of_another_file(agents):
    accounts, pipeline = shared("maven-crm/accounts.csv"), shared("maven-crm/sales_pipeline.csv")
    code, told = command(accounts, "--owner-file", pipeline, "--dry-run")
    assert (code, Customer.objects.count()) == (0, 0)
    assert "created: 85" in told
    assert command(accounts, "--owner-file", pipeline)[0] == 0
    assert Customer.objects.filter(account_executive__isnull=False).count() == 85
    assert Customer.objects.get(name="Betatech").country == "Kenya"
    code, told = command(accounts, "--owner-file", pipeline)
    assert (code, "unchanged: 85" in told) == (0, True)


def test_the_command_takes_an_owner_column(agents, tmp_path):
    file = tmp_path / "joined.csv"
    file.write_text("account,sales_agent\nAcme,Moses Frase\nBluth,Who Else\n")
    code, told = command(file, "--owner-column", "sales_agent")
    assert (code, "unknown owners, left blank: Who Else (1)" in told) == (0, True)
    assert Customer.objects.get(name="Acme").account_executive.name == "Moses Frase"
    assert command(file, "--owner-column", "csm=sales_agent")[0] == 0
    assert Customer.objects.get(name="Acme").csm.name == "Moses Frase"


@pytest.mark.parametrize("name", ["sp500/constituents.csv", "salesforce-org-export/Account.csv"])
def test_real_files_are_taken_whole_and_twice_changes_nothing(name):
    rows = {"sp500/constituents.csv": 503, "salesforce-org-export/Account.csv": 22}[name]
    assert f"created: {rows}" in command(shared(name))[1]
    code, told = command(shared(name))
    assert (code, f"unchanged: {rows}" in told) == (0, True)


def test_salesforce_contacts_find_their_accounts_by_id():
    command(shared("salesforce-org-export/Account.csv"), "--preset", "salesforce")
    code, told = command("--contacts", shared("salesforce-org-export/Contact.csv"))
    assert (code, "created: 18" in told, "problem: 84" in told) == (1, True, True)
    assert Contact.objects.filter(source="salesforce").exclude(email="").count() == 18
    assert "unchanged: 18" in command("--contacts", shared("salesforce-org-export/Contact.csv"))[1]


@pytest.mark.parametrize("preset", [(), ("--preset", "salesforce-contact"), ("--preset", "salesforce")])
def test_a_file_of_contacts_makes_no_customers_out_of_people(tmp_path, preset):
    command(shared("salesforce-org-export/Account.csv"))
    assert "created: 18" in command(shared("salesforce-org-export/Contact.csv"), *preset)[1]
    assert (Customer.objects.count(), Contact.objects.count()) == (22, 18)
    told = command(shared("salesforce-org-export/Contact.csv"), "--kind", "customers")
    assert (told[0], "lists contacts" in told[1], Customer.objects.count()) == (1, True, 22)


def test_a_hubspot_copy_is_recognised_and_keeps_its_ids():
    file = shared("hubspot-jira-zendesk-seeds/hubspot_company.csv")
    first, again = command(file), command(file)
    assert (first[0], again[0]) == (0, 0)
    assert ExternalId.objects.filter(source="hubspot").count() == Customer.objects.count() > 0
    assert "created: 0" in again[1]


def test_the_command_refuses_in_one_line(tmp_path):
    assert command(tmp_path / "missing.csv") == (
        1,
        f"{tmp_path / 'missing.csv'} cannot be read: No such file or directory.",
    )
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    assert "does not open" in command(broken)[1]
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("a,b\n1,2\n")
    assert "which column holds the customer's name. Use --map HEADER=MEANING; the file has a, b." in command(numbers)[1]
    owners = tmp_path / "owners.csv"
    assert f"{owners} cannot be read" in command(numbers, "--map", "a=name", "--owner-file", owners)[1]
    assert "no column “x”" in command(numbers, "--map", "x=name")[1]


def test_a_preset_is_found_in_any_case(tmp_path):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Id,Name\n001A,Bluth\n")
    assert command(accounts, "--preset", "Salesforce")[0] == 0
    assert ExternalId.objects.get().source == "salesforce"


def test_a_negative_revenue_is_a_problem_as_it_is_on_the_page(tmp_path):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Name,ARR\nBluth,-5\n")
    code, told = command(accounts, "--map", "ARR=recurring_revenue")
    assert code == 1
    assert "row 2: Bluth: “-5” is negative" in told
    assert "1 row was not taken" in told


def test_a_file_without_rows_is_told_from_one_that_changes_nothing(tmp_path):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Name,Domain\n")
    code, told = command(accounts)
    assert code == 0
    assert "note: The file has headers and no rows." in told


def test_a_column_may_be_named_with_the_blanks_that_stand_in_the_file(tmp_path):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(" Who \t is it ,Sector\nBluth,Homes\n")
    assert command(accounts, "--map", " Who \t is it = name ")[0] == 0
    assert Customer.objects.get().name == "Bluth"
    person("Maria Chen", Role.CSM)
    accounts.write_text(" Customer , Success manager \nBluth,Maria Chen\n")
    assert command(accounts, "--owner-column", "csm = Success manager ")[0] == 0
    assert Customer.objects.get().csm.name == "Maria Chen"


def test_how_days_were_read_the_last_time_holds_for_the_next_file_unless_said_otherwise(tmp_path, priya):
    file = tmp_path / "accounts.csv"
    file.write_text("Name,Go live\nBluth,03/04/2026\n")
    headers, columns = ["Name", "Go live"], {"Name": "name", "Go live": "in_production_since"}
    kept = {"columns": columns, "settings": {"source": "", "day_order": "dmy"}}
    ImportMapping.objects.create(
        kind="customers", name="x", headers=headers, columns=kept, saved_by=priya, saved_at=LONG_AGO
    )
    assert command(file)[0] == 0
    assert Customer.objects.get().in_production_since == date(2026, 4, 3)
    assert command(file, "--dates", "mdy")[0] == 0
    assert Customer.objects.get().in_production_since == date(2026, 3, 4)


def test_a_column_that_was_mapped_to_a_retired_attribute_is_noted(tmp_path, priya):
    path = tmp_path / "customers.csv"
    path.write_text("Name,What for\nAcme,Reporting\n")
    kept = {
        "columns": {"Name": "name", "What for": "attribute_use_case"},
        "settings": {"source": "", "day_order": "auto"},
    }
    said = {"headers": ["Name", "What for"], "columns": kept, "saved_by": priya, "saved_at": LONG_AGO}
    ImportMapping.objects.create(kind="customers", name="theirs", **said)
    Attribute.objects.update(is_active=False)
    told = command(path)[1]
    assert "note: “What for” meant the attribute Use case, which is retired; choose again." in told


def test_another_sheet_of_a_workbook_is_taken_by_its_name(tmp_path):
    path = tmp_path / "two.xlsx"
    path.write_bytes(workbook_of({"Notes": [["Nothing"]], "Accounts": [["Name"], ["Bluth"]]}))
    assert command(path, "--sheet", "Accounts")[0] == 0
    assert Customer.objects.get().name == "Bluth"
    assert "no sheet “Nope”" in command(path, "--sheet", "Nope")[1]
