"""The attributes of customers: which there are, and how their values are spelled."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest
from customers.actions import attributes as actions
from customers.forms import AttributeForm
from customers.models import Attribute
from customers.reports import attributes as report

PAGE_SIZE: Final = 100


@requires("customers.manage_attributes")
def index(request: PersonRequest) -> HttpResponse:
    """All attributes with the number of customers of whom they say something, and a form for a new one."""
    form = AttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("customers:attribute_index")
    rows = report.catalogue()
    last = max((row.attribute for row in rows), key=lambda one: (one.position, one.pk), default=None)
    context = {"form": form, "rows": rows, "last": last}
    return render(request, "customers/attribute_index.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@requires("customers.manage_attributes")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """The values of an attribute with the number of customers that have each."""
    attribute = get_object_or_404(Attribute, pk=pk)
    search, sort = request.GET.get("q", "").strip()[:200], request.GET.get("sort", "value")
    rows, order = report.values(attribute, search=search), report.value_order(sort)
    page = keyset_page(rows, order=order, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {"attribute": attribute, "page": page, "search": search, "sort": sort, "query": query.urlencode()}
    return render(request, "customers/attribute_detail.html", context)


@require_safe
@requires("customers.manage_attributes")
def export(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The values as they are narrowed and sorted, without paging."""
    attribute = get_object_or_404(Attribute, pk=pk)
    order = report.value_order(request.GET.get("sort", ""))
    rows = report.values(attribute, search=request.GET.get("q", "")).order_by(*order)
    return csv_response(f"{attribute.key}.csv", [attribute.name, gettext("Customers")], rows.iterator(chunk_size=2_000))


@requires("customers.manage_attributes")
def rename(request: PersonRequest, pk: int) -> HttpResponse:
    attribute = get_object_or_404(Attribute, pk=pk)
    form = AttributeForm(request.POST or None, initial={"name": attribute.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename(
                attribute,
                name=form.cleaned_data["name"],
                was=request.POST.get("was"),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, gettext("It is called “%(name)s” now.") % {"name": form.cleaned_data["name"]})
            return redirect("customers:attribute_index")
    context = {"form": form, "attribute": attribute}
    return render(request, "customers/attribute_form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires("customers.manage_attributes")
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an attribute out of use; nothing of it is deleted."""
    return _done(request, pk, actions.retire)


@require_POST
@requires("customers.manage_attributes")
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a retired attribute up again."""
    return _done(request, pk, actions.resume)


@require_POST
@requires("customers.manage_attributes")
def reorder(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    return _done(request, pk, actions.reorder, places=-1 if request.POST.get("way") == "up" else 1)


def _done(request: PersonRequest, pk: int, deed: Any, **how: Any) -> HttpResponse:
    attribute = get_object_or_404(Attribute, pk=pk)
    try:
        deed(attribute, **how, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:attribute_index")
