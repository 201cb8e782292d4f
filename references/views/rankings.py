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
from core.forms import passed_over, refuse_passed_over
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from references.actions import ranking_mails
from references.choices import RankedBy
from references.filters.rankings import RankingSearch
from references.models import RankingMailRefusal, RecognitionSettings
from references.reports import rankings as report
from references.reports.rankings import Wanted

PAGE_SIZE: Final = 50


@require_safe
@requires("references.view_rankings")
def index(request: PersonRequest) -> HttpResponse:
    """Who stands where, as far as the person may see it."""
    search, settings = _search(request), RecognitionSettings.current()
    wanted = search.wanted
    ranking = report.seen_by(request.user, search.chosen, wanted)
    asked = without_cursor(request)
    context = {
        "ranking": ranking,
        "page": report.page_of(ranking.rows, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE),
        "quarters": search.quarters,
        "columns": [label for _name, label in report.COLUMNS],
        "wanted": wanted,
        "is_by_team": wanted.by == RankedBy.TEAM,
        "ways": _ways(request, wanted),
        "roles": Role.choices,
        "query": asked.urlencode(),
        "is_narrowed": bool(wanted.text or wanted.role or wanted.team),
        "sends_mails": settings.sends_mails and request.user.holds(settings.participants),
        "passed_over": [*passed_over(search), *_shown_instead(search)],
        "wants_mail": not RankingMailRefusal.objects.filter(user=request.user).exists(),
    }
    return render_page_or_partial(request, "references/ranking_index.html", "ranking-list", context)


@require_safe
@requires("references.view_rankings")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """What the person sees, without paging."""
    search = _search(request)
    refuse_passed_over(search)
    chosen, wanted = search.chosen, search.wanted
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


def _search(request: HttpRequest) -> RankingSearch:
    return RankingSearch(request.GET, quarters=report.quarters(Programme.current().calendar, at=timezone.now()))


def _shown_instead(search: RankingSearch) -> list[str]:
    """Which quarter is shown where there is none like the one that is asked for."""
    words = _("There is no ranking of this quarter. Shown is the running one, %(quarter)s.")
    return [words % {"quarter": search.chosen}] if "quarter" in search.errors else []


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
