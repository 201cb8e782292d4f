"""Where a customer stands: taken on, gone, won back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from customers.actions import customers as actions
from customers.forms import DayAndReasonForm, LifecycleForm
from customers.models import Customer


@requires("customers.edit_customers")
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Prospective, onboarding or live."""
    customer = _customer(request, pk)
    initial = {"on": timezone.localdate(), "lifecycle": customer.lifecycle, "seen": customer.standing_mark}
    form = LifecycleForm(request.POST or None, initial=initial)
    words = {
        "title": gettext("Where %(customer)s stands"),
        "lead": gettext("Onboarding and live customers are active: they can be counted as reference-able."),
        "button": gettext("Save"),
    }
    return _deed(request, customer, form, words, partial(actions.set_lifecycle, customer))


@requires("customers.edit_customers")
def churn(request: PersonRequest, pk: int) -> HttpResponse:
    """The customer left; or the day or the reason was another one."""
    customer = _customer(request, pk)
    known = customer.churned_on
    initial = {"on": known or timezone.localdate(), "reason": customer.churn_reason}
    initial["seen"] = customer.standing_mark
    form = DayAndReasonForm(request.POST or None, initial=initial)
    words = {
        "title": gettext("When and why %(customer)s left") if known else gettext("Mark %(customer)s as churned"),
        "lead": gettext(
            "From that day on the customer no longer counts as reference-able. Cells, contacts and history stay; "
            "a customer that comes back can be won back."
        ),
        "button": gettext("Save") if known else gettext("Mark as churned"),
        "danger": "yes",
    }
    return _deed(request, customer, form, words, partial(actions.churn, customer))


@requires("customers.edit_customers")
def win_back(request: PersonRequest, pk: int) -> HttpResponse:
    """A churned customer is live again."""
    customer = _customer(request, pk)
    initial = {"on": timezone.localdate(), "seen": customer.standing_mark}
    form = DayAndReasonForm(request.POST or None, initial=initial)
    words = {
        "title": gettext("Win back %(customer)s"),
        "lead": gettext("The customer is live again and counts as soon as its pay-trigger cell does."),
        "button": gettext("Win back"),
    }
    return _deed(request, customer, form, words, partial(actions.win_back, customer))


def _customer(request: PersonRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def _deed(
    request: PersonRequest,
    customer: Customer,
    form: DayAndReasonForm,
    words: dict[str, str],
    deed: Callable[..., Any],
) -> HttpResponse:
    """Show the form; when it is filled in well, do the deed and return to the customer."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                deed(**form.cleaned_data, by=request.user, at=timezone.now())
            except StaleVersion as refusal:
                form.refuse(str(refusal), seen=refusal.current.standing_mark)
            except RuleBroken as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, gettext("%(customer)s is saved.") % {"customer": customer})
                return redirect("customers:customer_detail", customer.pk)
    words = {**words, "title": words["title"] % {"customer": customer}}
    context = {"customer": customer, "form": form, "words": words}
    return render(request, "customers/deed_form.html", context, status=status)
