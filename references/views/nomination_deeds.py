"""What is done with a nomination: one small form and one address for each deed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.models import Programme, User
from core.permissions import View, permit, requires
from core.requests import PersonRequest
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.actions.cells import NewEvidence
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_invitations import Agreed
from references.choices import NominationState as State
from references.forms.nominations import AcceptForm, EmptyForm, EnrolForm, LiftForm, NoteForm, ParkForm, ReasonForm
from references.models import Nomination
from references.rules.nominations import OPEN, WAITING


@dataclass(frozen=True)
class Deed:
    """One deed: who may do it, in which states, what is asked, what does it, and the words of its button."""

    name: str
    permission: str
    states: frozenset[State]
    form: type[Form]
    act: Callable[..., Nomination]
    label: Any
    done: Any
    is_main: bool = False
    asks: Any = ""

    @property
    def url_name(self) -> str:
        return f"references:nomination_{self.name}"


LONGEST_NUMBER = 16
DECIDE, INVITE = "references.decide_nomination", "references.invite_nomination"
SUBMITTED, RETURNED = frozenset([State.SUBMITTED]), frozenset([State.RETURNED])
INVITED, PARKED = frozenset([State.INVITED]), frozenset([State.PARKED])
DEEDS = {
    deed.name: deed
    for deed in (
        Deed("accept", DECIDE, SUBMITTED, AcceptForm, decisions.accept, gettext_lazy("Accept"),
             gettext_lazy("Accepted; the nominators are told of the month."), is_main=True),
        Deed("return", DECIDE, SUBMITTED, ReasonForm, decisions.return_for_more, gettext_lazy("Return for more"),
             gettext_lazy("Returned to its nominator."), asks=gettext_lazy("What is missing?")),
        Deed("invite", INVITE, WAITING, EmptyForm, invitations.invite, gettext_lazy("The invitation is sent"),
             gettext_lazy("Noted: the customer is invited."), is_main=True),
        Deed("verify", "references.verify_nomination", OPEN, EmptyForm, nominations.verify,
             gettext_lazy("It still holds"), gettext_lazy("Thank you; it is confirmed.")),
        Deed("chase", INVITE, INVITED, NoteForm, invitations.chase, gettext_lazy("Reminded"),
             gettext_lazy("Noted: reminded once more."), asks=gettext_lazy("How, if it matters")),
        Deed("decline", INVITE, INVITED, ReasonForm, invitations.decline, gettext_lazy("The customer declined"),
             gettext_lazy("Noted: the customer declined."), asks=gettext_lazy("What did the customer say?")),
        Deed("park", DECIDE, SUBMITTED | WAITING | INVITED, ParkForm, decisions.park, gettext_lazy("Park"),
             gettext_lazy("Parked; it comes back by itself."), asks=gettext_lazy("What does it wait for?")),
        Deed("resume", DECIDE, PARKED, EmptyForm, decisions.resume, gettext_lazy("Take it up again"),
             gettext_lazy("Taken up again."), is_main=True),
        Deed("refuse", DECIDE, SUBMITTED | RETURNED | WAITING | PARKED, ReasonForm, decisions.refuse,
             gettext_lazy("Refuse"), gettext_lazy("Refused; the nominators are told why."),
             asks=gettext_lazy("Why? Every nominator reads it.")),
        Deed("withdraw", "references.complete_nomination", OPEN, ReasonForm, nominations.withdraw,
             gettext_lazy("Withdraw"), gettext_lazy("Withdrawn."), asks=gettext_lazy("Why is it withdrawn?")),
        Deed("lift", "references.lift_block", WAITING, LiftForm, invitations.lift, gettext_lazy("Lift the block"),
             gettext_lazy("Lifted, and written down."), asks=gettext_lazy("Why may the customer be asked?")),
    )
}  # fmt: skip


def offers(user: User, nomination: Nomination, *, today: date) -> list[tuple[Deed, Form]]:
    """What the person may do with the nomination as it stands, each with its empty form; lifting is offered apart."""
    return [
        (deed, deed.form(auto_id=f"id_{deed.name}_%s"))
        for deed in DEEDS.values()
        if nomination.state in deed.states and deed.name != "lift" and user.has_perm(deed.permission, nomination)
    ]


def _do(request: PersonRequest, pk: int, *, deed: Deed) -> HttpResponse:
    rows = Nomination.objects.visible_to(request.user).select_related("customer")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, deed.permission, nomination)
    form = deed.form(request.POST)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        label = form.fields[field].label if field in form.fields else ""
        messages.error(request, f"{label}: {errors[0]}" if label else str(errors[0]))
        return redirect("references:nomination_detail", pk)
    try:
        said = form.cleaned_data | {"by": request.user, "at": timezone.now()}
        nomination = do_as_seen(nomination, deed.act, seen_version=_seen_version(request), **said)
        messages.success(request, deed.done)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("references:nomination_detail", nomination.pk)


def _seen_version(request: PersonRequest) -> int | None:
    """The version that the page had when the person read it; what is no number is none that there is."""
    sent = request.POST.get("version")
    if sent is None:
        return None
    return int(sent) if sent.isdecimal() and len(sent) < LONGEST_NUMBER else 0


def view_of(name: str) -> View:
    """The view that does one deed, for those who may."""
    return require_POST(requires(DEEDS[name].permission)(partial(_do, deed=DEEDS[name])))


accept, invite, chase, decline, verify = (view_of(name) for name in ("accept", "invite", "chase", "decline", "verify"))
park, resume, refuse, withdraw, lift = (view_of(name) for name in ("park", "resume", "refuse", "withdraw", "lift"))
return_for_more = view_of("return")


@requires(INVITE)
def enrol(request: PersonRequest, pk: int) -> HttpResponse:
    """The customer said yes: to what, and who agreed when and in what form."""
    rows = Nomination.objects.visible_to(request.user).select_related("customer", "contact")
    nomination = get_object_or_404(rows, pk=pk)
    permit(request, INVITE, nomination)
    today = Programme.current().calendar.day_of(timezone.now())
    form = EnrolForm(request.POST or None, request.FILES or None, nomination=nomination, today=today)
    if form.is_valid() and _enrolled(request, form, nomination):
        return redirect("references:nomination_detail", pk)
    context = {"form": form, "nomination": nomination}
    return render(request, "references/nomination_enrol.html", context, status=422 if form.is_bound else 200)


def _enrolled(request: PersonRequest, form: EnrolForm, nomination: Nomination) -> bool:
    agreed = [Agreed(dimension, status) for dimension, status in form.agreed()]
    evidence = NewEvidence(**form.evidence())
    try:
        invitations.enrol(nomination, agreed=agreed, evidence=evidence, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Enrolled: the agreed cells of %s are changed.") % nomination)
    return True
