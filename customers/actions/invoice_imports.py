"""Invoices from a file."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.words import gettext_noop
from customers.actions.belonging_imports import BelongingImport, Entry
from customers.actions.homes import COMPANY
from customers.actions.import_rows import subject_of, values_of
from customers.actions.invoices import untrue_days
from customers.formats.invoice_columns import LABELS
from customers.models import Invoice
from customers.rules import import_values as values
from customers.rules.import_values import Unreadable

CURRENCY = re.compile(r"[A-Za-z]{3}")
NEEDED = {
    "number": gettext_noop("The row names no invoice: it has no number."),
    "due_on": gettext_noop("The row does not say when the invoice is due."),
    "amount": gettext_noop("The row does not say the amount."),
}
NO_CURRENCY = gettext_noop("“%(text)s” is not a currency; write the three letters, like EUR.")


class InvoiceImport(BelongingImport[Invoice]):
    """An invoice is known by its number within its system."""

    model = Invoice
    columns = ("amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed")
    named_by = ("number", "customer_name")
    labels = LABELS

    def understood(self, number: int, cells: dict[str, str]) -> Entry:
        wrong = [_(words) for column, words in NEEDED.items() if column not in cells]
        found = values_of(cells, self.readers, wrong)
        key, name = found.pop("number", ""), subject_of(cells, self.named_by)
        company = subject_of(cells, COMPANY)
        return Entry(number, self.home_of(cells), "", key, name, found, wrong=tuple(wrong), company=company)

    def parsers(self) -> Mapping[str, Callable[[str], Any]]:
        return {
            "number": self.text("number"),
            "amount": values.amount,
            "currency": _currency,
            "issued_on": self.day,
            "due_on": self.day,
            "paid_on": self.day,
            "is_disputed": values.yes_or_no,
        }

    def existing(self, entries: list[Entry]) -> dict[str, Invoice]:
        """By the number, in the file's system or entered by a person."""
        numbers = {entry.key for entry in entries}
        rows = Invoice.objects.filter(source__in={self.plan.source, ""}, number__in=numbers).order_by("source")
        return {invoice.number: invoice for invoice in rows}

    def blank(self, entry: Entry, customer_id: int) -> Invoice:
        return Invoice(customer_id=customer_id, source=self.plan.source, number=entry.key)

    def untrue_days(self, values: Mapping[str, Any], today: date) -> list[str]:
        return untrue_days(values.get("issued_on"), values.get("due_on"), values.get("paid_on"), today)


def _currency(text: str) -> str:
    if not CURRENCY.fullmatch(text):
        raise Unreadable(NO_CURRENCY, text=text[:40])
    return text.upper()
