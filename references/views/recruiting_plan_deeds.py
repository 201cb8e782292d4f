"""What is done with a plan, and what the page of a customer shows of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from customers.views.addresses import addressed
from references.actions import recruiting_plans as actions
from references.choices import ImpactTier
from references.forms.recruiting_plans import ClosePlanForm, ReopenPlanForm
from references.models import CustomerImpact, RecruitingPlan
from references.reports.recruiting_plans import listed
from references.views.recruiting_plans import show
from references.views.refusals import refused


@require_POST
@requires("references.write_plan")
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """A person says that the plan is won or given up, and why."""
    plan = get_object_or_404(RecruitingPlan.objects.visible_to(request.user), pk=pk)
    form, label = ClosePlanForm(request.POST), _("Close the plan")
    if not form.is_valid():
        return show(request, pk, refused=refused("close", label, form))
    said = {name: form.cleaned_data[name] for name in ("state", "reason")}
    seen = form.cleaned_data["version"]
    try:
        actions.close(plan, seen_version=seen, **said, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        return show(request, pk, refused=refused("close", label, form, str(refusal)))
    messages.success(request, _("The plan is closed."))
    return redirect("references:recruiting_plan_detail", pk)


@require_POST
@requires("references.write_plan")
def reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on with a closed plan."""
    plan = get_object_or_404(RecruitingPlan.objects.visible_to(request.user), pk=pk)
    form = ReopenPlanForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        actions.reopen(plan, seen_version=seen, by=request.user, at=timezone.now())
        messages.success(request, _("The plan is open again."))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("references:recruiting_plan_detail", pk)


@require_safe
@requires("references.view_plans")
def of_customer(request: PersonRequest, customer_id: int) -> HttpResponse:
    """The open plan of a customer, else the last one, else the invitation to begin one where the impact is high."""
    customer = addressed(request, customer_id)
    plans = list(listed(RecruitingPlan.objects.visible_to(request.user)).filter(customer=customer).order_by("-pk")[:20])
    today = Programme.current().calendar.day_of(timezone.now())
    plan = next((one for one in plans if one.is_open), None)
    context = {
        "customer": customer,
        "plan": plan,
        "is_late": plan is not None and plan.is_late(today),
        "closed": [one for one in plans if not one.is_open],
        "is_high": CustomerImpact.objects.filter(customer=customer, tier=ImpactTier.A).exists(),
        "may_begin": not customer.has_left(today) and request.user.has_perm("references.write_plan"),
    }
    return render_page_or_partial(request, "references/customer_plan.html", "customer-plan", context)
