"""Invoices: entered, paid, disputed. What a file brings goes through `invoice_imports`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from customers.actions import belongings
from customers.actions.early_days import slips
from customers.actions.spellings import of_system
from customers.models import Customer, Invoice

EDITABLE = frozenset(["number", "amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed", "source"])


@transaction.atomic
def record(customer: Customer, *, values: Mapping[str, Any], by: User | None, at: datetime) -> Invoice:
    """An invoice of the customer; `values` maps names of EDITABLE. Raises Duplicate for a number that is known."""
    belongings.refuse_unknown(values, EDITABLE)
    invoice = Invoice(customer=customer, **of_system(values))
    return belongings.record(
        invoice, customer, event="invoice.recorded", check=refuse_nonsense, twins=_twins, by=by, at=at
    )


@transaction.atomic
def edit(
    invoice: Invoice, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> Invoice:
    """Write what differs, as `belongings.edit` does."""
    belongings.refuse_unknown(changes, EDITABLE)
    return belongings.edit(
        invoice,
        changes=of_system(changes),
        seen_version=seen_version,
        event="invoice.edited",
        check=refuse_nonsense,
        twins=_twins,
        by=by,
        at=at,
    )


def untrue_days(issued_on: date | None, due_on: date | None, paid_on: date | None, today: date) -> list[str]:
    """In words all that cannot be true of the days of an invoice. One may be paid before it is written: that is money
    in advance."""
    told = slips(past=[issued_on, due_on, paid_on], future=[issued_on, due_on], today=today)
    if paid_on is not None and paid_on > today:
        told.append(_("The day of the payment lies ahead; enter it when the money is there."))
    if issued_on is not None and due_on is not None and due_on < issued_on:
        told.append(_("The invoice is due before it was issued; look at the two days."))
    return told


def refuse_nonsense(invoice: Invoice, today: date) -> None:
    """Raise RuleBroken for what no invoice can be."""
    for words in untrue_days(invoice.issued_on, invoice.due_on, invoice.paid_on, today):
        raise RuleBroken(words)
    if not invoice.number.strip():
        raise RuleBroken(_("Write the number of the invoice."))


def _twins(invoice: Invoice) -> tuple[str, list[Any]]:
    words = _("There is an invoice with the number %(number)s already.") % {"number": invoice.number}
    return words, list(Invoice.objects.filter(source=invoice.source, number=invoice.number))
