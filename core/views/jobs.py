"""Jobs: a person's long work, while it runs and when it is done."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core import broker, signs
from core.actions import jobs
from core.errors import RuleBroken
from core.exports import download
from core.models import Job
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from core.tasks import PATIENCE, send

PAGE_SIZE = 50


@require_safe
@requires("core.use_program")
def index(request: PersonRequest) -> HttpResponse:
    """The person's jobs, the newest first."""
    rows = Job.objects.visible_to(request.user).listed()
    page = keyset_page(rows, order=["-pk"], cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    return render(request, "core/job_index.html", {"page": page})


@require_safe
@requires("core.use_program")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a job is, and what came of it; the page asks again by itself until the job is over."""
    job = get_object_or_404(Job.objects.visible_to(request.user).listed(), pk=pk)
    context = job_progress(job, at=timezone.now())
    return render_page_or_partial(request, "core/job_detail.html", "job-progress", context)


def job_progress(job: Job, *, at: datetime) -> dict[str, Any]:
    """What the partial `job-progress` shows."""
    waits_long = job.is_waiting and at - job.created_at > PATIENCE / 6
    return {
        "job": signs.seen(job),
        "waits_long": waits_long,
        "queue_is_away": job.is_waiting and broker.is_away(),
        "is_silent": job.is_silent(at),
        "quiet_for": job.quiet_for(at),
        "can_be_retried": job.can_be_retried(at),
    }


@require_POST
@requires("core.use_program")
def retry(request: PersonRequest, pk: int) -> HttpResponse:
    """Have a job of one's own that failed done again."""
    job = get_object_or_404(Job.objects.visible_to(request.user).listed(), pk=pk)
    try:
        send(jobs.retry(job, by=request.user, at=timezone.now()))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("core:job_detail", pk=pk)


@require_safe
@requires("core.use_program")
def result(request: PersonRequest, pk: int) -> FileResponse:
    """What the job made: a file that tells row by row what was done, or the file that was asked for."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not job.result:
        raise Http404
    return download(job.result.open("rb"), job.parameters.get("result_name", f"result-{job.pk}.csv"))
