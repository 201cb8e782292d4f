"""Words about invoices in lists."""

from datetime import date

from django import template

from customers.models import Invoice

register = template.Library()


@register.filter
def is_overdue(invoice: Invoice, today: date) -> bool:
    """Whether the invoice is unpaid after its day."""
    return invoice.is_overdue(today)
