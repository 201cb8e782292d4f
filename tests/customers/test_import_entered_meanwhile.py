"""Priya is shown that a row enters somebody new; before she presses the button Maria enters the same one by hand."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actions import jobs
from core.choices import JobState
from core.models import AuditEvent, Job
from customers.actions import contact_imports, contacts, customers, imports, invoices, support_cases
from customers.models import Contact, Customer, Invoice, SupportCase
from tests.customers.test_import_meanwhile import checked, done
from tests.customers.wizard import map_columns, upload
from tests.factories import customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
STAYS = "changed here since the check, so it stays as it is. Import the file again to see both."
CONTACTS = "Name,E-mail,Customer,Title,Phone\n"


def enter(name, maria, **values):
    return customers.enter(name=name, values=values, by=maria, at=timezone.now())


def test_a_customer_entered_meanwhile_is_filled_in_and_keeps_what_maria_said(as_priya, maria):
    job = checked(as_priya, "Name,Region,Country\nQuasar One,APAC,Japan\n")
    assert Job.objects.get().report["counts"]["created"] == 1
    quasar = enter("Quasar One", maria, region="EMEA", industry="Retail")
    report = done(job)
    quasar.refresh_from_db()
    assert (quasar.region, quasar.industry, quasar.country) == ("EMEA", "Retail", "Japan")
    [row] = report["shown"]["updated"]
    assert (row["reason"], row["fields"]) == (f"Region: {STAYS}", {"country": ["", "Japan"]})
    assert report["asides"] == {"left_alone": {"rows": 1, "values": 1}}


def test_a_row_of_which_nothing_is_blank_there_is_a_problem(as_priya, maria):
    job = checked(as_priya, "Name,Region\nQuasar One,APAC\n")
    quasar = enter("Quasar One", maria, region="EMEA")
    assert done(job)["counts"]["problem"] == 1
    quasar.refresh_from_db()
    assert quasar.region == "EMEA"


def test_a_customer_entered_meanwhile_as_live_does_not_leave_by_the_file(as_priya, maria):
    job = checked(as_priya, "Name,Lifecycle,Churned on,Country\nQuasar One,Churned,2026-03-01,Japan\n")
    assert set(job.parameters["columns"].values()) >= {"lifecycle", "churned_on"}
    quasar = enter("Quasar One", maria)
    report = done(job)
    quasar.refresh_from_db()
    assert (quasar.lifecycle, quasar.churned_on, quasar.country) == ("live", None, "Japan")
    assert STAYS in report["shown"]["updated"][0]["reason"]


def test_an_attribute_said_meanwhile_stays(as_priya, maria):
    job = checked(as_priya, "Name,Use case\nQuasar One,Billing\nQuasar Two,Billing\n")
    one = customers.enter(name="Quasar One", values={}, attributes={"use_case": "Payroll"}, by=maria, at=timezone.now())
    two = enter("Quasar Two", maria)
    done(job)
    assert [who.attribute_values.get().value for who in (one, two)] == ["Payroll", "Billing"]


def test_a_customer_renamed_meanwhile_to_the_name_of_a_new_row_keeps_its_own(as_priya, maria):
    old = customer("Pulsar", region="EMEA")
    job = checked(as_priya, "Name,Region\nQuasar One,APAC\n")
    customers.edit(old, seen_version=1, changes={"name": "Quasar One"}, by=maria, at=timezone.now())
    assert done(job)["counts"]["problem"] == 1
    old.refresh_from_db()
    assert old.region == "EMEA"


def test_a_customer_that_took_the_place_of_the_one_that_was_shown_keeps_its_own(as_priya, maria):
    shown = customer("Quasar One", region="EMEA")
    job = checked(as_priya, "Name,Region\nQuasar One,APAC\n")
    customers.edit(shown, seen_version=1, changes={"name": "Pulsar"}, by=maria, at=timezone.now())
    other = enter("Quasar One", maria, region="LATAM")
    assert done(job)["counts"]["problem"] == 1
    shown.refresh_from_db()
    other.refresh_from_db()
    assert (shown.region, other.region) == ("EMEA", "LATAM")


def test_of_two_imports_that_cross_the_second_replaces_nothing(as_priya):
    mine = checked(as_priya, "Name,Region,Country\nQuasar One,APAC,Japan\n")
    upload(as_priya, "Name,Region,Industry\nQuasar One,EMEA,Retail\n")
    second = Job.objects.exclude(pk=mine.pk).get()
    map_columns(as_priya, second)
    assert done(second)["counts"]["created"] == 1
    # The first of them bears an earlier moment than the check of the other, as one does that takes minutes.
    Customer.objects.update(created_at=timezone.now() - timedelta(hours=1))
    done(mine)
    quasar = Customer.objects.get()
    assert (quasar.region, quasar.industry, quasar.country) == ("EMEA", "Retail", "Japan")


def test_rows_of_the_same_file_about_one_new_customer_are_nobody_elses(as_priya, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 1)
    job = checked(as_priya, "Name,Region\nQuasar One,APAC\nQUASAR ONE,\nQuasar Two,EMEA\n")
    report = done(job)
    assert (report["counts"]["created"], report["counts"]["unchanged"], report["asides"]) == (2, 1, {})


def test_what_the_check_showed_is_not_kept_when_the_import_is_done(as_priya):
    job = checked(as_priya, "Name,Region\nQuasar One,APAC\n")
    assert Job.objects.get().report["met"]
    assert "met" not in done(job)
    assert "met" not in AuditEvent.objects.get(event="customers.imported").detail


def test_a_contact_entered_meanwhile_keeps_what_maria_said(as_priya, maria):
    acme = customer("Acme")
    job = checked(as_priya, CONTACTS + "Zoe Quill,zoe@acme.com,Acme,CFO,2\n", kind="contacts")
    contacts.create(acme, name="Zoe Quill", values={"title": "CTO"}, by=maria, at=timezone.now())
    report = done(job)
    zoe = Contact.objects.get()
    assert (zoe.title, zoe.phone, zoe.email) == ("CTO", "2", "zoe@acme.com")
    assert report["shown"]["updated"][0]["reason"] == f"Title: {STAYS}"


def test_a_contact_entered_meanwhile_is_not_marked_as_left_nor_as_an_evangelist(as_priya, maria):
    acme = customer("Acme")
    text = "Name,Customer,Left on,Evangelist,Evangelist scope,Phone\nZoe Quill,Acme,2026-03-01,prompted,inside,2\n"
    job = checked(as_priya, text, kind="contacts")
    assert Job.objects.get().report["counts"]["created"] == 1
    contacts.create(acme, name="Zoe Quill", by=maria, at=timezone.now())
    report = done(job)
    zoe = Contact.objects.get()
    assert (zoe.left_on, zoe.evangelist_level, zoe.evangelist_scope, zoe.phone) == (None, "no", "", "2")
    assert report["asides"]["left_alone"] == {"rows": 1, "values": 3}


def test_a_contact_whose_customer_was_not_here_at_the_check_keeps_what_maria_said(as_priya, maria):
    job = checked(as_priya, CONTACTS + "Zoe Quill,,Acme,CFO,2\n", kind="contacts")
    assert Job.objects.get().report["counts"]["problem"] == 1
    contacts.create(enter("Acme", maria), name="Zoe Quill", values={"title": "CTO"}, by=maria, at=timezone.now())
    done(job)
    assert Contact.objects.get().title == "CTO"


def test_what_the_import_itself_writes_in_an_earlier_part_is_nobody_elses(as_priya, monkeypatch):
    acme = customer("Acme")
    for name in ("Ann", "Zoe"):
        contacts.create(acme, name=name, values={"title": "CTO"}, by=None, at=timezone.now() - timedelta(days=1))
    text = CONTACTS + "Ann,,Acme,CFO,\nZoe,,Acme,CEO,\nKim,kim@acme.com,Acme,COO,\nKim,,Acme,COO,7\n"
    job = checked(as_priya, text, kind="contacts")
    monkeypatch.setattr(contact_imports, "CHUNK", 1)
    report = done(job)
    assert report["asides"] == {}
    assert dict(Contact.objects.values_list("name", "title")) == {"Ann": "CFO", "Zoe": "CEO", "Kim": "COO"}
    assert Contact.objects.get(name="Kim").phone == "7"


def test_an_invoice_and_a_case_entered_meanwhile_stay_even_if_the_clock_was_behind(as_priya, maria):
    acme = customer("Acme")
    text = "Number,Customer,Due date,Amount,Currency\nINV-1,Acme,2026-11-01,100,EUR\n"
    job = checked(as_priya, text, kind="invoices")
    assert Job.objects.get().report["counts"]["created"] == 1
    early = timezone.now() - timedelta(minutes=5)
    invoices.record(
        acme,
        values={"number": "INV-1", "due_on": date(2026, 12, 1), "amount": 7, "currency": "EUR"},
        by=maria,
        at=early,
    )
    assert done(job)["counts"]["problem"] == 1
    assert Invoice.objects.get().amount == 7
    Job.objects.all().delete()
    text = "Case number,Customer,Opened on,Subject\n77,Acme,2026-11-01,Slow\n"
    job = checked(as_priya, text, kind="cases")
    support_cases.record(
        acme,
        values={"number": "77", "opened_on": date(2026, 11, 1), "subject": "Slow exports"},
        by=maria,
        at=early,
    )
    assert done(job)["counts"]["problem"] == 1
    assert SupportCase.objects.get().subject == "Slow exports"


def test_what_others_did_is_asked_for_once_however_many_rows_there_are(as_priya):
    told = []
    for count in (3, 60):
        Job.objects.all().delete()
        Customer.objects.filter(contacts=None).update(name_key="gone")
        rows = "".join(f"Quasar {count}-{n},APAC\n" for n in range(count))
        job = checked(as_priya, f"Name,Region\n{rows}")
        for n in range(count):
            customer(f"Quasar {count}-{n}", region="EMEA")
        with CaptureQueriesContext(connection) as queries:
            done(job)
        told.append(len(queries))
    assert told[0] == told[1]


def test_what_another_import_was_writing_during_the_check_was_not_shown_and_stays(as_priya, maria):
    """An import is dated with its beginning: Maria's began before Priya's check, and was through after it."""
    acme = customer("Acme", region="EMEA")
    upload(as_priya, "Name,Region\nAcme,APAC\n")
    mine, begun = Job.objects.get(), timezone.now()
    hers = jobs.draft("x", title="Maria's list", parameters={}, source=ContentFile(b"x", "x.csv"), by=maria, at=begun)
    Job.objects.filter(pk=hers.pk).update(state=JobState.RUNNING, started_at=begun, heard_at=begun)
    map_columns(as_priya, mine)
    customers.edit(acme, seen_version=1, changes={"region": "LATAM"}, by=maria, at=begun + timedelta(microseconds=1))
    Job.objects.filter(pk=hers.pk).update(state=JobState.DONE)
    report = done(mine)
    acme.refresh_from_db()
    assert (acme.region, report["counts"]["problem"]) == ("LATAM", 1)
