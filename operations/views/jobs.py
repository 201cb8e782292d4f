"""Jobs of all people: listed, exported, tried again."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core.actions import jobs
from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import Job
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from core.tasks import send
from operations.forms import JobSearch
from operations.reports.jobs import found

PAGE = 50


@require_safe
@requires("operations.operate")
def index(request: PersonRequest) -> HttpResponse:
    search, at = JobSearch(request.GET), timezone.now()
    page = keyset_page(found(search.wanted), order=["-pk"], cursor=request.GET.get("cursor"), size=PAGE)
    kept = without_cursor(request)
    context = {
        "search": search,
        "page": page,
        "jobs": [(job, job.can_be_retried(at)) for job in page.rows],
        "query": kept.urlencode(),
        "is_narrowed": any(kept.values()),
        "passed_over": passed_over(search),
    }
    return render_page_or_partial(request, "operations/job_index.html", "job-list", context)


@require_safe
@requires("operations.operate")
def export(request: PersonRequest) -> HttpResponseBase:
    search = JobSearch(request.GET)
    refuse_passed_over(search)
    rows = found(search.wanted).order_by("-pk")
    header = [gettext("Job"), gettext("Started by"), gettext("Started"), gettext("State"), gettext("What it said")]
    return csv_response("jobs.csv", header, _rows(rows, ZoneInfo(request.user.time_zone)))


def _rows(rows: Any, zone: ZoneInfo) -> Iterator[list[Any]]:
    for job in rows.iterator(chunk_size=2000):
        started = job.created_at.astimezone(zone).isoformat(timespec="seconds")
        yield [job.title, job.created_by.email, started, job.get_state_display(), job.message]


@require_POST
@requires("operations.operate")
def retry(request: PersonRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.listed(), pk=pk)
    try:
        send(jobs.retry(job, by=request.user, at=timezone.now()))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("“%(job)s” is tried again.") % {"job": job})
    return redirect("operations:overview")
