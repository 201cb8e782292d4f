"""What the page of a customer loads from the references: its cells, and the timeline with their changes."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from customers.models import Customer
from references.models import Nomination
from references.reports import customers as report
from references.reports.departures import agreed_after

PAGE_SIZE = 20


@require_safe
@requires("references.view_grid")
def cells(request: PersonRequest, customer_id: int) -> HttpResponse:
    """The customer's row of the grid, each cell leading to its panel."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    rows = Nomination.objects.open().filter(customer=customer).select_related("customer", "submitted_by")
    nomination, now = rows.first(), timezone.now()
    context = {
        "customer": customer,
        "cells": report.customer_cells(customer, at=now),
        "nomination": nomination,
        "agreed_later": agreed_after(customer, user=request.user),
        "planned_for": nomination.planned_for(Programme.current().calendar.day_of(now)) if nomination else None,
    }
    return render_page_or_partial(request, "references/customer_cells.html", "customer-cells", context)


@require_safe
@requires("references.view_grid")
def timeline(request: PersonRequest, customer_id: int) -> HttpResponse:
    """What happened to the customer and in its cells; `?before=` goes on where a page ended."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    try:
        before = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        before = None
    if before is not None and timezone.is_naive(before):
        before = timezone.make_aware(before)
    calendar = request.user.programme.calendar
    entries, is_more = report.customer_timeline(customer, calendar=calendar, before=before, limit=PAGE_SIZE)
    earlier = ""
    if is_more:
        place = urlencode({"before": entries[-1].at.isoformat()})
        earlier = f"{reverse('references:customer_timeline', args=[customer_id])}?{place}"
    context = {"customer": customer, "entries": entries, "earlier_address": earlier}
    return render_page_or_partial(request, "references/customer_timeline.html", "customer-timeline", context)
