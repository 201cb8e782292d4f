"""Corrections of closed quarters: proposed by one person, decided by another."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Customer
from references.actions import corrections as actions
from references.forms.quarters import YES, CorrectionForm, DecisionForm
from references.models import Closing, ClosingEntry, Correction
from references.reports import closings
from references.views.refusals import Refused, refused

PAGE_SIZE: Final = 50
MOST_FOUND: Final = 20


@require_safe
@requires("references.view_quarter")
def index(request: PersonRequest) -> HttpResponse:
    """What waits for a decision first, then what was decided."""
    return _listed(request)


def _listed(request: PersonRequest, *, refused: Refused | None = None) -> HttpResponse:
    """The page, with a decision that was refused and what was typed for it."""
    rows = Correction.objects.select_related("closing", "customer", "proposed_by", "decision__decided_by")
    decided = rows.filter(decision__isnull=False)
    context = {
        "waiting": rows.waiting().order_by("pk"),
        "page": keyset_page(decided, order=["-pk"], cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "refused": refused,
    }
    return render(request, "references/correction_index.html", context, status=422 if refused else 200)


@require_safe
@requires("references.propose_correction")
def create(request: PersonRequest, label: str) -> HttpResponse:
    """Find the customer, then say which verdict should stand and why."""
    closing = get_object_or_404(Closing, quarter=label)
    search = request.GET.get("q", "").strip()
    context = {"closing": closing, "search": search, "found": []}
    if search:
        rows = Customer.objects.visible_to(request.user).search(search).order_by("name_key", "pk")
        context["found"] = rows[:MOST_FOUND]
    return render(request, "references/correction_search.html", context)


@requires("references.propose_correction")
def propose(request: PersonRequest, label: str, customer_id: int) -> HttpResponse:
    """Propose another verdict on one customer."""
    closing = get_object_or_404(Closing, quarter=label)
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    counts = closings.corrected_verdict(closing, customer.pk)
    form = CorrectionForm(request.POST or None, initial={"verdict": "no" if counts else YES})
    if form.is_valid() and _proposed(request, form, closing, customer):
        return redirect("references:closing_detail", label)
    entry = ClosingEntry.objects.filter(closing=closing, customer=customer).select_related("change__by").first()
    waiting = Correction.objects.waiting().filter(closing=closing, customer=customer).select_related("proposed_by")
    context = {"closing": closing, "customer": customer, "counts": counts, "entry": entry, "form": form}
    context["waiting"] = waiting.first()
    return render(request, "references/correction_propose.html", context, status=422 if form.is_bound else 200)


def _proposed(request: PersonRequest, form: CorrectionForm, closing: Closing, customer: Customer) -> bool:
    try:
        actions.propose(
            closing,
            customer=customer,
            is_referenceable=form.cleaned_data["verdict"] == YES,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The correction is proposed; a second person decides on it."))
    return True


@require_POST
@requires("references.decide_correction")
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """A second person's yes or no."""
    correction = get_object_or_404(Correction.objects.select_related("closing", "customer", "proposed_by"), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        words = _("Choose whether to approve or to refuse; a comment has at most 1,000 characters.")
        return _decided(request, pk, refused=refused(str(pk), _("Decide"), form, words))
    approve, comment = form.cleaned_data["approve"] == YES, form.cleaned_data["comment"]
    try:
        actions.decide(correction, approve=approve, comment=comment, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        label = _("Approve") if approve else _("Refuse")
        return _decided(request, pk, refused=refused(str(pk), label, form, str(refusal)))
    if not request.htmx:
        messages.success(request, _("The correction is approved.") if approve else _("The correction is refused."))
    return _decided(request, pk)


def _decided(request: PersonRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """The correction as it is now, in its place, so that what is being written about others stays; or the page."""
    if not request.htmx:
        return _listed(request, refused=refused) if refused else redirect("references:correction_index")
    rows = Correction.objects.select_related("closing", "customer", "proposed_by", "decision__decided_by")
    context = {"correction": rows.get(pk=pk), "refused": refused, "show_quarter": True, "show_decision": True}
    return render(
        request, "references/correction_row.html", context | {"is_answer": True}, status=422 if refused else 200
    )
