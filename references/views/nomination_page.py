"""The page of one nomination, as it is or with a deed that was refused."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from core.models import Programme
from core.requests import PersonRequest, render_page_or_partial
from references.actions.nomination_history import lost
from references.actions.nomination_history import refused as state_refused
from references.choices import NominationState as State
from references.forms.nominations import LiftForm
from references.models import Nomination
from references.reports import invitations, proposals
from references.reports import nominations as report
from references.reports.proposals import Likely
from references.views.nomination_offers import DECIDE, INVITE, offers
from references.views.refusals import Refused

PAGE: Final = "references/nomination_detail.html"
CHOICES: Final = "references/nomination_accept.html#company-choices"


def show(request: PersonRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """What was said, what happened, and what this person can do now; 422 with a panel open if that was refused."""
    rows = report.listed(Nomination.objects.visible_to(request.user))
    nomination = get_object_or_404(rows.select_related("contact", "relationship_holder"), pk=pk)
    today = Programme.current().calendar.day_of(timezone.now())
    row = report.shown([nomination], today=today, reader=request.user)[0]
    deeds = offers(request.user, nomination, today=today, refused=refused)
    likely = _likely(request, nomination, today)
    context = {
        "nomination": nomination,
        "row": row,
        "refusal": invitations.refusals([nomination], today=today, reader=request.user).get(nomination.pk, ""),
        "dimensions": nomination.dimensions.select_related("dimension"),
        "nominators": nomination.nominators.select_related("user"),
        "history": report.history(nomination.events.select_related("by").order_by("-pk")),
        "deeds": deeds,
        "likely": likely,
        "today": today,
        "goes_on": going_on(request, nomination),
        "lift_form": (refused and refused.form_of("lift")) or LiftForm(),
    }
    panels = [deed.name for deed, _form in deeds if deed.name != "accept" or _asks_of_new(likely)]
    context |= _leads_to(request, nomination, has_left=row.left_on is not None)
    context |= _refused(refused, panels, [] if row.left_on else [block.kind for block in row.blocks])
    return render_page_or_partial(request, PAGE, CHOICES, context, status=422 if refused else 200)


def turned_away(request: PersonRequest, nomination: Nomination, *, words: str = "") -> HttpResponse | None:
    """Who opens a form that could only be refused is told why on the nomination's page; what was sent is answered.
    `words` are what the form itself has against a nomination that is open."""
    words = lost(nomination, at=timezone.now()) or (words if nomination.is_open else str(state_refused(nomination)))
    if not words or request.method == "POST":
        return None
    messages.error(request, words)
    return redirect("references:nomination_detail", nomination.pk)


def going_on(request: PersonRequest, nomination: Nomination) -> Nomination | None:
    """The open nomination of a customer whose nomination this was."""
    if nomination.is_open or nomination.customer is None:
        return None
    return Nomination.objects.visible_to(request.user).open().filter(customer=nomination.customer).first()


def _refused(refused: Refused | None, deeds: list[str], blocks: list[Any]) -> dict[str, Any]:
    """Where the refused deed stands: in its panel, at the block that it would have lifted, or apart."""
    if refused is None:
        return {}
    lifts = refused.form.data.get("block", "") if refused.name == "lift" else ""
    has_panel = refused.name in deeds or lifts in blocks
    return {"lifts": lifts, "refused": refused, "has_panel": has_panel}


def _asks_of_new(likely: Likely | None) -> bool:
    """Whether the panel of the acceptance has the fields of a new customer, and shows again what was entered there."""
    return likely is not None and likely.may_be_new


def _leads_to(request: PersonRequest, nomination: Nomination, *, has_left: bool) -> dict[str, Any]:
    """Which pages the person may go on to: of what is said, of who would speak, of the cells that it has changed."""
    may, is_decided = request.user.has_perm, nomination.is_open and not nomination.is_undecided
    has_cells = nomination.customer is not None and (
        nomination.state == State.ENROLLED or report.is_reopened(nomination)
    )
    return {
        "may_complete": not has_left and nomination.is_undecided and may("references.complete_nomination", nomination),
        "may_name_speaker": not has_left and is_decided and may(INVITE, nomination),
        "on_the_board": nomination.recognitions.published().select_related("person") if has_cells else [],
        "may_put_right": has_cells and may("references.edit_cell", nomination.customer),
    }


def _likely(request: PersonRequest, nomination: Nomination, today: date) -> Likely | None:
    """The customers among which whoever decides finds the one that a company proposed by name is, if it is here."""
    waits = nomination.customer_id is None and nomination.state == State.SUBMITTED
    if not waits or not request.user.has_perm(DECIDE, nomination):
        return None
    text = request.GET.get("q", "")[:200].strip()
    # What was accepted with is an answer, whoever chose it first; a search may bring along what nobody chose.
    kept = request.POST.get("customer", request.GET.get("customer"))
    if request.method != "POST" and kept == request.GET.get("guessed"):
        kept = None
    return proposals.likely(nomination, text=text, kept=kept, user=request.user, today=today)
