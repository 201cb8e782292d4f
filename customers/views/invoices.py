"""Invoices: the list, its export, one of a customer entered or edited."""

from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import invoices as actions
from customers.forms.troubles import InvoiceForm, TroubleSearch
from customers.models import Invoice
from customers.reports import conflicts
from customers.reports import troubles as report
from customers.views.addresses import addressed

PAGE_SIZE: Final = 50


def _today() -> date:
    return Programme.current().calendar.day_of(timezone.now())


@require_safe
@requires("customers.view_invoices")
def index(request: PersonRequest) -> HttpResponse:
    """Unpaid invoices, the latest due first; the address narrows them."""
    asked = TroubleSearch(request.GET, choices=report.INVOICES_SHOWN)
    search, show = asked.wanted()
    rows, cursor = report.invoices(request.user, search=search, show=show, today=_today()), request.GET.get("cursor")
    context = {
        "page": keyset_page(rows, order=report.INVOICE_ORDER, cursor=cursor, size=PAGE_SIZE),
        "search": search,
        "show": show,
        "choices": report.INVOICES_SHOWN,
        "passed_over": passed_over(asked),
        "today": _today(),
        "query": without_cursor(request).urlencode(),
    }
    return render_page_or_partial(request, "customers/invoice_index.html", "invoice-list", context)


@require_safe
@requires("customers.view_invoices")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    search, show = TroubleSearch(request.GET, choices=report.INVOICES_SHOWN).wanted_exactly()
    rows = report.invoices(request.user, search=search, show=show, today=_today())
    return csv_response(
        f"invoices-{timezone.localdate():%Y-%m-%d}.csv", report.invoice_header(), report.invoice_rows(rows)
    )


@requires("customers.edit_invoices")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """An invoice to the customer `pk`."""
    customer = addressed(request, pk)
    form = InvoiceForm(request.POST or None)
    if form.is_valid():
        try:
            actions.record(customer, values=form.values(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invoice is entered."))
            return redirect("customers:invoice_index")
    context = {"form": form, "customer": customer}
    return render(request, "customers/invoice_form.html", context, status=422 if form.is_bound else 200)


@requires("customers.edit_invoices")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What is known of an invoice now. Who saved second sees both values and keeps what was typed."""
    invoice = get_object_or_404(Invoice.objects.visible_to(request.user).select_related("customer"), pk=pk)
    form = InvoiceForm(request.POST or None, instance=invoice)
    theirs, status = [], 422 if form.is_bound else 200
    if form.is_valid():
        typed, seen = form.values(), form.cleaned_data["version"] or 0
        try:
            actions.edit(invoice, changes=typed, seen_version=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            both = form.press_again(InvoiceForm(instance=stale.current), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invoice is saved."))
            return redirect("customers:invoice_index")
    context = {"form": form, "customer": invoice.customer, "invoice": invoice, "conflicts": theirs}
    return render(request, "customers/invoice_form.html", context, status=status)
