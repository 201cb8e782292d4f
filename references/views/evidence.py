"""The evidence of a customer: shown, given, renewed, withdrawn."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken, StaleVersion
from core.models import Programme
from core.permissions import permit, requires
from core.requests import PersonRequest
from customers.models import Customer
from customers.views.addresses import addressed
from references.actions import cells
from references.actions import evidence as actions
from references.actions.cells import NewEvidence
from references.choices import Status
from references.forms.evidence import EvidenceForm, WithdrawalForm
from references.models import Cell, Dimension, Evidence
from references.reports import evidence as report


@require_safe
@requires("references.view_grid")
def index(request: PersonRequest, customer_id: int) -> HttpResponse:
    """What stands behind the customer's Greens, and what stood behind them before."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    context = {
        "customer": customer,
        "groups": report.of_customer(customer, at=timezone.now()),
        "may_edit": customer.merged_into_id is None and request.user.has_perm("references.edit_cell", customer),
    }
    return render(request, "references/evidence_index.html", context)


@requires("references.edit_cell")
def create(request: PersonRequest, customer_id: int, key: str) -> HttpResponse:
    """Give evidence for a cell, or renew it; the cell is Green afterwards."""
    customer = addressed(request, customer_id)
    dimension = get_object_or_404(Dimension.objects.shown(), key=key)
    permit(request, "references.edit_cell", customer)
    cell = Cell.objects.of(customer, dimension)
    today = Programme.current().calendar.day_of(timezone.now())
    form = EvidenceForm(request.POST or None, request.FILES or None, cell=cell, today=today)
    if form.is_valid() and _saved(request, form, cell):
        return redirect("references:evidence_index", customer.pk)
    context = {"form": form, "customer": customer, "dimension": dimension, "cell": cell}
    return render(request, "references/evidence_create.html", context, status=422 if form.is_bound else 200)


def _saved(request: PersonRequest, form: EvidenceForm, cell: Cell) -> bool:
    try:
        cells.edit(
            cell,
            seen_version=form.cleaned_data["version"],
            changes={"status": Status.GREEN.value},
            evidence=NewEvidence(**form.evidence()),
            by=request.user,
            at=timezone.now(),
        )
    except StaleVersion as stale:
        form.look_at(stale.current)
        return False
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved: %s is Green on this evidence.") % cell.dimension)
    return True


@require_POST
@requires("references.edit_cell")
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """The contact takes the consent back."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("customer"), pk=pk)
    holder = evidence.customer.survivor
    permit(request, "references.edit_cell", holder)
    form = WithdrawalForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken(_("Say why the consent is withdrawn; whoever asks next will want to know."))
        supports = Cell.objects.filter(evidence=evidence).exists()
        actions.withdraw(evidence, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        turned = _("The consent is withdrawn; the Green that stood on it is Amber now.")
        messages.success(request, turned if supports else _("The consent is withdrawn; no Green stood on it."))
    except RuleBroken as refusal:
        typed = form.data.get("reason", "").strip()
        kept = _("You had written: “%s”") % typed if typed else ""
        messages.error(request, f"{refusal} {kept}".strip())
    return redirect("references:evidence_index", holder.pk)


@require_safe
@requires("references.view_grid")
def file(request: PersonRequest, pk: int) -> FileResponse:
    """The file behind the evidence, always as a download and never shown in the program's own pages."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    stored = evidence.file.name or ""
    if not stored or not evidence.file.storage.exists(stored):
        raise Http404(_("There is no file behind this evidence."))
    name = stored.rpartition("/")[2]
    response = FileResponse(
        evidence.file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
