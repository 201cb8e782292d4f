"""Quotas: the report, what is set, and the lifting of one."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import User
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from references.actions import quotas as actions
from references.filters import QuotaFilter
from references.filters.quotas import SHOWN, SORT_LABELS
from references.forms.quotas import OverrideForm, QuotaForm
from references.models import QuotaPolicy
from references.reports import quotas as report

PAGE_SIZE: Final = 50


@require_safe
@requires("references.view_quotas")
def index(request: PersonRequest) -> HttpResponse:
    """Who has reached the quota of a period, and who has not."""
    at = timezone.now()
    shown, asked = QuotaFilter(request.GET, at=at), without_cursor(request)
    sheet = shown.sheet
    page = keyset_page(shown.rows, order=shown.order, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = {
        "sheet": sheet,
        "numbers": sheet.policy.in_words,
        "page": page,
        "rows": list(report.rows_of(sheet, page.rows)),
        "is_running": at < sheet.period.ends_at,
        "periods": shown.periods,
        "roles": [(role.value, role.label) for role in Role if role in sheet.policy.numbers],
        "teams": report.teams(sheet),
        "choices": SHOWN,
        "sorts": SORT_LABELS,
        "asked": asked.dict(),
        "query": asked.urlencode(),
        "is_narrowed": any(value for name, value in asked.items() if name not in ("period", "sort")),
        "history": report.history(),
        "passed_over": passed_over(shown.form),
    }
    return render_page_or_partial(request, "references/quota_index.html", "quota-list", context)


@require_safe
@requires("references.view_quotas")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The report as it is narrowed, for performance reviews."""
    shown = QuotaFilter(request.GET, at=timezone.now())
    refuse_passed_over(shown.form)
    rows = report.export_rows(shown.sheet, shown.rows.order_by(*shown.order))
    return csv_response(f"quotas-{shown.sheet.period.label}.csv", report.export_header(), rows)


@requires("references.manage_quotas")
def edit(request: PersonRequest) -> HttpResponse:
    """What is expected of each role, and what follows for who is under it."""
    policy = QuotaPolicy.objects.holding_at(timezone.now())
    form = QuotaForm(request.POST if request.method == "POST" else None, policy=policy)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.set_policy(**form.values(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.refuse(refusal)
            status = 409 if isinstance(refusal, StaleVersion) else status
        else:
            messages.success(request, _("The quotas are set; they hold from now on."))
            return redirect("references:quota_index")
    return render(request, "references/quota_edit.html", {"form": form}, status=status)


@requires("references.manage_quotas")
def override(request: PersonRequest, pk: int) -> HttpResponse:
    """Lift the quota of one person for the period that is looked at; what is lifted is never another than was meant."""
    person, at = get_object_or_404(User.objects.active(), pk=pk), timezone.now()
    label = request.GET.get("period", "")
    period = report.period_of(label, at=at)
    if label and period.label != label:
        # The report says that it does not know it, and shows which there are.
        return redirect(f"{reverse('references:quota_index')}?{urlencode({'period': label})}")
    form = OverrideForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.override(person, period=period, reason=form.cleaned_data["reason"], by=request.user, at=at)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            told = {"person": person, "period": period.label}
            messages.success(request, _("The quota of %(person)s is lifted for %(period)s.") % told)
            return redirect(f"{reverse('references:quota_index')}?period={period.label}")
    why_not = "" if form.is_bound else report.why_not_lifted(person, period=period, by=request.user, at=at)
    context = {"form": form, "person": person, "period": period, "why_not": why_not}
    return render(request, "references/quota_override.html", context, status=422 if form.is_bound else 200)
