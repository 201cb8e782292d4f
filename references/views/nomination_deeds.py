"""What is done with a nomination: one address for each deed."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme
from core.permissions import View, permit, requires
from core.requests import PersonRequest
from core.texts import named_id
from customers.models import Customer
from references.actions import nomination_invitations as invitations
from references.actions.cells import NewEvidence
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_invitations import Agreed
from references.choices import NominationState
from references.forms.enrolments import EnrolForm
from references.models import Nomination
from references.views.nomination_offers import DEEDS, INVITE, Deed
from references.views.nomination_page import going_on, show, turned_away
from references.views.refusals import Refused, refused


def _do(request: PersonRequest, pk: int, *, deed: Deed) -> HttpResponse:
    rows = Nomination.objects.visible_to(request.user).select_related("customer")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, deed.permission, nomination)
    form = deed.form(request.POST, auto_id=f"id_{deed.name}_%s")
    if not form.is_valid():
        return _refuse(request, nomination, refused(deed.name, deed.label, form), deed=deed)
    try:
        said = form.cleaned_data | {"by": request.user, "at": timezone.now()}
        nomination = do_as_seen(nomination, deed.act, seen_version=_seen_version(request), **said)
    except RuleBroken as refusal:
        words = _here_already(refusal) if isinstance(refusal, Duplicate) else str(refusal)
        return _refuse(request, nomination, refused(deed.name, deed.label, form, words), deed=deed)
    joined = _("The customer has an open nomination: this one is part of it now, and its nominators keep the credit.")
    messages.success(request, deed.done if nomination.pk == pk else joined)
    return redirect("references:nomination_detail", nomination.pk)


def _refuse(request: PersonRequest, nomination: Nomination, refused: Refused, *, deed: Deed) -> HttpResponse:
    """The page with what was typed or chosen where there was something; else the refusal stands above the page."""
    if deed.asks or any(text for _label, text in refused.typed()):
        return show(request, nomination.pk, refused=refused)
    messages.error(request, refused.words)
    return redirect("references:nomination_detail", nomination.pk)


def _here_already(found: Duplicate) -> str:
    """Which customers have the name of the company, each with the way to it; or that the new contact is one already."""
    if not all(isinstance(row, Customer) for row in found.existing):
        is_there = all(row.left_on is None for row in found.existing)
        return f"{found} {_('Complete the nomination with that contact, then accept it.')}" if is_there else str(found)
    pages = ((reverse("customers:customer_detail", args=[row.pk]), row) for row in found.existing)
    links = format_html_join(", ", '<a href="{}">{}</a>', pages)
    words = _("Nothing was entered: {links} is a customer here already. Choose which customer the company is.")
    return format_html(words, links=links)


def _seen_version(request: PersonRequest) -> int | None:
    """The version that the page had when the person read it; what is no number is none that there is."""
    sent = request.POST.get("version")
    return None if sent is None else named_id(sent)


def view_of(name: str) -> View:
    """The view that does one deed, for those who may."""
    return require_POST(requires(DEEDS[name].permission)(partial(_do, deed=DEEDS[name])))


accept, invite, chase, decline, verify = (view_of(name) for name in ("accept", "invite", "chase", "decline", "verify"))
park, resume, refuse, withdraw, lift = (view_of(name) for name in ("park", "resume", "refuse", "withdraw", "lift"))
return_for_more, reopen = view_of("return"), view_of("reopen")


@requires(INVITE)
def enrol(request: PersonRequest, pk: int) -> HttpResponse:
    """The customer said yes: to what, and who agreed when and in what form."""
    rows = Nomination.objects.visible_to(request.user).select_related("customer", "contact")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, INVITE, nomination)
    if closed := turned_away(request, nomination):
        return closed
    today = Programme.current().calendar.day_of(timezone.now())
    form = EnrolForm(request.POST or None, request.FILES or None, nomination=nomination, today=today)
    if form.is_valid() and _enrolled(request, form, nomination):
        return redirect("references:nomination_detail", pk)
    context = {"form": form, "nomination": nomination, "is_over": nomination.state != NominationState.INVITED}
    context["goes_on"] = going_on(request, nomination)
    return render(request, "references/nomination_enrol.html", context, status=422 if form.is_bound else 200)


def _enrolled(request: PersonRequest, form: EnrolForm, nomination: Nomination) -> bool:
    agreed = [Agreed(dimension, status, form.seen_version(dimension)) for dimension, status in form.agreed()]
    stated = form.evidence()
    evidence = NewEvidence(**stated) if stated else None
    try:
        invitations.enrol(nomination, agreed=agreed, evidence=evidence, by=request.user, at=timezone.now())
    except StaleVersion:
        form.look_again()
        return False
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Enrolled: the agreed cells of %s are changed.") % nomination)
    return True
