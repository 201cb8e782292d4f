"""What a file may be a list of: its columns, the exports that are known, and what takes its rows in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext as _

from core.models import User
from core.tables import Row
from customers.actions.case_imports import CaseImport
from customers.actions.contact_imports import ContactImport
from customers.actions.import_rows import ImportPlan
from customers.actions.imports import CustomerImport
from customers.actions.invoice_imports import InvoiceImport
from customers.choices import ImportKind
from customers.formats import case_columns, contact_columns, customer_columns, invoice_columns
from customers.formats.columns import Field, Preset
from customers.models import Contact, Customer, Invoice, SupportCase
from customers.rules.import_outcomes import Outcome

WHOSE = frozenset({"customer_name", "customer_external_id", "customer_domain"})


class RowImport(Protocol):
    """One run over a file."""

    def __init__(self, plan: ImportPlan, headers: list[str], *, write: bool, by: User | None, at: datetime) -> None: ...

    def run(self, rows: Iterable[Row]) -> Iterator[Outcome]: ...


@dataclass(frozen=True)
class FileKind:
    """`missing` says what a mapping lacks to tell whom or what a row is about; empty if it lacks nothing."""

    fields: tuple[Field, ...]
    presets: tuple[Preset, ...]
    model: type[Model]
    work: type[RowImport]
    missing: Callable[[set[str]], str]


def _of_customers(chosen: set[str]) -> str:
    return "" if {"name", "external_id"} & chosen else _("Say which column holds the customer's name.")


def _of_contacts(chosen: set[str]) -> str:
    if not {"name", "last_name", "email"} & chosen:
        return _("Say which column holds the contact's name or e-mail address.")
    return "" if (WHOSE | {"email"}) & chosen else _("Say which column tells the customer.")


def _of_cases(chosen: set[str]) -> str:
    if not {"number", "external_id"} & chosen:
        return _("Say which column holds the number of the case.")
    if "opened_on" not in chosen:
        return _("Say which column holds the day on which the case was opened.")
    return "" if (WHOSE | {"contact_external_id"}) & chosen else _("Say which column tells the customer.")


def _of_invoices(chosen: set[str]) -> str:
    if not {"number", "amount", "due_on"} <= chosen:
        return _("Say which columns hold the number, the amount and the day on which the invoice is due.")
    return "" if WHOSE & chosen else _("Say which column tells the customer.")


KINDS: dict[str, FileKind] = {
    ImportKind.CUSTOMERS.value: FileKind(
        customer_columns.FIELDS, customer_columns.PRESETS, Customer, CustomerImport, _of_customers
    ),
    ImportKind.CONTACTS.value: FileKind(
        contact_columns.FIELDS, contact_columns.PRESETS, Contact, ContactImport, _of_contacts
    ),
    ImportKind.CASES.value: FileKind(case_columns.FIELDS, case_columns.PRESETS, SupportCase, CaseImport, _of_cases),
    ImportKind.INVOICES.value: FileKind(
        invoice_columns.FIELDS, invoice_columns.PRESETS, Invoice, InvoiceImport, _of_invoices
    ),
}


def told_afterwards(work: Any) -> list[str]:
    """What a run has to say about the whole file."""
    remarks = getattr(work, "remarks", None)
    return remarks.told() if remarks else []
