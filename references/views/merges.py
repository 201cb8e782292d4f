"""Merge duplicates: pick the duplicate, compare, choose, confirm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Customer
from customers.reports.customers import look_alikes
from customers.views.addresses import addressed
from references.actions import merges as actions
from references.reports.merges import preview


@require_safe
@requires("customers.merge_customers")
def pick(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Look for the duplicate; customers of the same name or domain are offered at once."""
    customer = addressed(request, customer_id)
    text = request.GET.get("q", "").strip()[:200]
    rows = Customer.objects.visible_to(request.user).unmerged().exclude(pk=customer.pk)
    alike = [row for row in look_alikes(customer.name, customer.domain) if row.pk != customer.pk]
    found = list(rows.search(text).select_related("csm").order_by("name_key", "pk")[:20]) if text else alike
    context = {"customer": customer, "text": text, "found": found}
    return render(request, "references/merge_pick.html", context)


@requires("customers.merge_customers")
def compare(request: PersonRequest, customer_id: int, duplicate_id: int) -> HttpResponse:
    """Both side by side with a choice where they differ; what was chosen is asked about before it is done."""
    survivor, duplicate = _customer(request, customer_id), _customer(request, duplicate_id)
    if survivor == duplicate or survivor.merged_into_id or duplicate.merged_into_id:
        messages.error(request, gettext("These two cannot be merged: they are one customer already."))
        return redirect("customers:customer_detail", customer_id)
    status, asks = 200, request.method == "POST"
    if "confirmed" in request.POST:
        try:
            _merge(request, survivor, duplicate)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            if _customer(request, duplicate_id).merged_into_id == survivor.pk:
                return redirect("customers:customer_detail", customer_id)
            status, asks = 409 if isinstance(refusal, StaleVersion) else 422, False
        else:
            return redirect("customers:customer_detail", customer_id)
    context = {"merge": preview(survivor, duplicate), "asks": asks}
    context |= {"fields": _picked(request, "field"), "cells": _picked(request, "cell")}
    return render(request, "references/merge_compare.html", context, status=status)


def _merge(request: PersonRequest, survivor: Customer, duplicate: Customer) -> None:
    actions.merge(
        survivor,
        duplicate=duplicate,
        seen=request.POST.get("seen", ""),
        picked_fields=_picked(request, "field"),
        picked_cells=_picked(request, "cell"),
        by=request.user,
        at=timezone.now(),
    )
    words = gettext("%(duplicate)s is part of %(survivor)s now.")
    messages.success(request, words % {"duplicate": duplicate, "survivor": survivor})


def _picked(request: PersonRequest, kind: str) -> list[str]:
    """The columns or dimensions in which the duplicate was chosen."""
    prefix = f"{kind}-"
    return [
        name.removeprefix(prefix)
        for name, value in request.POST.items()
        if name.startswith(prefix) and value == "theirs"
    ]


def _customer(request: PersonRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
