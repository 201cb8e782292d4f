"""Letters of recognition: the list, a new one, one with its words."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import Duplicate, RuleBroken
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over, refuse_twin
from core.models import Programme, User
from core.paging import keyset_page
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from core.texts import named_id
from references.actions import recognitions as actions
from references.choices import NominationState, RecognitionState
from references.filters import RecognitionFilter
from references.filters.recognitions import STATES
from references.formats import letters
from references.forms.recognitions import LetterForm
from references.models import Nomination, Recognition, RecruitingSettings
from references.reports import recognitions as report
from references.views.recognition_page import show

PAGE_SIZE: Final = 50
ORDER: Final = ("-pk",)


@require_safe
@requires("references.view_board")
def index(request: PersonRequest) -> HttpResponse:
    """Every letter that the person may read, drafts among them."""
    shown = RecognitionFilter(request.GET, user=request.user)
    rows = report.listed(shown.rows)
    asked = without_cursor(request)
    context = {
        "page": keyset_page(rows, order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "states": STATES,
        "state": asked.get("state", ""),
        "mine": asked.get("mine") == "true",
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "is_narrowed": any(asked.values()),
        "passed_over": passed_over(shown.form),
    }
    return render_page_or_partial(request, "references/recognition_index.html", "recognition-list", context)


@require_safe
@requires("references.view_board")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    shown = RecognitionFilter(request.GET, user=request.user)
    refuse_passed_over(shown.form)
    rows = report.listed(shown.rows).order_by(*ORDER)
    name = f"letters-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(rows))


@requires("references.draft_recognition")
def create(request: PersonRequest) -> HttpResponse:
    """Draft a letter: the facts are put into words, and a person edits them."""
    if words := _nobody(request) or _no_quarter(request):
        messages.info(request, words)
        return redirect("references:ranking_index")
    person, nomination, quarter = _about(request)
    facts = report.facts(person, nomination=nomination, quarter=quarter)
    initial = {"subject": letters.subject(facts), "text": letters.text(facts), "published": True}
    initial["signer"], initial["version"] = _usual_signer(person), nomination and nomination.version
    form = LetterForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        letter = _drafted(request, form, person, nomination, quarter)
        if letter is not None:
            return redirect("references:recognition_detail", letter.pk)
    context = {
        "form": form,
        "person": person,
        "nomination": nomination,
        "quarter": quarter,
        "others": report.alike(person, nomination=nomination, quarter=quarter.label, user=request.user),
    }
    return render(request, "references/recognition_form.html", context, status=422 if form.is_bound else 200)


def _nobody(request: PersonRequest) -> str:
    """Why no letter can be drafted, if nobody is named or the drafter."""
    person = request.GET.get("person", "")
    if named_id(person) == request.user.pk:
        return _("Nobody drafts a letter to themselves; ask a colleague to.")
    return "" if person else _("Choose in the ranking to whom the letter is.")


def _no_quarter(request: PersonRequest) -> str:
    """Why no letter is drafted about the quarter that is asked for, if there is none like it, or it is yet to come."""
    try:
        quarter = _quarter_asked(request.GET)
    except ValueError:
        return _("There is no quarter “%(label)s” to write a letter about.") % {"label": request.GET["quarter"][:20]}
    if quarter and quarter > Programme.current().calendar.quarter_at(timezone.now()):
        return _("%(quarter)s has not begun; there is nothing to write a letter about.") % {"quarter": quarter}
    return ""


def _quarter_asked(asked: QueryDict) -> Quarter | None:
    """The quarter in the address; one enrolled nomination tells its own. Raises ValueError where it is none."""
    label = "" if asked.get("nomination") else asked.get("quarter", "")
    return Quarter.parse(label) if label else None


def _about(request: PersonRequest) -> tuple[User, Nomination | None, Quarter]:
    """To whom the letter is, about which enrolled nomination, if about one, and about which quarter. What was written
    of one that is not enrolled any more comes here still, and is answered."""
    asked, calendar = request.GET, Programme.current().calendar
    person = get_object_or_404(User.objects.active(), pk=named_id(asked.get("person", "")))
    quarter = calendar.quarter_at(timezone.now())
    if asked.get("nomination"):
        rows = Nomination.objects.visible_to(request.user).filter(nominators__user=person)
        rows = rows if request.method == "POST" else rows.filter(state=NominationState.ENROLLED)
        nomination = get_object_or_404(rows.select_related("customer"), pk=named_id(asked["nomination"]))
        return person, nomination, calendar.quarter_at(nomination.closed_at or timezone.now())
    return person, None, _quarter_asked(asked) or quarter


def _usual_signer(person: User) -> User | None:
    """The programme's sponsor, unless the letter is to the sponsor."""
    sponsor = RecruitingSettings.standing_sponsor()
    return None if sponsor == person else sponsor


def _drafted(
    request: PersonRequest, form: LetterForm, person: User, nomination: Nomination | None, quarter: Quarter
) -> Recognition | None:
    try:
        letter = actions.draft(
            person,
            values=form.values(),
            nomination=nomination,
            seen_version=form.cleaned_data["version"],
            quarter=quarter.label,
            asks="ask" in request.POST,
            by=request.user,
            at=timezone.now(),
        )
    except Duplicate as twin:
        refuse_twin(form, twin, "references:recognition_detail")
        return None
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        form.look_again(nomination)
        return None
    asked = _("%(signer)s is asked to sign it.") % {"signer": letter.signer}
    messages.success(request, asked if letter.state == RecognitionState.TO_SIGN else _("The draft is saved."))
    return letter


@require_safe
@requires("references.view_board")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One letter, and what this person can do with it now."""
    return show(request, pk)
