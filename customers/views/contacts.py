"""Contacts of a customer: entered, edited, gone, back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from customers.actions import contacts as actions
from customers.forms import ContactForm
from customers.models import Contact
from customers.reports import conflicts
from customers.reports.conflicts import Conflict
from customers.views.addresses import addressed


@requires("customers.edit_contacts")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """A new contact of the customer `pk`."""
    customer = addressed(request, pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            actions.create(customer, name=values.pop("name"), values=values, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("%(contact)s is entered.") % {"contact": form.cleaned_data["name"]})
            return redirect("customers:customer_detail", pk)
    context = {"form": form, "customer": customer}
    return render(request, "customers/contact_form.html", context, status=422 if request.method == "POST" else 200)


@requires("customers.edit_contacts")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A contact's facts. Who saved second sees both values and keeps what was typed."""
    contact = _contact(request, pk)
    form = ContactForm(request.POST or None, instance=contact)
    theirs: list[Conflict] = []
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        seen, typed = form.cleaned_data["version"] or 0, form.values()
        try:
            actions.edit(contact, changes=typed, seen_version=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            both = form.press_again(ContactForm(instance=stale.current), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("%(contact)s is saved.") % {"contact": form.cleaned_data["name"]})
            return redirect("customers:customer_detail", contact.customer_id)
    context = {"form": form, "customer": contact.customer, "contact": contact, "conflicts": theirs}
    return render(request, "customers/contact_form.html", context, status=status)


@require_POST
@requires("customers.edit_contacts")
def come_back(request: PersonRequest, pk: int) -> HttpResponse:
    """The contact is there again."""
    contact = _contact(request, pk)
    try:
        actions.come_back(contact, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("%(contact)s is at the customer again.") % {"contact": contact})
    return redirect("customers:customer_detail", contact.customer_id)


def _contact(request: PersonRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related("customer"), pk=pk)
