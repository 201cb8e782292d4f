"""Data made in bulk for measuring is as sound as data made by people: it closes, it verifies, it adds up."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F

from customers.models import KEPT, Contact, Customer, CustomerChange
from references.actions import closings, decay
from references.models import Cell, CellChange, Closing, Dimension, Evidence
from references.models.cell import CellValues
from references.reports.as_of import cells_as_of, customers_as_of
from refprogram.scale import dialects, loading
from refprogram.scale.statements import TABLES
from tests.factories import customer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHARED = [field.attname for field in CellValues._meta.get_fields()]


@pytest.fixture
def loaded(db):
    loading.load(90, now=NOW)


def test_it_is_a_full_grid_with_two_years_of_history(loaded):
    assert Customer.objects.count() == 90
    assert Cell.objects.count() == 90 * Dimension.objects.count()
    rows = CellChange.objects.count() + CustomerChange.objects.count()
    assert 49 <= rows / 90 <= 51
    assert set(Cell.objects.values_list("status", flat=True)) == {"", "red", "amber", "green"}
    assert Contact.objects.evangelists().exists()
    assert Customer.objects.filter(lifecycle="churned").exists()
    assert not CellChange.objects.exclude(recorded_at__lt=NOW).exists()


def test_the_present_is_the_end_of_history(loaded):
    order = ("customer_id", "dimension_id")
    now = list(Cell.objects.order_by(*order).values_list(*SHARED, "updated_at", "updated_by_id"))
    then = sorted(cells_as_of(NOW).values_list(*SHARED, "recorded_at", "by_id"))
    assert now == then
    customers = list(Customer.objects.order_by("pk").values_list("pk", *KEPT))
    assert customers == sorted(customers_as_of(NOW).values_list("customer_id", *KEPT))
    last = dict(CustomerChange.objects.order_by().values_list("customer").annotate(Count("pk")))
    assert dict(Customer.objects.values_list("pk", "version")) == last


def test_every_green_of_the_pay_trigger_stands_on_a_contacts_word(loaded):
    greens = CellChange.objects.filter(dimension__needs_evidence=True, status="green")
    assert greens.exists()
    assert not greens.exclude(
        evidence__contact__customer=F("customer"), evidence__valid_until__gt=F("recorded_at__date")
    )
    assert Evidence.objects.count() == greens.count()
    decay.decay(at=NOW)
    assert not CellChange.objects.filter(source="expiry").exists()


def test_its_quarters_close_and_verify(loaded):
    closings.close_due(at=NOW)
    assert Closing.objects.count() == 8
    assert {closing.customers for closing in Closing.objects.all()} == {90}
    assert len({closing.count for closing in Closing.objects.all()}) > 1
    call_command("verify_closings", stdout=StringIO())


def test_indexes_and_foreign_keys_are_back(db):
    before = shape()
    loading.load(3, now=NOW)
    assert shape() == before
    assert customer("The next one").pk > Customer.objects.order_by("pk").values_list("pk", flat=True)[2]
    with pytest.raises(IntegrityError):
        contact_of_nobody()


@transaction.atomic
def contact_of_nobody() -> None:
    Contact.objects.create(customer_id=999, name="Nobody's", created_at=NOW)
    connection.check_constraints()


def shape() -> list:
    """What the database says of the indexes and constraints of the tables, those that are not checked included."""
    if connection.vendor == "sqlite":
        return sorted(dialects.rows_of("SELECT tbl_name, name, sql FROM sqlite_master WHERE type <> 'trigger'", []))
    kept = dialects.rows_of(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint "
        "WHERE conrelid::regclass::text = ANY(%s)",
        [list(TABLES)],
    )
    return sorted(kept + dialects.rows_of("SELECT tablename, indexname, indexdef, true FROM pg_indexes", []))


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_did_and_does_it_once():
    told = StringIO()
    call_command("load_scale", "--customers", "5", stdout=told)
    assert "5 customers are loaded" in told.getvalue()
    with pytest.raises(CommandError, match="has customers"):
        call_command("load_scale", "--customers", "5")
    with pytest.raises(CommandError, match="not a number of customers"):
        call_command("load_scale", "--customers", "many")
