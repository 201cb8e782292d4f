"""Lists of support cases and of invoices."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from customers.models import Invoice, SupportCase
from customers.models.invoice import InvoiceQuerySet
from customers.models.support_case import SupportCaseQuerySet

CASES_SHOWN = (("", gettext_lazy("Open")), ("escalated", gettext_lazy("Escalated")), ("all", gettext_lazy("All")))
INVOICES_SHOWN = (
    ("", gettext_lazy("Unpaid")),
    ("overdue", gettext_lazy("Overdue")),
    ("disputed", gettext_lazy("Disputed")),
    ("all", gettext_lazy("All")),
)
CASE_ORDER, INVOICE_ORDER = ("-opened_on", "-pk"), ("-due_on", "-pk")


def cases(user: User, *, search: str, show: str) -> SupportCaseQuerySet:
    """The cases that are asked for, with what the list names."""
    rows = SupportCase.objects.visible_to(user).search(search).select_related("customer", "solver", "contact")
    if show == "escalated":
        return rows.escalations()
    return rows if show == "all" else rows.open()


def invoices(user: User, *, search: str, show: str, today: date) -> InvoiceQuerySet:
    """The invoices that are asked for, with what the list names."""
    rows = Invoice.objects.visible_to(user).search(search).select_related("customer")
    if show == "overdue":
        return rows.overdue(today)
    if show == "disputed":
        return rows.unpaid().filter(is_disputed=True)
    return rows if show == "all" else rows.unpaid()


def case_header() -> list[str]:
    head = [_("Number"), _("Customer"), _("Subject"), _("Severity"), _("Escalated"), _("Opened on"), _("Solved on")]
    return [*head, _("Satisfaction"), _("Who solved it"), _("System")]


def case_rows(rows: SupportCaseQuerySet) -> Iterator[list[Any]]:
    said = {True: _("yes"), False: _("no")}
    for row in rows.order_by(*CASE_ORDER).iterator(chunk_size=2000):
        yield [
            *(row.number, row.customer.name, row.subject, row.get_severity_display(), said[row.is_escalated]),
            *(row.opened_on, row.closed_on, row.satisfaction, str(row.solver or ""), row.source),
        ]


def invoice_header() -> list[str]:
    head = [_("Number"), _("Customer"), _("Amount"), _("Currency"), _("Issued on"), _("Due on"), _("Paid on")]
    return [*head, _("Disputed"), _("System")]


def invoice_rows(rows: InvoiceQuerySet) -> Iterator[list[Any]]:
    said = {True: _("yes"), False: _("no")}
    for row in rows.order_by(*INVOICE_ORDER).iterator(chunk_size=2000):
        yield [
            *(row.number, row.customer.name, row.amount, row.currency, row.issued_on, row.due_on, row.paid_on),
            *(said[row.is_disputed], row.source),
        ]
