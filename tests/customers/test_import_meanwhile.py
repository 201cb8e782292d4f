"""Priya looks at what an import would do; before she presses the button somebody changes the same customer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Job
from customers.actions import contacts, customers
from customers.models import Contact
from customers.tasks import import_rows
from tests.customers.wizard import map_columns, upload
from tests.factories import ContactFactory, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
EARLIER = datetime(2026, 5, 1, tzinfo=UTC)


def checked(client, content, **options):
    upload(client, content, **options)
    job = Job.objects.get()
    map_columns(client, job)
    return job


def done(job):
    Job.objects.filter(pk=job.pk).update(state="queued")
    import_rows(job.pk)
    job.refresh_from_db()
    return job.report


def edit(who, **changes):
    who.refresh_from_db()
    customers.edit(who, seen_version=who.version, changes=changes, by=None, at=timezone.now() + timedelta(seconds=1))


def test_what_was_changed_since_the_check_stays_and_is_told(as_priya):
    acme = customer("Acme", country="Germany", industry="Tech")
    job = checked(as_priya, "Name,Country,Industry\nAcme,Austria,Software\n")
    edit(acme, country="Switzerland")
    report = done(job)
    acme.refresh_from_db()
    assert (acme.country, acme.industry) == ("Switzerland", "Software")
    [row] = report["shown"]["updated"]
    assert row["reason"].startswith("Country: changed here since the check, so it stays as it is.")
    assert list(row["fields"]) == ["industry"]


def test_a_row_of_which_nothing_is_left_is_a_problem(as_priya):
    acme = customer("Acme", country="Germany")
    job = checked(as_priya, "Name,Country\nAcme,Austria\n")
    edit(acme, country="Switzerland")
    report = done(job)
    assert (report["counts"]["problem"], report["counts"]["updated"]) == (1, 0)
    acme.refresh_from_db()
    assert acme.country == "Switzerland"


def test_what_was_changed_before_the_check_is_taken_over_as_it_was_shown(as_priya):
    acme = customer("Acme", country="Germany")
    customers.edit(acme, seen_version=1, changes={"country": "Spain"}, by=None, at=EARLIER)
    report = done(checked(as_priya, "Name,Country\nAcme,Austria\n"))
    acme.refresh_from_db()
    assert (report["counts"]["updated"], acme.country) == (1, "Austria")


def test_an_owner_given_since_the_check_stays(as_priya, maria, jonas, priya):
    acme = customer("Acme", csm=maria)
    job = checked(as_priya, "Name,CSM\nAcme,Priya Nair\n")
    edit(acme, csm=jonas)
    done(job)
    acme.refresh_from_db()
    assert acme.csm == jonas


def test_a_contact_that_was_edited_or_renamed_since_the_check_keeps_what_was_typed(as_priya):
    acme = customer("Acme")
    lucille = ContactFactory(customer=acme, name="Lucille", email="l@acme.com", title="CIO", phone="1")
    job = checked(as_priya, "Name,E-mail,Customer,Title,Phone\nLucille,l@acme.com,Acme,CFO,2\n", kind="contacts")
    later = timezone.now() + timedelta(seconds=1)
    contacts.edit(lucille, changes={"title": "CEO", "name": "Lucille B."}, by=None, at=later)
    report = done(job)
    after = Contact.objects.get()
    assert (after.name, after.title, after.phone) == ("Lucille B.", "CEO", "2")
    assert "Title" in report["shown"]["updated"][0]["reason"]


def test_the_page_of_the_import_says_what_was_left_alone_and_leads_to_it(as_priya):
    acme, bluth = customer("Acme", country="Germany", industry="Tech"), customer("Bluth", country="Germany")
    job = checked(as_priya, "Name,Country,Industry\nAcme,Austria,Software\nBluth,Austria,\n")
    edit(acme, country="Switzerland")
    edit(bluth, country="Spain")
    assert done(job)["asides"] == {"left_alone": {"rows": 2, "values": 2}}
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
    assert "2 values were changed here since the check and left alone." in page
    assert '<a href="#left-alone">See the 2 rows</a>' in page
    rows = page[page.index('id="left-alone"') :]
    assert "Acme" in rows
    assert "Country: changed here since the check, so it stays as it is." in rows
    jobs_page = as_priya.get(reverse("core:job_index")).content.decode()
    assert "2 values were changed here since the check and left alone." in jobs_page


def test_an_import_that_left_nothing_alone_says_nothing_of_it(as_priya):
    customer("Acme", country="Germany")
    job = checked(as_priya, "Name,Country\nAcme,Austria\n")
    assert done(job)["asides"] == {}
    page = as_priya.get(reverse("customers:import_detail", args=[job.pk])).content.decode()
    assert "left alone" not in page
