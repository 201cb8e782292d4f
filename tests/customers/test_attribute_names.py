"""Priya calls an attribute what a person, a file or a spreadsheet could take for something else."""

from datetime import UTC, datetime

import pytest

from core.errors import RuleBroken
from customers.actions import attributes
from customers.models import Attribute

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def deployment():
    return attributes.create(name="Deployment", by=None, at=NOON)


def refused(name: str, words: str, attribute: Attribute) -> None:
    """To a new attribute and to one that is renamed."""
    with pytest.raises(RuleBroken, match=words):
        attributes.create(name=name, by=None, at=NOON)
    with pytest.raises(RuleBroken, match=words):
        attributes.rename(attribute, name=name, by=None, at=NOON)


@pytest.mark.parametrize("name", ["Industry (2)", "Use case (3)", "Phase (2)", "Industry(2)"])
def test_what_tables_call_a_second_column_is_no_name(name, deployment):
    """A file with two columns "Industry" has the second one read as "Industry (2)", which would fill the attribute."""
    refused(name, "ends in a number in brackets, as files call a second column of the same name", deployment)


@pytest.mark.parametrize(
    ("name", "column"), [("Industry 2", "Industry"), ("region-3", "region"), ("Sector 2", "Sector")]
)
def test_nor_is_it_without_its_brackets_as_headers_are_compared_without_signs(name, column, deployment):
    refused(name, f"“{name}” is what a second column “{column}” of a file is called", deployment)


@pytest.mark.parametrize("name", ["Phase 2", "Use case 2", "Customer 360", "(Net) margin", "Web 2.0"])
def test_a_number_that_counts_no_column_of_the_program_is_fine(name):
    assert attributes.create(name=name, by=None, at=NOON).name == name


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Industries", "Industry"),
        ("Regions", "Region"),
        ("Countries", "Country"),
        ("Customers", "Customer"),
        ("Companies", "Name"),
        ("Customer names", "Name"),
        ("Owners", "Account executive"),
        ("Emails", "E-mail"),
        ("Reference calls", "Reference call"),
        ("Press releases", "Press release"),
        ("Case studies", "Case study"),
        ("Employee", "Employees"),
        ("Statuses", "Status"),
        ("INDUSTRY__c", "Industry"),
        ("Sectors__c", "Industry"),
        ("attribute_industry", "Industry"),
        ("property_region", "Region"),
    ],
)
def test_a_name_that_resembles_a_column_is_refused(name, column, deployment):
    refused(name, f"“{name}” is too like a name under which files bring “{column}”; give another name", deployment)


@pytest.mark.parametrize(
    "name", ["Use cases", "Use_Cases__c", "attribute_use_case", "Attribute Üse-cases", "property_use_cases"]
)
def test_a_name_that_resembles_another_attribute_is_refused(name, deployment):
    refused(name, f"“{name}” is too like “Use case”, another attribute; give another name", deployment)


@pytest.mark.parametrize("name", ["Sizes", "attribute_size", "Use Cases"])
def test_a_name_that_resembles_a_way_of_looking_at_coverage_is_refused(name, deployment):
    use_case = Attribute.objects.get(key="use_case")
    attributes.rename(use_case, name="Purpose", by=None, at=NOON)
    refused(name, "names a way of looking at coverage", deployment)
    assert attributes.rename(use_case, name="Use cases", by=None, at=NOON).name == "Use cases"


@pytest.mark.parametrize("name", ["\u0399ndustry", "R\u0435gion", "Deploymen\u0442 model", "\u0425ml"])
def test_a_word_of_letters_of_two_alphabets_is_refused(name, deployment):
    """A Greek capital iota, and Cyrillic letters, look like Latin ones: nobody could tell the two columns apart."""
    refused(name, "mixes letters of several alphabets in one word", deployment)


@pytest.mark.parametrize("name", ["Κλάδος", "Отрасль", "業種", "ITサービス", "Tier Б", "Größe", "Ｃｌｏｕｄ"])
def test_a_name_in_any_alphabet_is_fine(name):
    assert attributes.create(name=name, by=None, at=NOON).name == name


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-Tier", "@home", "'=1+1", "＝cmd()"])
def test_a_name_that_a_spreadsheet_would_run_is_refused(name, deployment):
    refused(name, "cannot begin with =, \\+, - or @", deployment)


@pytest.mark.parametrize("name", ["Notes", "Note", "Next action", "Amount", "Due", "Type", "Usage", "Vitamin C", "OS"])
def test_a_word_of_other_files_is_fine(name):
    """No file of customers and none of the grid has a column of that name."""
    assert attributes.create(name=name, by=None, at=NOON).name == name


def test_one_that_is_called_so_already_is_retired_and_moved_all_the_same(deployment):
    """Priya has "Industries" from a time when that was accepted."""
    Attribute.objects.filter(pk=deployment.pk).update(name="Industries")
    deployment.refresh_from_db()
    assert attributes.rename(deployment, name="Industries", by=None, at=NOON).name == "Industries"
    assert attributes.reorder(deployment, places=-1, by=None, at=NOON).position == 1
    attributes.retire(deployment, by=None, at=NOON)
    assert attributes.resume(deployment, by=None, at=NOON).is_active
