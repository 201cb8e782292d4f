"""What a page says after a departure is entered: what speaks against the day, and who waits in vain."""

from typing import Final

from django.contrib import messages
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.requests import PersonRequest
from customers.models import Customer
from customers.reports import departures as report
from customers.views.evangelists import today

NAMED: Final = 10


def warn(request: PersonRequest, customer: Customer) -> None:
    """Name what is noted of the contacts of a customer that leaves. The day stands, as the other may be wrong."""
    if customer.churned_on is None:
        return
    if later := report.noted_after(customer, customer.churned_on, user=request.user):
        words = _("Noted after the departure of %(customer)s, so look which day is right:") % {"customer": customer}
        messages.warning(request, linked(words, later))
    if coming := report.expected(customer, customer.churned_on, today=today()):
        words = _("Had said yes for a day by which %(customer)s has left:") % {"customer": customer}
        messages.warning(request, linked(words, coming))


def linked(words: str, noted: list[report.Noted]) -> SafeString:
    """The words, and each thing with its link."""
    links = format_html_join(", ", '<a href="{}">{}</a>', ((one.url, one.words) for one in noted[:NAMED]))
    return format_html("{} {}{}", words, links, " …" if len(noted) > NAMED else "")
