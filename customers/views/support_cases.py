"""Support cases: the list, its export, one of a customer entered or edited."""

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
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, programme_day, render_page_or_partial, without_cursor
from customers.actions import support_cases as actions
from customers.forms.troubles import SupportCaseForm, TroubleSearch
from customers.models import SupportCase
from customers.reports import conflicts
from customers.reports import troubles as report
from customers.views.addresses import addressed

PAGE_SIZE: Final = 50


@require_safe
@requires("customers.view_cases")
def index(request: PersonRequest) -> HttpResponse:
    """Open cases, the youngest first; the address narrows them."""
    asked = TroubleSearch(request.GET, choices=report.CASES_SHOWN)
    search, show = asked.wanted()
    rows, cursor = report.cases(request.user, search=search, show=show), request.GET.get("cursor")
    context = {
        "page": keyset_page(rows, order=report.CASE_ORDER, cursor=cursor, size=PAGE_SIZE),
        "search": search,
        "show": show,
        "choices": report.CASES_SHOWN,
        "passed_over": passed_over(asked),
        "query": without_cursor(request).urlencode(),
    }
    return render_page_or_partial(request, "customers/case_index.html", "case-list", context)


@require_safe
@requires("customers.view_cases")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    search, show = TroubleSearch(request.GET, choices=report.CASES_SHOWN).wanted_exactly()
    rows = report.cases(request.user, search=search, show=show)
    return csv_response(f"cases-{timezone.localdate():%Y-%m-%d}.csv", report.case_header(), report.case_rows(rows))


@requires("customers.edit_cases")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """A case of the customer `pk`."""
    customer = addressed(request, pk)
    form = SupportCaseForm(request.POST or None, customer=customer, initial={"opened_on": programme_day(request)})
    if form.is_valid():
        try:
            actions.record(customer, values=form.values(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case is entered."))
            return redirect("customers:case_index")
    context = {"form": form, "customer": customer}
    return render(request, "customers/case_form.html", context, status=422 if form.is_bound else 200)


@requires("customers.edit_cases")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What is known of a case now. Who saved second sees both values and keeps what was typed."""
    case = get_object_or_404(SupportCase.objects.visible_to(request.user).select_related("customer"), pk=pk)
    form = SupportCaseForm(request.POST or None, instance=case, customer=case.customer)
    theirs, status = [], 422 if form.is_bound else 200
    if form.is_valid():
        typed, seen = form.values(), form.cleaned_data["version"] or 0
        try:
            actions.edit(case, changes=typed, seen_version=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            both = form.press_again(SupportCaseForm(instance=stale.current, customer=case.customer), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case is saved."))
            return redirect("customers:case_index")
    context = {"form": form, "customer": case.customer, "case": case, "conflicts": theirs}
    return render(request, "customers/case_form.html", context, status=status)
