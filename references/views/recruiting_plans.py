"""Recruiting plans: the list, customers that lack one, the form, the page of one."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.models import Customer
from customers.views.addresses import carried_in_words, chosen
from references.actions import recruiting_plans as actions
from references.choices import ImpactTier
from references.filters import RecruitingPlanFilter
from references.filters.recruiting_plans import STATES
from references.forms.recruiting_plans import ClosePlanForm, RecruitingPlanForm, ReopenPlanForm
from references.models import RecruitingPlan
from references.reports import recruiting_plans as report
from references.reports.counts import Present
from references.views.customer_choice import choose
from references.views.refusals import Refused

PAGE_SIZE: Final = 50
ORDER: Final = ("due", "pk")
SWITCHES: Final = ("mine", "overdue")
COLUMNS: Final = ("owner", "people", "way", "offer", "next_step", "due_on", "version")


@require_safe
@requires("references.view_plans")
def index(request: PersonRequest) -> HttpResponse:
    """The plans with the next step that is due first on top."""
    shown = _filter(request)
    asked = without_cursor(request)
    context = {
        "page": keyset_page(report.listed(shown.rows), order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "today": shown.today,
        "switches": [(name, shown.filters[name].label, asked.get(name) == "true") for name in SWITCHES],
        "states": STATES,
        "state": asked.get("state", ""),
        "owners": [(str(one.pk), one.name) for one in report.owners()],
        "owner": asked.get("owner", ""),
        "tiers": ImpactTier.choices,
        "tier_asked": asked.get("tier", ""),
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "is_narrowed": any(asked.values()),
        "passed_over": passed_over(shown.form),
    }
    return render_page_or_partial(request, "references/recruiting_plan_index.html", "plan-list", context)


@require_safe
@requires("references.view_plans")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    shown = _filter(request)
    refuse_passed_over(shown.form)
    rows = report.listed(shown.rows).order_by(*ORDER)
    name = f"recruiting-plans-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(rows))


def _today() -> date:
    return Programme.current().calendar.day_of(timezone.now())


def _filter(request: PersonRequest) -> RecruitingPlanFilter:
    return RecruitingPlanFilter(request.GET, user=request.user, today=_today())


@require_safe
@requires("references.view_plans")
def missing(request: PersonRequest) -> HttpResponse:
    """Customers of high impact that are no reference, and for which nobody has a plan."""
    rows = report.unplanned(request.user, now=Present.seen(timezone.now())).search(request.GET.get("q", ""))
    asked = without_cursor(request)
    context = {
        "page": keyset_page(rows, order=("-score", "pk"), cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "is_narrowed": any(asked.values()),
    }
    return render_page_or_partial(request, "references/recruiting_plan_missing.html", "missing-list", context)


@require_safe
@requires("references.view_plans")
def missing_export(request: PersonRequest) -> StreamingHttpResponse:
    """The customers without a plan as they are narrowed, without paging."""
    rows = report.unplanned(request.user, now=Present.seen(timezone.now())).search(request.GET.get("q", ""))
    name = f"without-a-plan-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.unplanned_header(), report.unplanned_rows(rows.order_by("-impact__score", "pk")))


@require_safe
@requires("references.view_plans")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One plan, and what this person can do with it."""
    return show(request, pk)


def show(request: PersonRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """The page of a plan; 422 with the panel open if it was not closed as somebody wanted."""
    rows = report.listed(RecruitingPlan.objects.visible_to(request.user))
    plan = get_object_or_404(rows.select_related("created_by", "changed_by", "closed_by"), pk=pk)
    others = RecruitingPlan.objects.visible_to(request.user).filter(customer=plan.customer_id).exclude(pk=pk)
    today = _today()
    context = {
        "plan": plan,
        "is_late": plan.is_late(today),
        "left_on": plan.customer.churned_on if plan.customer.has_left(today) else None,
        "others": others.select_related("owner")[:20],
        "close_form": refused.form if refused else ClosePlanForm(),
        "reopen_form": ReopenPlanForm(initial={"version": plan.version}),
        "refused": refused,
        "has_panel": plan.is_open and request.user.has_perm("references.write_plan"),
    }
    return render(request, "references/recruiting_plan_detail.html", context, status=422 if refused else 200)


@requires("references.write_plan")
def create(request: PersonRequest) -> HttpResponse:
    """Begin a plan: first the customer, then the rest on one page."""
    if not request.GET.get("customer"):
        return choose(request, "references/recruiting_plan_pick.html")
    asked = chosen(request)
    customer = asked.survivor
    there = RecruitingPlan.objects.open().filter(customer=customer)
    found = there.first()
    if found is not None and request.method != "POST":
        messages.info(request, _("%(customer)s has an open plan; this is it.") % {"customer": customer})
        return redirect("references:recruiting_plan_detail", found.pk)
    form = RecruitingPlanForm(request.POST if request.method == "POST" else None, initial={"owner": request.user})
    if form.is_bound and customer != asked:
        form.add_error(None, carried_in_words(asked))
    elif form.is_bound and form.is_valid():
        plan = _begun(request, form, customer)
        if plan is not None:
            return redirect("references:recruiting_plan_detail", plan.pk)
    context = {"form": form, "customer": customer, "there": there.first()}
    return render(request, "references/recruiting_plan_form.html", context, status=422 if form.is_bound else 200)


def _begun(request: PersonRequest, form: RecruitingPlanForm, customer: Customer) -> RecruitingPlan | None:
    try:
        plan = actions.begin(customer, values=form.values(), by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The plan for %(customer)s has begun.") % {"customer": customer})
    return plan


@requires("references.write_plan")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change an open plan; a closed one is opened again first. Who saved second sees both values."""
    rows = RecruitingPlan.objects.visible_to(request.user).select_related("customer", "owner")
    plan = get_object_or_404(rows, pk=pk)
    if request.method != "POST" and (words := actions.settled(plan)):
        messages.error(request, words)
        return redirect("references:recruiting_plan_detail", pk)
    form = _form(request.POST if request.method == "POST" else None, plan)
    if form.is_bound and form.is_valid():
        return _edited(request, form, plan)
    return _page(request, form, plan, status=422 if form.is_bound else 200)


def _edited(request: PersonRequest, form: RecruitingPlanForm, plan: RecruitingPlan) -> HttpResponse:
    typed, seen = form.values(), form.cleaned_data["version"] or 0
    try:
        actions.edit(plan, seen_version=seen, changes=typed, by=request.user, at=timezone.now())
    except StaleVersion as stale:
        both = form.press_again(_form(None, stale.current), stale)
        theirs = report.conflicts_of(stale.current, typed, among=both)
        return _page(request, form, plan, status=409, conflicts=theirs)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, plan, status=422)
    messages.success(request, _("The plan is saved."))
    return redirect("references:recruiting_plan_detail", plan.pk)


def _page(
    request: PersonRequest, form: RecruitingPlanForm, plan: RecruitingPlan, *, status: int, conflicts: Any = ()
) -> HttpResponse:
    context = {"form": form, "customer": plan.customer, "plan": plan, "conflicts": conflicts}
    return render(request, "references/recruiting_plan_form.html", context, status=status)


def _form(sent: QueryDict | None, plan: RecruitingPlan) -> RecruitingPlanForm:
    initial = {name: getattr(plan, name) for name in COLUMNS} | {"dimensions": list(plan.dimensions.all())}
    return RecruitingPlanForm(sent, plan=plan, initial=initial)
