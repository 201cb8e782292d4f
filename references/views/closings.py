"""One quarter: its number explained, its seal checked, and the button that closes it."""

from itertools import islice
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.paging import keyset_page
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest, render_page_or_partial
from references.actions import closings as actions
from references.choices import Movement, QuarterState, Reason
from references.forms.entries import EntrySearch
from references.models import Closing, Correction
from references.reports import entries, movements, quarters, readiness, verifications
from references.reports.counts import Present

PAGE_SIZE: Final = 50
MOST_DIFFERENCES: Final = 20
MOST_MOVEMENTS: Final = 20


@require_safe
@requires("references.view_quarter")
def detail(request: PersonRequest, label: str) -> HttpResponse:
    """The quarter; for htmx the list of its entries."""
    now = Present.seen(timezone.now())
    try:
        facts = quarters.state(label, now)
    except ValueError as problem:
        raise Http404(str(problem))
    context: dict[str, Any] = {"facts": facts, "closing": facts.closing}
    if facts.closing is not None:
        context |= _entries(request, facts.closing)
    if not request.htmx:
        context |= _story(facts, now)
    return render_page_or_partial(request, "references/closing_detail.html", "entry-list", context)


def _entries(request: PersonRequest, closing: Closing) -> dict[str, Any]:
    search = EntrySearch(request.GET)
    narrowed = search.wanted
    rows = entries.entries(closing, narrowed)
    query = request.GET.copy()
    query.pop("cursor", None)
    return {
        "page": keyset_page(rows, order=entries.ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "total": rows.count(),
        "narrowed": narrowed,
        "reasons": Reason.choices,
        "dimension_names": entries.dimension_names(closing),
        "query": query.urlencode(),
        "passed_over": passed_over(search),
    }


def _story(facts: quarters.QuarterFacts, now: Present) -> dict[str, Any]:
    """The bridge with the customers behind each step, and the corrections of this quarter."""
    if facts.state == QuarterState.FUTURE:
        return {"bridge": None}
    way, now = quarters.passage(facts.label), now.by(facts.quarter)
    bridge = quarters.bridge(way, now=now)
    steps = [
        (kind, bridge.moved(kind), movements.page(way, now=now, kind=kind, size=MOST_MOVEMENTS).rows)
        for kind in Movement
        if bridge.moved(kind)
    ]
    found = Correction.objects.filter(closing=facts.closing) if facts.closing else Correction.objects.none()
    return {
        "bridge": bridge,
        "steps": steps,
        "late_corrections": list(quarters.late_corrections(facts.label)),
        "corrections": found.select_related("customer", "proposed_by", "decision__decided_by").order_by("-pk"),
    }


@require_safe
@requires("references.view_quarter")
def export(request: PersonRequest, label: str) -> StreamingHttpResponse:
    """The entries exactly as they are narrowed."""
    closing, search = get_object_or_404(Closing, quarter=label), EntrySearch(request.GET)
    refuse_passed_over(search)
    rows = entries.entries(closing, search.wanted)
    return csv_response(f"closing-{label}.csv", entries.header(closing), entries.export_rows(rows))


@require_safe
@requires("references.view_quarter")
def verify(request: PersonRequest, label: str) -> HttpResponse:
    """Recompute the closing from its rows and from history, now."""
    closing = get_object_or_404(Closing, quarter=label)
    found = list(islice(verifications.differences(closing), MOST_DIFFERENCES + 1))
    context = {"closing": closing, "differences": found[:MOST_DIFFERENCES], "verified_at": timezone.now()}
    context["has_more"] = len(found) > MOST_DIFFERENCES
    return render_page_or_partial(request, "references/closing_verify.html", "verification", context)


@requires("references.close_quarter")
def create(request: PersonRequest, label: str) -> HttpResponse:
    """The check list, and the button below it."""
    now = Present.seen(timezone.now())
    try:
        quarter, facts = Quarter.parse(label), quarters.state(label, now)
    except ValueError as problem:
        raise Http404(str(problem))
    if request.method == "POST" and _closed(request, quarter):
        return redirect("references:closing_detail", quarter.label)
    if facts.closing is not None:
        return redirect("references:closing_detail", quarter.label)
    checks = readiness.checks(quarter, now=now)
    blocked = any(check.blocks and not check.is_fine for check in checks)
    context = {"facts": facts, "checks": checks, "blocked": blocked}
    return render(request, "references/closing_create.html", context, status=422 if request.method == "POST" else 200)


def _closed(request: PersonRequest, quarter: Quarter) -> bool:
    """Whether the quarter is closed now, by this person or by somebody who was quicker."""
    if request.POST.get("confirm") != quarter.label:
        messages.error(request, _("Tick the box first: a closing cannot be taken back."))
        return False
    try:
        closing = actions.close(quarter, by=request.user, at=timezone.now())
    except actions.AlreadyClosed as found:
        messages.info(request, str(found))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return False
    else:
        words = _("%(quarter)s is closed with a count of %(count)d.")
        messages.success(request, words % {"quarter": closing, "count": closing.count})
    return True
