"""Priya decides what the company wants to know of its customers; Maria says it of hers."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Job
from customers.actions import attributes, customers
from customers.models import Attribute, AttributeValue, Customer, CustomerChange
from customers.reports.timeline import timeline
from customers.tasks import rename_value
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


@pytest.fixture
def as_maria(client, maria):
    client.force_login(maria)
    return client


def form_of(client, url: str) -> dict[str, object]:
    """What a browser sends back of a page's form that nobody has touched."""
    form = client.get(url).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


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

    @pytest.mark.parametrize("name", ["use CASE", "Use-case", "Industry", "web domain", "Evangelists", "CSM", "…", " "])
    def test_a_name_that_means_another_column_is_refused(self, name):
        with pytest.raises(RuleBroken):
            attributes.create(name=name, by=None, at=NOON)

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


class TestPages:
    def test_priya_adds_renames_moves_and_retires(self, as_priya):
        index = reverse("customers:attribute_index")
        assert as_priya.post(index, {"name": "Deployment"}).status_code == 302
        made = Attribute.objects.get(key="deployment")
        answer = as_priya.post(index, {"name": "deployment"})
        assert (answer.status_code, "There is already an attribute called Deployment." in answer.content.decode()) == (
            422,
            True,
        )
        as_priya.post(reverse("customers:attribute_rename", args=[made.pk]), {"name": "Runs on"})
        as_priya.post(reverse("customers:attribute_reorder", args=[made.pk]), {"way": "up"})
        assert [str(one) for one in Attribute.objects.all()] == ["Runs on", "Use case"]
        as_priya.post(reverse("customers:attribute_retire", args=[made.pk]))
        page = as_priya.get(index).content.decode()
        assert "Take up again" in page
        as_priya.post(reverse("customers:attribute_resume", args=[made.pk]))
        assert Attribute.objects.get(key="deployment").is_active

    def test_a_rename_to_a_taken_name_comes_back_with_what_was_typed(self, as_priya, deployment):
        answer = as_priya.post(reverse("customers:attribute_rename", args=[deployment.pk]), {"name": "Industry"})
        page = answer.content.decode()
        assert (answer.status_code, 'value="Industry"' in page) == (422, True)
        assert "Rename Deployment" in page

    def test_the_values_are_counted_searched_sorted_and_exported(self, as_priya):
        for n, value in enumerate(["Fraud detection", "Fraud detection", "Order tracking"]):
            customer(f"C{n}", attributes={"use_case": value})
        url = reverse("customers:attribute_detail", args=[Attribute.objects.get().pk])
        assert [tuple(row) for row in as_priya.get(url).context["page"].rows] == [
            ("Fraud detection", 2),
            ("Order tracking", 1),
        ]
        rarest, *_others = as_priya.get(url, {"sort": "customers"}).context["page"].rows
        assert rarest.value == "Order tracking"
        assert [row.value for row in as_priya.get(url, {"q": "fraud"}).context["page"].rows] == ["Fraud detection"]
        answer = as_priya.get(reverse("customers:attribute_export", args=[Attribute.objects.get().pk]) + "?q=order")
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows == [["Use case", "Customers"], ["Order tracking", "1"]]

    def test_many_values_are_paged(self, as_priya, monkeypatch):
        monkeypatch.setattr("customers.views.attributes.PAGE_SIZE", 2)
        for n in range(5):
            customer(f"C{n}", attributes={"use_case": f"v{n % 3}"})
        url = reverse("customers:attribute_detail", args=[Attribute.objects.get().pk])
        for sort, shown in (("value", ["v0", "v1", "v2"]), ("-customers", ["v0", "v1", "v2"])):
            first = as_priya.get(url, {"sort": sort}).context["page"]
            second = as_priya.get(url, {"sort": sort, "cursor": first.next}).context["page"]
            assert [row.value for row in [*first.rows, *second.rows]] == shown

    def test_priya_is_told_how_many_customers_a_spelling_touches(self, as_priya):
        for n in range(2):
            customer(f"C{n}", attributes={"use_case": "fraud-detection"})
        url = reverse("customers:attribute_respell", args=[Attribute.objects.get().pk]) + "?value=fraud-detection"
        page = as_priya.get(url).content.decode()
        assert "2 customers have this value and get the new one." in page
        assert as_priya.post(url, {"value": ""}).status_code == 422
        answer = as_priya.post(url, {"value": "Fraud detection"}, follow=True)
        assert "2 customers have “Fraud detection” now." in answer.content.decode()
        assert "No customer has this value any more." in as_priya.get(url, follow=True).content.decode()

    def test_a_worker_renames_it_where_it_touches_many(self, as_priya, priya, monkeypatch):
        monkeypatch.setattr("customers.actions.attribute_jobs.RENAMED_AT_ONCE", 1)
        those = [customer(f"C{n}", attributes={"use_case": "fraud-detection"}) for n in range(2)]
        use_case = Attribute.objects.get()
        url = reverse("customers:attribute_respell", args=[use_case.pk]) + "?value=fraud-detection"
        assert as_priya.post(url, {"value": "fraud-detection"}).status_code == 422
        answer = as_priya.post(url, {"value": "Fraud detection"})
        job = Job.objects.get()
        assert answer.url == reverse("core:job_detail", args=[job.pk])
        rename_value(job.pk)
        job.refresh_from_db()
        assert (job.state, job.report) == ("done", {"rows": 2})
        assert said(those[1]) == {"use_case": "Fraud detection"}
        assert timeline(those[1])[0].by == priya
        rename_value(job.pk)
        assert those[1].changes.count() == 2
        page = as_priya.get(answer.url).content.decode()
        assert reverse("customers:attribute_detail", args=[use_case.pk]) in page

    def test_maria_fills_it_in_and_reads_it(self, as_maria, deployment):
        acme = customer("Acme", attributes={"use_case": "Fraud detection"})
        customer("Bluth", attributes={"use_case": "Order tracking"})
        edit = reverse("customers:customer_edit", args=[acme.pk])
        page = as_maria.get(edit).content.decode()
        assert 'list="known-attribute_use_case"' in page
        assert '<option value="Order tracking">' in page
        typed = form_of(as_maria, edit) | {"attribute_deployment": "Cloud"}
        assert as_maria.post(edit, typed).status_code == 302
        assert said(acme) == {"use_case": "Fraud detection", "deployment": "Cloud"}
        detail = as_maria.get(reverse("customers:customer_detail", args=[acme.pk])).content.decode()
        assert "<dt>Use case</dt><dd>Fraud detection</dd>" in detail
        assert "<dt>Deployment</dt><dd>Cloud</dd>" in detail

    def test_a_new_customer_has_them_from_the_start(self, as_maria):
        typed = form_of(as_maria, reverse("customers:customer_create"))
        typed |= {"name": "Acme", "attribute_use_case": "Fraud detection"}
        assert as_maria.post(reverse("customers:customer_create"), typed).status_code == 302
        assert said(Customer.objects.get()) == {"use_case": "Fraud detection"}

    def test_what_the_form_did_not_ask_for_is_left_alone(self, as_maria):
        acme = customer("Acme", attributes={"use_case": "Fraud detection"})
        edit = reverse("customers:customer_edit", args=[acme.pk])
        typed = form_of(as_maria, edit) | {"region": "EMEA"}
        del typed["attribute_use_case"]
        assert as_maria.post(edit, typed).status_code == 302
        assert said(acme) == {"use_case": "Fraud detection"}

    def test_both_sides_of_a_conflict_are_shown_and_what_was_typed_is_kept(self, as_maria):
        acme = customer("Acme", attributes={"use_case": "Fraud detection"})
        edit = reverse("customers:customer_edit", args=[acme.pk])
        typed = form_of(as_maria, edit) | {"attribute_use_case": "Demand planning"}
        say(acme, use_case="Order tracking")
        answer = as_maria.post(edit, typed)
        assert answer.status_code == 409
        [conflict] = answer.context["conflicts"]
        assert (conflict.label, conflict.theirs, conflict.yours) == ("Use case", "Order tracking", "Demand planning")
        assert 'value="Demand planning"' in answer.content.decode()
        again = typed | {"version": answer.context["form"]["version"].value()}
        assert as_maria.post(edit, again).status_code == 302
        assert said(acme) == {"use_case": "Demand planning"}

    def test_the_list_is_narrowed_by_a_value_and_exported_with_it(self, as_maria, deployment):
        customer("Acme", attributes={"use_case": "Fraud detection", "deployment": "Cloud"})
        customer("Bluth", attributes={"use_case": "Fraud detection"})
        customer("Initech")
        url = reverse("customers:customer_index")

        def names(**query):
            return [row.name for row in as_maria.get(url, query).context["page"].rows]

        assert names(attribute_use_case="Fraud detection") == ["Acme", "Bluth"]
        assert names(attribute_use_case="Fraud detection", attribute_deployment="Cloud") == ["Acme"]
        assert names(attribute_use_case="fraud") == []
        assert names(attribute_nonsense="x") == ["Acme", "Bluth", "Initech"]
        page = as_maria.get(url, {"attribute_use_case": "Fraud detection"}).content.decode()
        assert '<option value="Fraud detection" selected>' in page
        assert "Clear filters" in page
        attributes.retire(deployment, by=None, at=NOON)
        assert names(attribute_deployment="Cloud") == ["Acme"]
        answer = as_maria.get(reverse("customers:customer_export"), {"attribute_use_case": "Fraud detection"})
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert [(row[0], row[-1]) for row in rows] == [
            ("Customer", "Use case"),
            ("Acme", "Fraud detection"),
            ("Bluth", "Fraud detection"),
        ]
