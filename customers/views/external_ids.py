"""What other systems call a customer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest
from customers.actions import external_ids as actions
from customers.forms import ExternalIdForm
from customers.models import Customer, ExternalId
from customers.views.addresses import addressed


@requires("customers.edit_customers")
def add(request: PersonRequest, pk: int) -> HttpResponse:
    customer = addressed(request, pk)
    form = ExternalIdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(customer, **form.cleaned_data, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("customers:customer_detail", pk)
    context = {"form": form, "customer": customer}
    return render(request, "customers/external_id_form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires("customers.edit_customers")
def remove(request: PersonRequest, pk: int, external_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    known = get_object_or_404(ExternalId, customer=customer, pk=external_id)
    try:
        actions.remove(known, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:customer_detail", pk)
