"""Files that say what customers use us for: recognised, compared, written in sets, and read back unchanged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Job
from customers.actions import attributes, customers
from customers.actions.customer_files import CUSTOMER_FILES
from customers.models import Attribute, AttributeValue, Customer
from customers.reports.timeline import timeline
from customers.tasks import import_rows
from tests.customers.taking import counts, reasons, take
from tests.customers.wizard import map_columns, upload
from tests.factories import customer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COLUMNS = {"Name": "name", "Use case": "attribute_use_case", "Runs on": "attribute_deployment"}


@pytest.fixture
def deployment():
    return attributes.create(name="Deployment", by=None, at=NOON)


def said() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {row.name: {} for row in Customer.objects.all()}
    for name, key, value in AttributeValue.objects.values_list("customer__name", "attribute__key", "value"):
        found[name][key] = value
    return found


def test_values_are_entered_changed_and_left_alone(deployment):
    for name, value in (("Acme", "Fraud detection"), ("Bluth", "Order tracking"), ("Initech", "Field service")):
        customer(name, attributes={"use_case": value})
    content = (
        "Name,Use case,Runs on\nAcme,Fraud detection,\nBluth,Demand planning,Cloud\nInitech,,\nNew,Reporting,Hybrid\n"
    )
    tried = take(content, COLUMNS, write=False)
    assert counts(tried) == {"created": 1, "updated": 1, "unchanged": 2}
    [row] = tried.shown["updated"]
    assert row["fields"] == {
        "attribute Use case": ["Order tracking", "Demand planning"],
        "attribute Deployment": [None, "Cloud"],
    }
    assert said()["Bluth"] == {"use_case": "Order tracking"}
    assert counts(take(content, COLUMNS)) == {"created": 1, "updated": 1, "unchanged": 2}
    assert said() == {
        "Acme": {"use_case": "Fraud detection"},
        "Bluth": {"use_case": "Demand planning", "deployment": "Cloud"},
        "Initech": {"use_case": "Field service"},
        "New": {"use_case": "Reporting", "deployment": "Hybrid"},
    }
    for name, after in (("Bluth", "Demand planning"), ("New", "Reporting")):
        latest = timeline(Customer.objects.get(name=name))[0]
        assert {line.label: line.after for line in latest.lines}["Use case"] == after
    assert Customer.objects.get(name="Bluth").version == 2
    assert counts(take(content, COLUMNS)) == {"unchanged": 4}


def test_another_capital_is_no_change_and_a_new_customer_is_spelled_as_the_others():
    customer("Acme", attributes={"use_case": "Fraud detection"})
    customer("Bluth", attributes={"use_case": "fraud detection"})
    take("Name,Use case\nAcme,FRAUD DETECTION\nNew,Fraud Detection\nBluth,Fraud detection\n", COLUMNS)
    assert said()["Acme"] == {"use_case": "Fraud detection"}
    assert said()["Bluth"] == {"use_case": "fraud detection"}
    assert said()["New"]["use_case"].casefold() == "fraud detection"
    assert AttributeValue.objects.values("value").distinct().count() == 2


def test_a_value_that_is_too_long_is_a_problem_of_its_row_and_repetitions_are_told_apart():
    told = take(f"Name,Use case\nAcme,{'x' * 201}\nBluth,a\nBluth,a\nBluth,b\n", COLUMNS)
    assert counts(told) == {"created": 1, "unchanged": 1, "problem": 2}
    assert "Use case is longer than 200 characters." in reasons(told)


def test_hundreds_of_values_cost_a_handful_of_statements(django_assert_max_num_queries):
    content = "Name,Use case\n" + "".join(f"Company {n},Use {n % 7}\n" for n in range(300))
    with django_assert_max_num_queries(40):
        take(content, COLUMNS)
    with django_assert_max_num_queries(40):
        assert counts(take(content.replace("Use 3", "Use 4"), COLUMNS))["updated"] == 43
    assert AttributeValue.objects.count() == 300


def guessed(*headers, preset=""):
    class Source:
        sheet, sheets, notes, rows = "", [], [], iter(())

    Source.headers = list(headers)
    return CUSTOMER_FILES.suggestion(Source(), {"kind": "customers", "preset": preset})["columns"]


def test_a_built_in_column_is_not_mistaken_for_an_attribute_that_was_called_so_before():
    """Priya has attributes from a time when such names were accepted; she can still choose them by hand."""
    for key, name in (("industry", "Indüstry"), ("sector", "Sector"), ("status", "Status"), ("impact", "Impâct")):
        Attribute.objects.create(key=key, name=name)
    Attribute.objects.create(key="annual_revenue", name="Annual revenue")
    assert guessed("Name", "Industry", "Status", "Impact") == {"Name": "name", "Industry": "industry"}
    assert guessed("Name", "Sector") == {"Name": "name", "Sector": "industry"}
    assert guessed("Name", "Indüstry") == {"Name": "name", "Indüstry": "attribute_industry"}
    exported = guessed("Name", "Website", "AnnualRevenue", "Sector", "Use_Case__c", preset="salesforce-account")
    assert exported == {"Name": "name", "Website": "domain", "Use_Case__c": "attribute_use_case"}
    assert "attribute_sector" in CUSTOMER_FILES.meanings("customers")


def test_the_name_of_one_attribute_may_be_the_key_of_another(deployment):
    attributes.rename(deployment, name="Runs on", by=None, at=NOON)
    attributes.create(name="Deployment", by=None, at=NOON)
    assert guessed("Name", "Deployment")["Deployment"] == "attribute_deployment_2"


@pytest.mark.parametrize(
    "headers",
    [["Name", "USE CASE"], ["Name", "use_case"], ["Record ID", "Company name", "Use case"], ["Name", "Use_Case__c"]],
)
def test_a_column_is_recognised_by_the_attributes_name(headers):
    assert guessed(*headers)[headers[-1]] == "attribute_use_case"


def test_a_retired_attribute_is_no_meaning(deployment):
    attributes.retire(deployment, by=None, at=NOON)
    assert "attribute_deployment" not in CUSTOMER_FILES.meanings("customers")
    assert "attribute_use_case" not in CUSTOMER_FILES.meanings("contacts")
    assert counts(take("Name,Runs on\nAcme,Cloud\n", COLUMNS)) == {"created": 1}
    assert said() == {"Acme": {}}


@pytest.mark.usefixtures("own_files")
class TestTheWizard:
    def test_another_header_is_mapped_by_hand(self, as_priya):
        upload(as_priya, "Name,What for\nAcme,Fraud detection\n")
        job = Job.objects.get()
        page = as_priya.get(reverse("customers:import_columns", args=[job.pk])).content.decode()
        assert '<option value="attribute_use_case">Use case</option>' in page
        map_columns(as_priya, job, **{"What for": "attribute_use_case"})
        page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
        assert "Use case" in page
        as_priya.post(reverse("customers:import_apply", args=[job.pk]))
        import_rows(job.pk)
        assert said() == {"Acme": {"use_case": "Fraud detection"}}

    def test_what_somebody_changed_since_the_check_stays(self, as_priya):
        acme = customer("Acme", attributes={"use_case": "Fraud detection"})
        upload(as_priya, "Name,Use case\nAcme,Order tracking\n")
        job = Job.objects.get()
        map_columns(as_priya, job)
        later = timezone.now() + timedelta(seconds=1)
        customers.edit(acme, seen_version=1, changes={}, attributes={"use_case": "Reporting"}, by=None, at=later)
        Job.objects.update(state="queued")
        import_rows(job.pk)
        job.refresh_from_db()
        assert job.report["shown"]["problem"][0]["reason"].startswith("Use case: changed here since the check")
        assert said() == {"Acme": {"use_case": "Reporting"}}

    def test_a_column_that_meant_a_retired_attribute_is_named_and_to_be_chosen_again(self, as_priya, deployment):
        upload(as_priya, "Name,Runs on,What for\nAcme,Cloud,Reporting\n")
        meant = {"Name": "name", "Runs on": "attribute_deployment", "What for": "attribute_use_case"}
        map_columns(as_priya, Job.objects.get(), **meant)
        attributes.rename(deployment, name="Hosting", by=None, at=NOON)
        upload(as_priya, "Name,Runs on,What for\nBluth,Cloud,Reporting\n")
        job = Job.objects.latest("pk")
        assert (job.parameters["columns"], job.parameters["gone"]) == (meant, [])
        attributes.retire(deployment, by=None, at=NOON)
        upload(as_priya, "Name,Runs on,What for\nBluth,Cloud,Reporting\n")
        job = Job.objects.latest("pk")
        page = as_priya.get(reverse("customers:import_columns", args=[job.pk])).content.decode()
        assert "mapped as you did the last time" in page
        assert "<p>“Runs on” meant the attribute Hosting, which is retired; choose again.</p>" in page
        map_columns(as_priya, job)
        upload(as_priya, "Name,Runs on,What for\nBluth,Cloud,Reporting\n")
        page = as_priya.get(reverse("customers:import_columns", args=[Job.objects.latest("pk").pk])).content.decode()
        assert "choose again" not in page

    def test_the_exported_list_is_taken_back_and_changes_nothing(self, as_priya, deployment):
        customer("Acme", domain="acme.com", attributes={"use_case": "=SUM(A1)", "deployment": "Cloud"})
        customer("Bluth", attributes={"use_case": "Größe; „so“, la"})
        answer = as_priya.get(reverse("customers:customer_export"))
        upload(as_priya, b"".join(answer.streaming_content))
        job = Job.objects.get()
        assert (
            job.parameters["columns"] | {"Use case": "attribute_use_case", "Deployment": "attribute_deployment"}
            == (job.parameters["columns"])
        )
        map_columns(as_priya, job)
        job.refresh_from_db()
        assert {kind: count for kind, count in job.report["counts"].items() if count} == {"unchanged": 2}
