"""Who owns which side of the relationship with a customer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest, programme_day
from customers.actions import owners as actions
from customers.actions.owners import OpenerSwap
from customers.choices import OwnerRole
from customers.forms import OwnerForm
from customers.models import Customer
from customers.views.addresses import addressed


@requires("customers.edit_customers")
def change(request: PersonRequest, pk: int, role: str) -> HttpResponse:
    """Hand one side to another colleague, on a day and for a reason."""
    if role not in OwnerRole.values:
        raise Http404
    customer = addressed(request, pk, role)
    warns = role == OwnerRole.OPENER and customer.has_open_follow_up and customer.opener is not None
    now = getattr(customer, role)
    initial = {"owner": now, "on": programme_day(request), "seen": now.pk if now else 0}
    form = OwnerForm(request.POST or None, warns=warns, initial=initial)
    warning = ""
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, customer, OwnerRole(role), form)
        except OpenerSwap as refusal:
            warning = str(refusal)
        except RuleBroken as refusal:
            form.refuse(str(refusal), seen=initial["seen"])
        else:
            messages.success(request, gettext("The owner is changed."))
            return redirect("customers:customer_detail", pk)
    context = {"form": form, "customer": customer, "side": OwnerRole(role), "now": now}
    context |= {"warning": warning, "warns": warns}
    return render(request, "customers/owner_form.html", context, status=422 if request.method == "POST" else 200)


def _set(request: PersonRequest, customer: Customer, role: OwnerRole, form: OwnerForm) -> None:
    typed = form.cleaned_data
    actions.set_owner(
        customer,
        role=role,
        owner=typed["owner"],
        effective_on=typed["on"],
        reason=typed["reason"],
        seen=typed["seen"],
        confirmed=typed.get("confirmed", False),
        by=request.user,
        at=timezone.now(),
    )
