"""A contact left: the page that says what becomes of the Greens that stood on this person's word."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Contact
from customers.views.departures import linked
from references.actions import departures
from references.forms.evidence import DepartureForm
from references.models import Cell, Nomination
from references.reports import departures as report


@requires("customers.edit_contacts")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """Enter the departure; shown before are the cells that will turn Amber with it."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("customer"), pk=pk)
    today = Programme.current().calendar.day_of(timezone.now())
    form = DepartureForm(request.POST or None, today=today)
    turned = _entered(request, form, contact) if form.is_valid() else None
    if turned:
        return redirect("references:evidence_index", contact.customer_id)
    if turned is not None:
        return redirect("customers:evangelist_detail", contact.pk)
    context = {
        "contact": contact,
        "form": form,
        "cells": Cell.objects.resting_on(contact).unmerged().select_related("dimension", "evidence"),
        "nominations": Nomination.objects.visible_to(request.user).open().filter(contact=contact),
    }
    return render(request, "references/contact_departure.html", context, status=422 if form.is_bound else 200)


def _entered(request: PersonRequest, form: DepartureForm, contact: Contact) -> list[Cell] | None:
    """The cells that turned Amber with it; None if it is refused."""
    values = form.cleaned_data
    try:
        turned = departures.leave(
            contact, on=values["left_on"], reason=values["reason"], by=request.user, at=timezone.now()
        )
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        contact.refresh_from_db(fields=["left_on"])
        return None
    turns = ngettext(
        "%(contact)s has left; %(count)d Green turned Amber.",
        "%(contact)s has left; %(count)d Greens turned Amber.",
        len(turned),
    )
    text = turns if turned else _("%(contact)s has left.")
    messages.success(request, text % {"contact": contact, "count": len(turned)})
    _warn(request, contact, values["left_on"])
    return turned


def _warn(request: PersonRequest, contact: Contact, day: date) -> None:
    """What speaks against the day, which stands, as it may be the other one that is wrong; and who waits in vain."""
    if later := report.noted_after(contact, day, user=request.user):
        words = _("Noted of %(contact)s after that day, so look which day is right:") % {"contact": contact}
        messages.warning(request, linked(words, later))
    if spoken := report.spoken_for(contact, user=request.user):
        words = _("%(contact)s would speak there, so name somebody else:") % {"contact": contact}
        messages.warning(request, linked(words, spoken))
    today = Programme.current().calendar.day_of(timezone.now())
    if coming := report.expected(contact, day, today=today):
        words = _("Still to come, and %(contact)s had said yes:") % {"contact": contact}
        messages.warning(request, linked(words, coming))
