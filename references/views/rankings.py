"""The ranking of nominators: by person or team, quarter by quarter."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.choices import Role
from core.exports import csv_response
from core.models import Programme
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from references.actions import ranking_mails
from references.choices import RankedBy
from references.models import RankingMailRefusal, RecognitionSettings
from references.reports import rankings as report
from references.reports.rankings import Wanted

PAGE_SIZE: Final = 50


@require_safe
@requires("references.view_rankings")
def index(request: PersonRequest) -> HttpResponse:
    """Who stands where, as far as the person may see it."""
    quarters, chosen = _quarters(request)
    wanted, settings = _wanted(request), RecognitionSettings.current()
    ranking = report.seen_by(request.user, chosen, wanted)
    asked = without_cursor(request)
    context = {
        "ranking": ranking,
        "page": report.page_of(ranking.rows, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE),
        "quarters": quarters,
        "columns": [label for _name, label in report.COLUMNS],
        "wanted": wanted,
        "is_by_team": wanted.by == RankedBy.TEAM,
        "ways": _ways(request, wanted),
        "roles": Role.choices,
        "query": asked.urlencode(),
        "is_narrowed": bool(wanted.text or wanted.role or wanted.team),
        "sends_mails": settings.sends_mails and request.user.holds(settings.participants),
        "wants_mail": not RankingMailRefusal.objects.filter(user=request.user).exists(),
    }
    return render_page_or_partial(request, "references/ranking_index.html", "ranking-list", context)


@require_safe
@requires("references.view_rankings")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """What the person sees, without paging."""
    _quarters_to_choose, chosen = _quarters(request)
    wanted = _wanted(request)
    ranking = report.seen_by(request.user, chosen, wanted)
    header = report.export_header(by=wanted.by, uses_levels=ranking.uses_levels)
    rows = report.export_rows(ranking.rows, uses_levels=ranking.uses_levels)
    return csv_response(f"ranking-{chosen}-{wanted.by}.csv", header, rows)


@require_POST
@requires("references.view_rankings")
def refuse_mail(request: PersonRequest) -> HttpResponse:
    ranking_mails.refuse(request.user, by=request.user, at=timezone.now())
    messages.success(request, _("You get no weekly mail any more."))
    return redirect("references:ranking_index")


@require_POST
@requires("references.view_rankings")
def resume_mail(request: PersonRequest) -> HttpResponse:
    ranking_mails.resume(request.user, by=request.user, at=timezone.now())
    messages.success(request, _("You get the weekly mail from next Monday on."))
    return redirect("references:ranking_index")


def _quarters(request: HttpRequest) -> tuple[list[Quarter], Quarter]:
    """Those that can be looked at, newest first, and the one that is asked for; the running one if it is none."""
    quarters = report.quarters(Programme.current().calendar, at=timezone.now())
    asked = request.GET.get("quarter", "")
    return quarters, next((one for one in quarters if one.label == asked), quarters[0])


def _wanted(request: HttpRequest) -> Wanted:
    """What is looked for; values that mean nothing are passed over."""
    asked = request.GET
    role, by = asked.get("role", ""), asked.get("by", "")
    return Wanted(
        text=asked.get("q", "")[:200].replace("\0", "").strip(),
        role=role if role in Role.values else "",
        team=asked.get("team", "")[:100],
        by=by if by in RankedBy.values else RankedBy.PERSON,
    )


def _ways(request: HttpRequest, wanted: Wanted) -> list[tuple[str, str, bool]]:
    """The switch between people and teams: its words, the address it leads to, whether it is this one."""
    found = []
    for way in RankedBy:
        asked = request.GET.copy()
        for name in ("cursor", "q", "role", "team"):
            asked.pop(name, None)
        asked["by"] = way
        found.append((str(way.label), asked.urlencode(), way == wanted.by))
    return found
