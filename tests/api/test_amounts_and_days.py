"""A program's amounts and days are read as they are written, or refused: never as something else."""

import pytest
from rest_framework import serializers

from core.api.fields import Amount, Day, Moment
from core.api.parsing import Body
from customers.actions import invoices
from customers.models import Customer, Invoice
from references.api.urls import urlpatterns
from references.models import Evidence
from tests.api.calling import patch, post, told
from tests.factories import LONG_AGO

AMOUNT = "Write the number in digits, with a point before the decimals: 1234.50."
DAY = "Write the day as YYYY-MM-DD."
MOMENT = "Write date and time as ISO 8601 does: 2026-01-31T09:30:00Z."
ODD_AMOUNTS = ["1_0", "٣", "１２", "1e3", "1E3", " 12", "+12", "12,50", "1.", ".5", "NaN", "Infinity"]
ODD_DAYS = [
    "٢٠٢٦-٠١-٠١",
    "20260101",
    "2026-1-1",
    "2026-W01-1",
    "2026-01-01T00:00",
    " 2026-01-01",
    "2026-02-30",
    20260101,
]


@pytest.mark.parametrize("odd", ODD_AMOUNTS)
def test_an_odd_amount_is_refused_in_words(api, bluth, odd):
    sent = {"customer": bluth.pk, "number": "1", "due_on": "2026-01-01", "amount": odd}
    assert told(post(api, "/api/v1/invoices/", sent)) == {"amount": AMOUNT}
    assert told(patch(api, f"/api/v1/customers/{bluth.pk}/", {"recurring_revenue": odd})) == {
        "recurring_revenue": AMOUNT
    }
    assert not Invoice.objects.exists()
    assert Customer.objects.get().recurring_revenue is None


@pytest.mark.parametrize(("plain", "kept"), [("12.50", "12.50"), ("-3", "-3.00"), (12, "12.00"), (12.5, "12.50")])
def test_an_amount_is_a_number_or_its_digits_with_a_point(api, bluth, plain, kept):
    sent = {"customer": bluth.pk, "number": "1", "due_on": "2026-01-01", "amount": plain}
    assert post(api, "/api/v1/invoices/", sent).json()["amount"] == kept


@pytest.mark.parametrize("odd", ODD_DAYS)
def test_an_odd_day_is_refused_in_words(api, bluth, odd):
    invoice = invoices.record(
        bluth, values={"number": "1", "amount": 1, "due_on": LONG_AGO.date()}, by=None, at=LONG_AGO
    )
    assert told(patch(api, f"/api/v1/invoices/{invoice.pk}/", {"due_on": odd})) == {"due_on": DAY}
    evidence = {"kind": "call", "agreed_on": odd}
    sent = {"status": "green", "version": 0, "evidence": evidence}
    assert told(patch(api, f"/api/v1/customers/{bluth.pk}/cells/logo/", sent)) == {"evidence.agreed_on": DAY}
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("odd", ["٢٠٢٦-٠١-٠١T00:00:00Z", "20260101T000000Z", "2026-01-01", "2026-13-01T00:00:00Z"])
def test_an_odd_moment_is_refused_in_words(odd):
    with pytest.raises(serializers.ValidationError) as refusal:
        Moment().run_validation(odd)
    assert refusal.value.detail == [MOMENT]


@pytest.mark.parametrize("plain", ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.123456+01:00", "2026-01-31 09:30"])
def test_a_moment_is_read_as_iso_writes_it(plain):
    assert Moment().run_validation(plain).year == 2026


def fields_of(body):
    """The fields of a body and of the bodies in it."""
    for field in body.fields.values():
        inner = getattr(field, "child", field)
        yield inner
        yield from fields_of(inner) if isinstance(inner, serializers.BaseSerializer) else ()


def bodies(kind=Body):
    for body in kind.__subclasses__():
        yield body
        yield from bodies(body)


def test_every_amount_and_day_that_a_program_may_send_is_read_exactly():
    assert urlpatterns
    exact = {
        serializers.DecimalField: Amount,
        serializers.DateField: Day,
        serializers.DateTimeField: Moment,
        serializers.FloatField: (),
        serializers.DurationField: (),
        serializers.TimeField: (),
    }
    sent = [field for body in bodies() for field in fields_of(body()) if not field.read_only]
    loose = [
        field
        for field in sent
        for plain, read in exact.items()
        if isinstance(field, plain) and not isinstance(field, read)
    ]
    assert sent
    assert loose == []


@pytest.mark.parametrize("number", [5, 1.5])
def test_a_number_for_what_an_attribute_says_is_refused_as_for_a_name(api, bluth, number):
    words = told(patch(api, f"/api/v1/customers/{bluth.pk}/", {"name": number, "attributes": {"use_case": number}}))
    assert words == dict.fromkeys(["name", "attributes.use_case"], "This is a text, not a number.")
