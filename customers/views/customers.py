"""Customers: the list, its export, and the page of one."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, programme_day, render_page_or_partial
from customers import filters
from customers.actions import customers as actions
from customers.choices import OwnerRole
from customers.forms import CustomerForm, NewCustomerForm
from customers.models import Attribute, Customer, Invoice, SupportCase
from customers.reports import conflicts, timeline
from customers.reports import customers as report
from customers.reports.attributes import known_attributes, of_customer
from customers.reports.conflicts import Conflict
from customers.views.addresses import addressed

PAGE_SIZE: Final = 50
TROUBLES: Final = 5
CHIPS: Final = ("mine", "owner", "region", "industry", "country", "product", "size", "lifecycle", "well_known")


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """All customers, narrowed and sorted by the address."""
    shown = _filters(request)
    sort = request.GET.get("sort", "")
    page = keyset_page(
        report.listed(shown.qs),
        order=report.order_of(sort),
        cursor=request.GET.get("cursor"),
        size=PAGE_SIZE,
    )
    context = {
        "page": page,
        "total": shown.qs.count(),
        "chips": filters.chips(shown, CHIPS),
        "headings": headings(request, sort),
        "sort": sort,
        "search": request.GET.get("q", ""),
        "query": _query(request),
        "is_narrowed": any(request.GET.get(name) for name in shown.filters),
        "passed_over": passed_over(shown.form),
        "today": programme_day(request),
    }
    response = render_page_or_partial(request, "customers/customer_index.html", "customer-list", context)
    if request.htmx:
        response["HX-Push-Url"] = f"{request.path}?{context['query']}"
    return response


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed and sorted, without paging."""
    shown = _filters(request)
    refuse_passed_over(shown.form)
    rows = report.listed(shown.qs).order_by(*report.order_of(request.GET.get("sort", "")))
    name = f"customers-{timezone.localdate():%Y-%m-%d}.csv"
    attributes = list(Attribute.objects.active())
    told = report.export_rows(rows, attributes=attributes, today=programme_day(request))
    return csv_response(name, report.export_header(attributes), told)


def _filters(request: PersonRequest) -> filters.CustomerFilter:
    rows = Customer.objects.visible_to(request.user).unmerged()
    return filters.CustomerFilter(request.GET, queryset=rows, request=request)


def _query(request: PersonRequest, **changes: str) -> str:
    """The address's query without empty values and without the place in the paging, with these changes."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return query.urlencode()


def headings(
    request: PersonRequest, sort: str, columns: Sequence[report.Column] = report.COLUMNS, *, first: str = "name"
) -> list[dict[str, Any]]:
    """The column heads: each leads to its own order, the one in force to its reverse; `first` is in force unasked."""
    name = sort.lstrip("-") if sort.lstrip("-") in {column.sort for column in columns} else first
    is_down = sort.startswith("-")
    found = []
    for column in columns:
        is_sorted = column.sort == name
        # Numbers are read from the largest down.
        once, again = (f"-{column.sort}", column.sort) if column.is_number else (column.sort, f"-{column.sort}")
        turned = again if is_sorted and is_down == once.startswith("-") else once
        direction = ("descending" if is_down else "ascending") if is_sorted else ""
        found.append({"column": column, "query": _query(request, sort=turned), "direction": direction})
    return found


@require_safe
@requires("customers.view_customers")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One customer; the address of a merged duplicate leads to its survivor."""
    customer = addressed(request, pk, *OwnerRole.values)
    programme = Programme.current()
    context = {
        "customer": customer,
        "sides": timeline.ownerships(customer),
        "ownership_mode": programme.ownership_mode,
        "contacts": customer.contacts.order_by(F("left_on").asc(nulls_first=True), "name"),
        "uses": customer.product_uses.select_related("product"),
        "external_ids": customer.external_ids.all(),
        "attributes": of_customer(customer),
        "entries": timeline.timeline(customer, calendar=programme.calendar),
        "duplicates": customer.duplicates.all(),
        "cases": SupportCase.objects.visible_to(request.user).open().filter(customer=customer)[:TROUBLES],
        "invoices": Invoice.objects.visible_to(request.user).unpaid().filter(customer=customer)[:TROUBLES],
        "today": programme_day(request),
        "is_leaving": customer.is_leaving(programme.calendar.day_of(timezone.now())),
    }
    return render(request, "customers/customer_detail.html", context)


@requires("customers.edit_customers")
def create(request: PersonRequest) -> HttpResponse:
    """A new customer; one that looks like another is asked about first."""
    form = NewCustomerForm(request.POST or None)
    alike: list[Customer] = []
    if request.method == "POST" and form.is_valid():
        try:
            customer = actions.enter(
                name=form.cleaned_data["name"],
                values=form.values(),
                attributes=form.attribute_values(),
                accept_duplicate=form.cleaned_data["is_different"],
                by=request.user,
                at=timezone.now(),
            )
        except Duplicate as found:
            alike = found.existing
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("%(customer)s is entered.") % {"customer": customer})
            return redirect("customers:customer_detail", customer.pk)
    context = {"form": form, "alike": alike, **_suggestions(request)}
    return render(request, "customers/customer_form.html", context, status=422 if request.method == "POST" else 200)


@requires("customers.edit_customers")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The facts of a customer. Who saved second sees both values and keeps what was typed."""
    customer = addressed(request, pk)
    form = CustomerForm(request.POST or None, instance=customer)
    theirs: list[Conflict] = []
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        seen, facts, held = form.cleaned_data["version"] or 0, form.facts(), form.attribute_values()
        try:
            actions.edit(
                customer, seen_version=seen, changes=facts, attributes=held, by=request.user, at=timezone.now()
            )
        except StaleVersion as stale:
            both = form.press_again(CustomerForm(instance=stale.current), stale)
            theirs, status = conflicts.of_customer(stale.current, facts, held, among=both), 409
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("%(customer)s is saved.") % {"customer": form.cleaned_data["name"]})
            return redirect("customers:customer_detail", pk)
    context = {"form": form, "customer": customer, "conflicts": theirs, **_suggestions(request)}
    return render(request, "customers/customer_form.html", context, status=status)


def _suggestions(request: PersonRequest) -> dict[str, Any]:
    """What people entered before, for those who type."""
    return {"known": report.known_words(request.user), "attributes": known_attributes(request.user)}
