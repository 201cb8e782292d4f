"""Invoices: entered, paid, disputed. What an import brings goes through `invoice_imports`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.models import Customer, Invoice

EDITABLE = frozenset(["number", "amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed", "source"])


@transaction.atomic
def record(customer: Customer, *, values: Mapping[str, Any], by: User | None, at: datetime) -> Invoice:
    """An invoice of the customer; `values` maps names of EDITABLE. Raises Duplicate for a number that is known."""
    _refuse_unknown(values)
    invoice = Invoice(customer=customers.lock(customer.pk), updated_at=at, **values)
    refuse_nonsense(invoice)
    _save(invoice)
    audit.record("invoice.recorded", invoice, by=by, at=at, customer=invoice.customer_id)
    return invoice


@transaction.atomic
def edit(
    invoice: Invoice, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> Invoice:
    """Write what differs; nothing if nothing differs. StaleVersion if changed since `seen_version`, where given."""
    _refuse_unknown(changes)
    customers.lock(invoice.customer_id)
    current = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    current.version, current.updated_at = current.version + 1, at
    refuse_nonsense(current)
    _save(current)
    told = {name: [customers.plain(before), customers.plain(after)] for name, (before, after) in fields.items()}
    audit.record("invoice.edited", current, by=by, at=at, customer=current.customer_id, fields=told)
    return current


def refuse_nonsense(invoice: Invoice) -> None:
    """Raise RuleBroken for what no invoice can be."""
    if not invoice.number.strip():
        raise RuleBroken(_("Write the number of the invoice."))
    if invoice.issued_on is not None and invoice.due_on < invoice.issued_on:
        raise RuleBroken(_("The invoice is due before it was issued; look at the two days."))


def _save(invoice: Invoice) -> None:
    try:
        with transaction.atomic():
            invoice.save()
    except IntegrityError as conflict:
        words = _("There is an invoice with the number %(number)s already.") % {"number": invoice.number}
        existing = Invoice.objects.filter(source=invoice.source, number=invoice.number)
        raise Duplicate(words, existing=list(existing)) from conflict


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of an invoice: {', '.join(sorted(unknown))}")
