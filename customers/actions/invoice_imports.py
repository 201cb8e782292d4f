"""Invoices from a file."""

import re
from datetime import date
from typing import Any

from core.words import gettext_noop
from customers.actions.belonging_imports import BelongingImport, Entry
from customers.actions.invoices import refuse_nonsense
from customers.formats.invoice_columns import LABELS
from customers.models import Invoice
from customers.rules import import_values as values
from customers.rules.import_values import Unreadable

CURRENCY = re.compile(r"[A-Za-z]{3}")
NO_NUMBER = gettext_noop("The row names no invoice: it has no number.")
NO_DUE = gettext_noop("The row does not say when the invoice is due.")
NO_AMOUNT = gettext_noop("The row does not say the amount.")
NO_CURRENCY = gettext_noop("“%(text)s” is not a currency; write the three letters, like EUR.")


class InvoiceImport(BelongingImport[Invoice]):
    """An invoice is known by its number within its system."""

    model = Invoice
    columns = ("amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed")
    named_by = ("number", "customer_name")
    labels = LABELS

    def understood(self, number: int, cells: dict[str, str]) -> Entry:
        if "number" not in cells:
            raise Unreadable(NO_NUMBER)
        for column, complaint in (("due_on", NO_DUE), ("amount", NO_AMOUNT)):
            if column not in cells:
                raise Unreadable(complaint)
        found: dict[str, Any] = self.texts(cells, "number")
        found["amount"] = values.amount(cells["amount"])
        if "currency" in cells:
            if not CURRENCY.fullmatch(cells["currency"]):
                raise Unreadable(NO_CURRENCY, text=cells["currency"][:40])
            found["currency"] = cells["currency"].upper()
        for column in ("issued_on", "due_on", "paid_on"):
            if column in cells:
                found[column] = values.day(cells[column], order=self.plan.day_order)
        if "is_disputed" in cells:
            found["is_disputed"] = values.yes_or_no(cells["is_disputed"])
        return Entry(number, self.home_of(cells), "", found.pop("number"), found)

    def existing(self, entries: list[Entry]) -> dict[str, Invoice]:
        """By the number, in the file's system or entered by a person."""
        numbers = {entry.key for entry in entries}
        rows = Invoice.objects.filter(source__in={self.plan.source, ""}, number__in=numbers).order_by("source")
        return {invoice.number: invoice for invoice in rows}

    def blank(self, entry: Entry, customer_id: int) -> Invoice:
        return Invoice(customer_id=customer_id, source=self.plan.source, number=entry.key)

    def refuse_nonsense(self, thing: Invoice, today: date) -> None:
        refuse_nonsense(thing, today)
