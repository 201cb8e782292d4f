"""What a reference of a customer is worth: its page, the rating of a characteristic, the weights."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken, StaleVersion
from core.forms import refuse
from core.permissions import permit, requires
from core.requests import PersonRequest, render_page_or_partial, wants_partial
from customers.models import Customer
from customers.views.addresses import addressed
from references.actions import impact as actions
from references.choices import Characteristic
from references.forms.impact import ImpactSettingsForm, RatingForm
from references.models import ImpactRating, ImpactSettings
from references.reports.impact import COMPUTED, CharacteristicReport, impact_report


@require_safe
@requires("references.view_grid")
def detail(request: PersonRequest, customer_id: int) -> HttpResponse:
    """The six characteristics of a customer, the score and the tier that follow, and who said what."""
    customer = addressed(request, customer_id)
    context = {
        "customer": customer,
        "report": impact_report(customer),
        "is_fragment": wants_partial(request),
        "may_rate": request.user.has_perm("references.rate_impact", customer),
    }
    return render_page_or_partial(request, "references/customer_impact.html", "customer-impact", context)


@requires("references.rate_impact")
def rate(request: PersonRequest, customer_id: int, characteristic: str) -> HttpResponse:
    """Say how much of one characteristic the customer has, or leave it to the program again."""
    customer = addressed(request, customer_id)
    permit(request, "references.rate_impact", customer)
    if characteristic not in Characteristic.values:
        return _unknown(request, customer, characteristic)
    one = Characteristic(characteristic)
    report = impact_report(customer)
    found = next(row for row in report.characteristics if row.characteristic == one)
    sent, initial = request.POST if request.method == "POST" else None, _said(found, report.latest(one))
    form = RatingForm(sent, initial=initial, is_computed=one in COMPUTED)
    if form.is_bound and form.is_valid() and _rated(request, form, customer, one):
        return redirect("references:customer_impact", customer_id)
    context = {"form": form, "customer": customer, "row": found}
    return render(request, "references/impact_rate.html", context, status=422 if form.is_bound else 200)


def _unknown(request: PersonRequest, customer: Customer, characteristic: str) -> HttpResponse:
    """An address that names no characteristic leads nowhere; what is sent to it is refused in words."""
    if request.method != "POST":
        raise Http404
    words = _("Nothing was saved: “%s” is not a characteristic of a customer's impact.")
    messages.error(request, words % characteristic)
    return redirect("references:customer_impact", customer.pk)


def _rated(request: PersonRequest, form: RatingForm, customer: Customer, one: Characteristic) -> bool:
    try:
        actions.rate(customer, characteristic=one, **form.cleaned_data, by=request.user, at=timezone.now())
    except StaleVersion as stale:
        form.add_error(None, str(stale))
        latest = impact_report(customer).latest(one)
        sent = request.POST.copy()
        sent["seen"] = str(latest.pk if latest else 0)
        form.data = sent
        return False
    except RuleBroken as refusal:
        refuse(form, refusal)
        return False
    messages.success(request, _("Saved: %(characteristic)s.") % {"characteristic": one.label})
    return True


def _said(row: CharacteristicReport, latest: ImpactRating | None) -> dict[str, object]:
    said: dict[str, object] = {"seen": latest.pk if latest else 0}
    return said | {"points": row.rating.points, "evidence": row.rating.evidence} if row.rating else said


@requires("references.configure")
def edit(request: PersonRequest) -> HttpResponse:
    """The weight of each characteristic, and where the tiers begin."""
    form = ImpactSettingsForm(request.POST if request.method == "POST" else None, instance=ImpactSettings.current())
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            actions.edit_settings(changes=form.values(), seen=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.refuse(stale)
        else:
            messages.success(request, _("The weights are saved, and every customer was looked at anew."))
            return redirect("references:impact_edit")
    context = {"form": form}
    return render(request, "references/impact_edit.html", context, status=422 if form.is_bound else 200)
