"""A nomination is completed; where another changed it meanwhile, both see what the other wrote."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import versions
from core.errors import RuleBroken, StaleVersion
from core.permissions import permit, requires
from core.requests import PersonRequest
from references.actions import nominations as actions
from references.forms.nominations import NominationForm
from references.models import Nomination
from references.reports import nomination_conflicts
from references.views.nomination_page import going_on, turned_away


@requires("references.complete_nomination")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Say more about a nomination that was not decided on yet; a returned one is handed in again. Who saved second sees
    both values and keeps what was typed."""
    rows = Nomination.objects.visible_to(request.user).select_related("customer").prefetch_related("dimensions")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, "references.complete_nomination", nomination)
    if closed := turned_away(request, nomination, words=actions.decided(nomination)):
        return closed
    form = _form(request.POST if request.method == "POST" else None, nomination)
    if form.is_bound and form.is_valid():
        try:
            return _completed(request, form, nomination)
        except StaleVersion as stale:
            return _compared(request, form, nomination, stale)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _page(request, form, nomination, status=422 if form.is_bound else 200)


def _form(sent: QueryDict | None, nomination: Nomination) -> NominationForm:
    names = ("story", "results", "relationship", "relationship_holder", "source", "contact_name", "contact_email")
    said = {name: getattr(nomination, name) for name in names}
    said |= {"contact": str(nomination.contact_id or "new"), "version": nomination.version}
    form = NominationForm(sent, customer=nomination.customer, nomination=nomination, initial=said)
    form.initial["seen"] = _seen(form, nomination)
    return form


def _seen(form: NominationForm, nomination: Nomination) -> str:
    held = nomination_conflicts.willingness_of(nomination)
    return json.dumps(nomination_conflicts.as_shown(nomination, held, form.dimensions))


def _completed(request: PersonRequest, form: NominationForm, nomination: Nomination) -> HttpResponse:
    completed = actions.complete(
        nomination,
        seen_version=form.cleaned_data["version"] or 0,
        changes=form.values(),
        willingness=form.willingness(),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _waits(completed))
    return redirect("references:nomination_detail", nomination.pk)


def _waits(nomination: Nomination) -> str:
    if nomination.parked_until:
        return _("Saved; the nomination is parked until %(day)s.") % {"day": date_format(nomination.parked_until)}
    return _("Saved; the nomination waits for a decision.")


def _compared(
    request: PersonRequest, form: NominationForm, nomination: Nomination, stale: StaleVersion
) -> HttpResponse:
    """What was typed, now against the version that the person is shown beside it; what the person left alone is as
    the other has it."""
    labels = {name: str(field.label) for name, field in form.fields.items()}
    found = nomination_conflicts.of_nomination(
        stale.current, form.values(), form.willingness(), seen=form.cleaned_data["seen"], labels=labels
    )
    typed = request.POST.copy()
    renewed = {"version": str(stale.current.version), "seen": _seen(form, stale.current)}
    for name, value in (found.taken | renewed).items():
        typed[name] = value
    again = _form(typed, stale.current)
    if found.taken or not found.both:
        taken = {name for name, value in found.taken.items() if value != request.POST.get(name, "")}
        again.add_error(None, versions.again(stale, again, taken))
    return _page(request, again, nomination, status=409, conflicts=found.both)


def _page(
    request: PersonRequest, form: NominationForm, nomination: Nomination, *, status: int, **more: Any
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "nomination": nomination, "name": str(nomination)}
    context |= {"customer": nomination.customer, "conflicts": []} | more
    context |= {"is_over": not nomination.is_open, "goes_on": going_on(request, nomination)}
    return render(request, "references/nomination_form.html", context, status=status)
