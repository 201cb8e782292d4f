"""Who would speak, named anew."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import permit, requires
from core.requests import PersonRequest
from core.texts import named_id
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_speakers import name_speaker, undecided
from references.forms.nominations import SpeakerForm
from references.models import Nomination
from references.views.nomination_offers import INVITE
from references.views.nomination_page import going_on, turned_away


@requires(INVITE)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Somebody else would speak for the customer of a nomination that was decided on."""
    rows = Nomination.objects.visible_to(request.user).select_related("customer", "contact")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, INVITE, nomination)
    if closed := turned_away(request, nomination, words=undecided(nomination)):
        return closed
    form = SpeakerForm(request.POST or None, customer=nomination.customer, initial=_said(nomination))
    if form.is_valid() and _named(request, form, nomination):
        return redirect("references:nomination_detail", pk)
    if nomination.contact is not None and nomination.speaker_left_on:
        form.tell_of(nomination.contact)
    context = {"form": form, "nomination": nomination, "version": nomination.version}
    context["goes_on"] = going_on(request, nomination)
    return render(request, "references/nomination_speaker.html", context, status=422 if form.is_bound else 200)


def _said(nomination: Nomination) -> dict[str, str]:
    named = {name: getattr(nomination, name) for name in ("contact_name", "contact_email")}
    return named | {"contact": str(nomination.contact_id or ("new" if nomination.contact_name else ""))}


def _named(request: PersonRequest, form: SpeakerForm, nomination: Nomination) -> bool:
    sent, said, at = request.POST.get("version"), form.speaker(), timezone.now()
    seen = None if sent is None else named_id(sent)
    try:
        do_as_seen(nomination, name_speaker, seen_version=seen, values=said, by=request.user, at=at)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        nomination.refresh_from_db()
        return False
    messages.success(request, _("Saved; the nominators are told who would speak."))
    return True
