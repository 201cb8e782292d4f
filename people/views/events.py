"""The audit trail: searched, paged, exported."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import AuditEvent
from core.models.audit import told
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from people.forms import EventSearch
from people.reports import events

PAGE = 50


@require_safe
@requires("core.read_audit")
def index(request: PersonRequest) -> HttpResponse:
    search = EventSearch(request.GET)
    page = keyset_page(
        events.found(search.wanted, user=request.user), order=["-pk"], cursor=request.GET.get("cursor"), size=PAGE
    )
    kept = without_cursor(request)
    is_narrowed = any(kept.values())
    context = {
        "search": search,
        "page": replace(page, rows=list(told(page.rows, to=request.user))),
        "kinds": events.kinds(),
        "query": kept.urlencode(),
        "is_narrowed": is_narrowed,
        "passed_over": passed_over(search),
    }
    return render_page_or_partial(request, "people/event_list.html", "event-list", context)


@require_safe
@requires("core.read_audit")
def export(request: PersonRequest) -> HttpResponseBase:
    search = EventSearch(request.GET)
    refuse_passed_over(search)
    found = events.found(search.wanted, user=request.user).order_by("-pk")
    rows = told(found.iterator(chunk_size=2000), to=request.user)
    header = [gettext("When"), gettext("By"), gettext("Event"), gettext("What"), gettext("Subject"), gettext("Detail")]
    return csv_response("audit.csv", header, _rows(rows, ZoneInfo(request.user.time_zone), gettext("the program")))


def _rows(events: Iterable[AuditEvent], zone: ZoneInfo, program: str) -> Iterator[list[str]]:
    for event in events:
        at = event.at.astimezone(zone).isoformat(timespec="seconds")
        detail = json.dumps(event.detail, ensure_ascii=False) if event.detail else ""
        yield [at, str(event.by or program), event.event, event.subject_type, event.subject_text, detail]
