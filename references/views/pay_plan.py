"""The pay plan: visible to everybody whom it motivates; set by the programme manager."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from references.actions import pay_curves
from references.forms.pay import CurveForm, ahead
from references.models import PayCurve
from references.reports import boards, pay_plans
from references.reports import pay as reports
from references.reports.counts import Present
from references.rules.pay import Curve

QUARTERS_BACK = 8


@require_safe
@requires("references.view_own_pay")
def detail(request: PersonRequest) -> HttpResponse:
    """The plan of a quarter; htmx gets the card that stands on other pages."""
    now = Present.seen(timezone.now())
    try:
        quarter = boards.asked_for(request.GET.get("quarter", ""), now=now)
    except RuleBroken as refusal:
        raise Http404(str(refusal))
    plan = pay_plans.plan(quarter, user=request.user, now=now)
    context = {
        "plan": plan,
        "payables": reports.payables(request.user),
        "choices": boards.choosable(now),
        "today": now.today,
    }
    return render_page_or_partial(request, "references/pay_plan.html", "pay-card", context)


@requires("references.configure")
def edit(request: PersonRequest) -> HttpResponse:
    """Another curve from the running or a later quarter on; in a past one only where none held yet."""
    running = Programme.current().calendar.quarter_at(timezone.now())
    held = PayCurve.objects.holding_for(running.label)
    newest = PayCurve.objects.order_by("-pk").values_list("pk", flat=True).first()
    first = PayCurve.objects.order_by("from_quarter").values_list("from_quarter", flat=True).first()
    past = [one for one in ahead(running, back=QUARTERS_BACK) if one < running and (not first or one.label < first)]
    quarters = [*past, *ahead(running)]
    initial = _initial(held, running.label) | {"seen": newest or 0}
    form = CurveForm(request.POST or None, quarters=quarters, initial=initial)
    if request.method == "POST" and form.is_valid() and _set(request, form):
        return redirect("references:pay_plan")
    return render(request, "references/pay_curve_edit.html", {"form": form}, status=422 if form.errors else 200)


def _set(request: PersonRequest, form: CurveForm) -> bool:
    told = {name: form.cleaned_data[name] for name in ("reason", "seen")}
    try:
        pay_curves.set(form.cleaned_data["quarter"], curve=form.curve(), **told, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The pay curve is set."))
    return True


def _initial(held: PayCurve | None, label: str) -> dict[str, object]:
    curve = held.as_policy() if held else Curve()
    return {
        "quarter": label,
        "threshold": curve.threshold,
        "threshold_payout": curve.threshold_payout,
        "cap": curve.cap,
        "cap_payout": curve.cap_payout,
    }
