"""A contact left: the page that says what becomes of the Greens that stood on this person's word."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Contact
from references.actions import departures
from references.forms.evidence import DepartureForm
from references.models import Cell


@requires("customers.edit_contacts")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """Enter the departure; shown before are the cells that will turn Amber with it."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("customer"), pk=pk)
    today = Programme.current().calendar.day_of(timezone.now())
    form = DepartureForm(request.POST or None, today=today)
    if form.is_valid() and _saved(request, form, contact):
        return redirect("references:evidence_index", contact.customer_id)
    context = {
        "contact": contact,
        "form": form,
        "cells": Cell.objects.resting_on(contact).unmerged().select_related("dimension", "evidence"),
    }
    return render(request, "references/contact_departure.html", context, status=422 if form.is_bound else 200)


def _saved(request: PersonRequest, form: DepartureForm, contact: Contact) -> bool:
    values = form.cleaned_data
    try:
        turned = departures.leave(
            contact, on=values["left_on"], reason=values["reason"], by=request.user, at=timezone.now()
        )
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    turns = ngettext(
        "%(contact)s has left; %(count)d Green turned Amber.",
        "%(contact)s has left; %(count)d Greens turned Amber.",
        len(turned),
    )
    text = turns if turned else gettext("%(contact)s has left.")
    messages.success(request, text % {"contact": contact, "count": len(turned)})
    return True
