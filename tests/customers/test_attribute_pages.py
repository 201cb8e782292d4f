"""The pages on which Priya keeps the attributes and Maria says what they ask."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.models import Job
from customers.actions import attributes
from customers.models import Attribute, Customer
from customers.reports.timeline import timeline
from references.tasks import rename_value
from tests.customers.test_attributes import said, say
from tests.factories import customer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


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


def test_priya_adds_renames_moves_and_retires(as_priya):
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


def test_a_rename_to_a_taken_name_comes_back_with_what_was_typed(as_priya, deployment):
    answer = as_priya.post(reverse("customers:attribute_rename", args=[deployment.pk]), {"name": "Industry"})
    page = answer.content.decode()
    assert (answer.status_code, 'value="Industry"' in page) == (422, True)
    assert "Rename Deployment" in page


def test_the_values_are_counted_searched_sorted_and_exported(as_priya):
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


def test_many_values_are_paged(as_priya, monkeypatch):
    monkeypatch.setattr("customers.views.attributes.PAGE_SIZE", 2)
    for n in range(5):
        customer(f"C{n}", attributes={"use_case": f"v{n % 3}"})
    url = reverse("customers:attribute_detail", args=[Attribute.objects.get().pk])
    for sort, shown in (("value", ["v0", "v1", "v2"]), ("-customers", ["v0", "v1", "v2"])):
        first = as_priya.get(url, {"sort": sort}).context["page"]
        second = as_priya.get(url, {"sort": sort, "cursor": first.next}).context["page"]
        assert [row.value for row in [*first.rows, *second.rows]] == shown


def test_priya_is_told_how_many_customers_a_spelling_touches(as_priya):
    for n in range(2):
        customer(f"C{n}", attributes={"use_case": "fraud-detection"})
    url = reverse("references:attribute_respell", args=[Attribute.objects.get().pk]) + "?value=fraud-detection"
    page = as_priya.get(url).content.decode()
    assert "2 customers have this value and get the new one." in page
    assert as_priya.post(url, {"value": ""}).status_code == 422
    answer = as_priya.post(url, {"value": "Fraud detection"}, follow=True)
    assert "2 customers have “Fraud detection” now." in answer.content.decode()
    assert "No customer has this value any more." in as_priya.get(url, follow=True).content.decode()


def test_a_worker_renames_it_where_it_touches_many(as_priya, priya, monkeypatch):
    monkeypatch.setattr("references.actions.value_jobs.RENAMED_AT_ONCE", 1)
    those = [customer(f"C{n}", attributes={"use_case": "fraud-detection"}) for n in range(2)]
    use_case = Attribute.objects.get()
    url = reverse("references:attribute_respell", args=[use_case.pk]) + "?value=fraud-detection"
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


def test_maria_fills_it_in_and_reads_it(as_maria, deployment):
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


def test_a_new_customer_has_them_from_the_start(as_maria):
    typed = form_of(as_maria, reverse("customers:customer_create"))
    typed |= {"name": "Acme", "attribute_use_case": "Fraud detection"}
    assert as_maria.post(reverse("customers:customer_create"), typed).status_code == 302
    assert said(Customer.objects.get()) == {"use_case": "Fraud detection"}


def test_what_the_form_did_not_ask_for_is_left_alone(as_maria):
    acme = customer("Acme", attributes={"use_case": "Fraud detection"})
    edit = reverse("customers:customer_edit", args=[acme.pk])
    typed = form_of(as_maria, edit) | {"region": "EMEA"}
    del typed["attribute_use_case"]
    assert as_maria.post(edit, typed).status_code == 302
    assert said(acme) == {"use_case": "Fraud detection"}


def test_both_sides_of_a_conflict_are_shown_and_what_was_typed_is_kept(as_maria):
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


def test_the_list_is_narrowed_by_a_value_and_exported_with_it(as_maria, deployment):
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
