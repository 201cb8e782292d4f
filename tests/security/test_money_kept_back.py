"""Alex looks after people and settings: what customers owe and what referrals brought in is not among it."""

from datetime import date
from decimal import Decimal

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.choices import Role
from core.models import AuditEvent
from customers.actions import invoices, referrals
from customers.models import Invoice
from tests.customers.speaking import won
from tests.factories import ContactFactory, customer, person

MONEY = ("ZX-991", "4321", "4,321", "4999", "4,999", "2026-01-31", "31 Jan", "7777", "7,777", "8888", "8,888")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alex(db):
    user = person("Alex Kim", Role.ADMINISTRATOR)
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def trail(maria, sam):
    """An invoice and a referral of Bluth Company were edited."""
    bluth, at = customer("Bluth Company", csm=maria), timezone.now()
    owed = {"number": "ZX-991", "amount": Decimal("4321.50"), "due_on": date(2026, 1, 30)}
    invoice = invoices.record(bluth, values=owed, by=maria, at=at)
    invoices.edit(invoice, changes={"amount": Decimal(4999), "due_on": date(2026, 1, 31)}, by=maria, at=at)
    referral = won(ContactFactory(customer=bluth, name="Lucille"), sam, told_company="Sitwell")
    referrals.edit(referral, changes={"revenue": Decimal(7777)}, by=sam, at=at)
    return referrals.edit(referral, changes={"revenue": Decimal(8888), "note": "Signed"}, by=sam, at=at)


def read(client, path):
    answer = client.get(path)
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("path", ["/audit/", "/audit/export/"])
def test_alex_reads_that_money_was_changed_and_not_from_what_to_what(trail, alex, priya, path):
    alexs, priyas = read(browser(alex), path), read(browser(priya), path)
    assert not [figure for figure in MONEY if figure in alexs]
    for words in ("amount", "revenue", "Signed", "Sitwell", "not shown to you"):
        assert words in alexs, words
    for figure in ("ZX-991", "4321.50", "8888"):
        assert figure in priyas, figure
    assert "not shown to you" not in priyas


def test_the_number_of_an_invoice_finds_nothing_for_alex(trail, alex, priya):
    assert "invoice.edited" in read(browser(priya), "/audit/export/?q=zx-99")
    assert "customers.invoice" not in read(browser(alex), "/audit/export/?q=zx-99")
    assert "Nothing found" in read(browser(alex), "/audit/?q=zx-99")
    assert "Sitwell" in read(browser(alex), "/audit/?q=sitwell")


def test_keeping_money_back_asks_nothing_of_the_database(trail, alex, priya):
    def asked(who):
        client = browser(who)
        client.get("/audit/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/audit/")
        return len(queries)

    assert asked(alex) == asked(priya)


def test_the_trail_itself_keeps_everything(trail, alex):
    read(browser(alex), "/audit/")
    assert AuditEvent.objects.get(event="invoice.edited").detail["fields"]["amount"] == ["4321.50", "4999"]


def test_the_admin_site_shows_alex_neither_invoices_nor_what_tells_of_money(trail, alex):
    alexs, invoice = browser(alex), Invoice.objects.get()
    for path in ("/admin/customers/invoice/", f"/admin/customers/invoice/{invoice.pk}/change/"):
        assert alexs.get(path).status_code == 403, path
    listed = read(alexs, "/admin/core/auditevent/")
    assert "ZX-991" not in listed
    assert "referral.recorded" in listed
    for event in AuditEvent.objects.filter(event__in=["invoice.recorded", "invoice.edited", "referral.edited"]):
        assert alexs.get(f"/admin/core/auditevent/{event.pk}/change/").status_code == 302, event
    kept = referrals.edit(trail, changes={"note": "Signed and sealed"}, by=None, at=timezone.now())
    plain = AuditEvent.objects.filter(subject_id=kept.pk, event="referral.edited").latest("pk")
    assert alexs.get(f"/admin/core/auditevent/{plain.pk}/change/").status_code == 200


def test_who_looks_after_the_programme_too_sees_money_in_the_admin_site(trail):
    both = person("Ada Both", Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER)
    TOTP.activate(both, generate_totp_secret())
    assert browser(both).get(f"/admin/customers/invoice/{Invoice.objects.get().pk}/change/").status_code == 200
    assert "ZX-991" in read(browser(both), "/admin/core/auditevent/")
