"""A contact left: the page that says what becomes of the Greens that stood on this person's word."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Contact
from references.actions import departures
from references.forms.evidence import DepartureForm
from references.models import Cell
from references.reports import departures as report

NAMED: Final = 10


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
    text = turns if turned else _("%(contact)s has left.")
    messages.success(request, text % {"contact": contact, "count": len(turned)})
    if later := report.noted_after(contact, values["left_on"], user=request.user):
        messages.warning(request, _doubtful(contact, later))
    return True


def _doubtful(contact: Contact, later: list[report.Noted]) -> SafeString:
    """What speaks against the day, each with its link; the day stands, as it may be the other one that is wrong."""
    words = _("Noted of %(contact)s after that day, so look which day is right:") % {"contact": contact}
    links = format_html_join(", ", '<a href="{}">{}</a>', ((one.url, one.words) for one in later[:NAMED]))
    return format_html("{} {}{}", words, links, " …" if len(later) > NAMED else "")
