"""The programme's board: the letters everybody may read, the top of the quarter, the latest references."""

from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.models import ThankYou
from references.filters import RecognitionFilter
from references.models import RecruitingSettings
from references.models.recognition import RecognitionQuerySet
from references.reports import rankings, recruiting_targets
from references.reports import recognitions as report

PAGE_SIZE: Final = 10
ORDER: Final = ("-published_at", "-pk")


@require_safe
@requires("references.view_board")
def index(request: PersonRequest) -> HttpResponse:
    """Newest first."""
    rows = report.listed(_published(request))
    now = timezone.now()
    quarter = Programme.current().calendar.quarter_at(now)
    context = {
        "page": keyset_page(rows, order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "quarter": quarter,
        "sponsor": RecruitingSettings.standing_sponsor(),
        "progress": recruiting_targets.running(at=now),
        "thanks": ThankYou.objects.visible_to(request.user).select_related("given_by", "colleague", "contact")[:5],
        "ranking": rankings.seen_by(request.user, quarter),
        "enrolled": report.enrolled(),
        "search": request.GET.get("q", ""),
        "query": without_cursor(request).urlencode(),
    }
    return render_page_or_partial(request, "references/programme_board.html", "board-list", context)


@require_safe
@requires("references.view_board")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The letters of the board as they are narrowed, without paging."""
    rows = report.listed(_published(request)).order_by(*ORDER)
    name = f"board-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(rows))


def _published(request: PersonRequest) -> RecognitionQuerySet:
    found: RecognitionQuerySet = RecognitionFilter({"q": request.GET.get("q", "")}, user=request.user).rows
    return found.published()
