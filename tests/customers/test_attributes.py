"""Priya decides what the company wants to know of its customers; Maria says it of hers."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent
from customers.actions import attributes, customers
from customers.models import Attribute, AttributeValue, Customer, CustomerChange
from customers.reports.timeline import timeline
from tests.factories import customer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def said(of: Customer) -> dict[str, str]:
    return dict(of.attribute_values.values_list("attribute__key", "value"))


def say(of: Customer, by=None, **values: str) -> Customer:
    of.refresh_from_db()
    return customers.edit(of, seen_version=of.version, changes={}, attributes=values, by=by, at=NOON)


@pytest.fixture
def deployment():
    return attributes.create(name="Deployment", by=None, at=NOON)


class TestTheCatalogue:
    def test_the_use_case_comes_with_the_program(self):
        assert list(Attribute.objects.values_list("key", "name")) == [("use_case", "Use case")]

    def test_a_new_one_stands_last_under_a_key_of_its_own_for_good(self, priya):
        made = attributes.create(name="  Deployment   model ", by=priya, at=NOON)
        assert (made.key, made.name, made.field_name) == (
            "deployment_model",
            "Deployment model",
            "attribute_deployment_model",
        )
        attributes.rename(made, name="Where it runs", by=priya, at=NOON)
        assert list(Attribute.objects.values_list("key", "name")) == [
            ("use_case", "Use case"),
            ("deployment_model", "Where it runs"),
        ]
        assert AuditEvent.objects.filter(event="attribute.renamed", by=priya).exists()

    @pytest.mark.parametrize(
        "name",
        [
            "use CASE",
            "Use-case",
            "Industry",
            "web domain",
            "Evangelists",
            "CSM",
            "E-mail",
            "email",
            "NAME",
            "region",
            "Impact",
            "refprogram ID",
            "Reference call",
            "reference CALL note",
            "ＲＥＧＩＯＮ",
            "Left on",
            "csm",
            "…",
            " ",
        ],
    )
    def test_a_name_that_means_another_column_is_refused(self, name):
        with pytest.raises(RuleBroken):
            attributes.create(name=name, by=None, at=NOON)

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("Indüstry", "differs from “Industry”, a column of files, in accents only"),
            ("Régión", "differs from “Region”"),
            ("R\u00e9ference-call", "differs from “Reference call”"),
            ("Sector", "An import reads “Sector” as “Industry”; choose another name"),
            ("séctor", "reads “séctor” as “Industry”"),
            ("Company", "as “Name”"),
            ("Account name", "as “Name”"),
            ("Website", "as “Web domain”"),
            (" pro-duct", "as “Products in use”"),
            ("ARR", "as “Recurring revenue a year”"),
            ("Owner", "as “Account executive”"),
            ("Id", "as “Id in the other system”"),
            ("Billing Country", "as “Country”"),
            ("Mobile phone", "as “Phone”"),
            ("Status", "“Status” is a column of exports of other programs"),
            ("AnnualRevenue", "is a column of exports of other programs"),
            ("Press release status", "is a column of files and lists already"),
        ],
    )
    def test_a_name_that_an_import_reads_as_another_column_is_refused_in_words(self, name, words, deployment):
        """Priya is told which column it is; else each of these columns would go to the attribute without a word."""
        for deed in (
            lambda: attributes.create(name=name, by=None, at=NOON),
            lambda: attributes.rename(deployment, name=name, by=None, at=NOON),
        ):
            with pytest.raises(RuleBroken, match=words):
                deed()

    @pytest.mark.parametrize("name", ["Use_Case__c", "property_use_case", "use case c", "Property Üse Case"])
    def test_what_exports_of_other_programs_call_an_attribute_is_no_name_of_another(self, name, deployment):
        """The column of Salesforce or HubSpot would go to the new attribute, and Use case have none without a word."""
        for deed in (
            lambda: attributes.create(name=name, by=None, at=NOON),
            lambda: attributes.rename(deployment, name=name, by=None, at=NOON),
        ):
            with pytest.raises(RuleBroken, match=f"An import reads “{name}” as “Use case”; choose another name"):
                deed()

    def test_nor_is_an_attribute_called_so_that_the_column_of_another_seems_to_be_its_own(self):
        attributes.create(name="Cloud__c", by=None, at=NOON)
        with pytest.raises(RuleBroken, match="An import would read “Cloud__c”, another attribute, as “Cloud”"):
            attributes.create(name="Cloud", by=None, at=NOON)

    def test_a_name_that_differs_from_another_ones_in_accents_is_refused(self, deployment):
        with pytest.raises(RuleBroken, match="There is already an attribute called Deployment"):
            attributes.create(name="Déployment", by=None, at=NOON)

    def test_a_key_keeps_every_letter_that_has_a_spelling_in_plain_ones(self):
        for name, key in (("Straße", "strasse"), ("Größe", "grosse"), ("Ｃｌｏｕｄ", "cloud")):
            assert attributes.create(name=name, by=None, at=NOON).key == key

    def test_a_key_is_not_called_like_a_column_though_its_letters_may_be(self):
        """Of letters that no key can have only the others remain, and those must not spell a column."""
        assert attributes.create(name="Industry в", by=None, at=NOON).key == "industry_2"
        assert attributes.create(name="Sector в", by=None, at=NOON).key == "sector_2"

    @pytest.mark.parametrize("name", ["SIZE", " si-ze", "ｓｉｚｅ", "Use case", "USE_case", "usecase"])
    def test_a_name_of_a_way_of_looking_at_coverage_is_refused(self, name, deployment):
        """Priya once renamed the use case, so that its old name seems free; that attribute alone may have it back."""
        use_case = Attribute.objects.get(key="use_case")
        attributes.rename(use_case, name="Purpose", by=None, at=NOON)
        for deed in (
            lambda: attributes.create(name=name, by=None, at=NOON),
            lambda: attributes.rename(deployment, name=name, by=None, at=NOON),
        ):
            with pytest.raises(RuleBroken, match="names a way of looking at coverage"):
                deed()
        assert attributes.rename(use_case, name="Use case", by=None, at=NOON).name == "Use case"

    @pytest.mark.parametrize("name", ["industry", "INDUSTRY", "Re gion"])
    def test_columns_that_coverage_divides_by_are_refused_to_a_rename_too(self, name, deployment):
        with pytest.raises(RuleBroken, match="use that one, or give another name"):
            attributes.rename(deployment, name=name, by=None, at=NOON)

    def test_a_retired_one_keeps_its_values_and_is_taken_up_again_rather_than_made_twice(self, deployment):
        acme = customer("Acme")
        say(acme, deployment="Cloud")
        attributes.retire(deployment, by=None, at=NOON)
        with pytest.raises(RuleBroken, match="take it up again"):
            attributes.create(name="deployment", by=None, at=NOON)
        with pytest.raises(RuleBroken, match="no attribute “deployment” in use"):
            say(acme, deployment="Hybrid")
        attributes.resume(deployment, by=None, at=NOON)
        assert said(acme) == {"deployment": "Cloud"}

    def test_they_stand_in_the_order_that_was_asked_for(self, deployment):
        attributes.create(name="Tier", by=None, at=NOON)
        attributes.reorder(deployment, places=-1, by=None, at=NOON)
        attributes.reorder(deployment, places=-1, by=None, at=NOON)
        assert [str(one) for one in Attribute.objects.all()] == ["Deployment", "Use case", "Tier"]

    def test_more_than_forms_can_hold_is_refused(self):
        for number in range(attributes.MOST - 1):
            attributes.create(name=f"Fact {number}", by=None, at=NOON)
        with pytest.raises(RuleBroken, match="retire one first"):
            attributes.create(name="One more", by=None, at=NOON)

    def test_the_database_keeps_one_value_of_an_attribute_and_no_empty_one(self, deployment):
        acme = customer("Acme", attributes={"deployment": "Cloud"})
        for value in ("Hybrid", ""):
            other = acme if value else customer("Bluth")
            with pytest.raises(IntegrityError), transaction.atomic():
                AttributeValue.objects.create(customer=other, attribute=deployment, value=value)


class TestValues:
    def test_every_change_stands_in_the_history_with_its_author(self, maria):
        acme = customer("Acme", attributes={"use_case": "Fraud  detection "})
        say(acme, by=maria, use_case="Order tracking")
        say(acme, by=maria, use_case="")
        assert said(acme) == {}
        told = [(line.label, line.before, line.after) for entry in timeline(acme) for line in entry.lines]
        assert told == [
            ("Use case", "Order tracking", ""),
            ("Use case", "Fraud detection", "Order tracking"),
            ("Use case", "", "Fraud detection"),
        ]
        assert CustomerChange.objects.filter(customer=acme, by=maria, kind="edited").count() == 2

    def test_the_same_once_more_changes_nothing(self):
        acme = customer("Acme", attributes={"use_case": "Fraud detection"})
        say(acme, use_case=" Fraud detection")
        assert (acme.version, acme.changes.count()) == (1, 1)

    def test_who_saw_an_older_customer_is_refused(self):
        acme = customer("Acme")
        say(acme, use_case="Fraud detection")
        with pytest.raises(StaleVersion):
            customers.edit(acme, seen_version=1, changes={}, attributes={"use_case": "Other"}, by=None, at=NOON)

    def test_a_value_that_does_not_fit_is_refused_in_words(self):
        with pytest.raises(RuleBroken, match="Use case is longer than 200 characters"):
            customer("Acme", attributes={"use_case": "x" * 201})


class TestSpelling:
    def test_two_spellings_become_one_with_history_and_a_version_of_every_customer(
        self, priya, django_assert_max_num_queries
    ):
        those = [customer(f"Fraud {n}", attributes={"use_case": "fraud-detection"}) for n in range(30)]
        other = customer("Acme", attributes={"use_case": "Fraud detection"})
        use_case = Attribute.objects.get()
        with django_assert_max_num_queries(20):
            changed = attributes.respell(use_case, value="fraud-detection", into="Fraud detection", by=priya, at=NOON)
        assert changed == 30
        assert AttributeValue.objects.filter(value="Fraud detection").count() == 31
        those[0].refresh_from_db()
        other.refresh_from_db()
        assert (those[0].version, other.version) == (2, 1)
        latest = timeline(those[0])[0]
        assert (latest.by, latest.title, latest.reason) == (
            priya,
            "Edited",
            "“fraud-detection” is called “Fraud detection” everywhere",
        )
        assert [(line.before, line.after) for line in latest.lines] == [("fraud-detection", "Fraud detection")]
        assert AuditEvent.objects.get(event="attribute.respelled").detail["count"] == 30

    def test_many_are_changed_in_parts_and_all_of_them(self, monkeypatch):
        monkeypatch.setattr(attributes, "CHUNK", 2)
        for n in range(5):
            customer(f"C{n}", attributes={"use_case": "a"})
        assert attributes.respell(Attribute.objects.get(), value="a", into="A", by=None, at=NOON) == 5
        assert set(AttributeValue.objects.values_list("value", flat=True)) == {"A"}

    @pytest.mark.parametrize(("value", "into"), [("a", "a"), ("a", "  "), ("gone", "b"), ("a", "x" * 201)])
    def test_what_means_nothing_is_refused(self, value, into):
        customer("Acme", attributes={"use_case": "a"})
        with pytest.raises(RuleBroken):
            attributes.respell(Attribute.objects.get(), value=value, into=into, by=None, at=NOON)
