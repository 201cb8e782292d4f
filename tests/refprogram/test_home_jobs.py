"""The first page lists the jobs that stand in the list of jobs; a check is none, whatever it ended with."""

import pytest
from django.urls import reverse

from core.models import Job
from customers import tasks
from tests.customers.wizard import map_columns, upload
from tests.factories import customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


def shown(client, address="/"):
    return client.get(address).content.decode()


def test_a_check_that_ended_with_nothing_to_import_is_not_being_prepared(as_priya):
    customer("Acme")
    upload(as_priya, "Name\nAcme\n")
    start = reverse("customers:import_create")
    assert "Waits for its columns" in shown(as_priya, start)
    map_columns(as_priya, Job.objects.get())
    assert "There is nothing to import" in shown(
        as_priya, reverse("customers:import_detail", args=[Job.objects.get().pk])
    )
    for address in ("/", reverse("core:job_index")):
        page = shown(as_priya, address)
        assert "Customers: customers.csv" not in page
        assert "Being prepared" not in page
    page = shown(as_priya, start)
    assert "Nothing to import" in page
    assert "Waits for your check" not in page


def test_an_import_stands_on_the_first_page_with_the_state_that_the_list_of_jobs_tells(
    as_priya, sent, django_capture_on_commit_callbacks
):
    upload(as_priya, "Name\nAcme\n")
    job = Job.objects.get()
    map_columns(as_priya, job)
    assert "Customers: customers.csv" not in shown(as_priya)
    as_priya.post(reverse("customers:import_apply", args=[job.pk]))
    assert f'<a href="{reverse("core:job_detail", args=[job.pk])}">Customers: customers.csv</a>' in shown(as_priya)
    tasks.import_rows(job.pk)
    assert '<span class="tag tag-green">Done</span>' in shown(as_priya)
