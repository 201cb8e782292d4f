"""Runs of the schedule: listed, exported, asked for."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from celery import current_app
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core import broker
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from operations.actions import task_runs
from operations.choices import ScheduledTask
from operations.forms import RunSearch
from operations.reports.task_runs import found

PAGE, SECONDS_KEPT = 50, 600
# What a task is told when a person asks for it, where by itself it would find that it was done today.
ASKED_WITH = {ScheduledTask.VERIFY_CLOSINGS: {"again": True}}


@require_safe
@requires("operations.operate")
def index(request: PersonRequest) -> HttpResponse:
    search = RunSearch(request.GET)
    page = keyset_page(found(search.wanted), order=["-pk"], cursor=request.GET.get("cursor"), size=PAGE)
    kept = without_cursor(request)
    context = {
        "search": search,
        "page": page,
        "query": kept.urlencode(),
        "is_narrowed": any(kept.values()),
        "passed_over": passed_over(search),
    }
    return render_page_or_partial(request, "operations/task_run_index.html", "task-run-list", context)


@require_safe
@requires("operations.operate")
def export(request: PersonRequest) -> HttpResponseBase:
    search = RunSearch(request.GET)
    refuse_passed_over(search)
    runs = found(search.wanted).order_by("-pk")
    header = [gettext("Task"), gettext("State"), gettext("Began"), gettext("Seconds"), gettext("What it said")]
    return csv_response("runs.csv", header, _rows(runs, ZoneInfo(request.user.time_zone)))


def _rows(runs: Any, zone: ZoneInfo) -> Iterator[list[Any]]:
    for run in runs.iterator(chunk_size=2000):
        seconds = "" if run.took is None else round(run.took.total_seconds(), 1)
        began = run.began_at.astimezone(zone).isoformat(timespec="seconds")
        yield [run.get_task_display(), run.get_state_display(), began, seconds, run.message]


@require_POST
@requires("operations.operate")
def create(request: PersonRequest, task: str) -> HttpResponse:
    """Have a task of the schedule done now. Each finds its work in rows, so that once more does no harm."""
    if task not in ScheduledTask:
        raise Http404
    wanted = ScheduledTask(task)
    task_runs.ask(wanted, by=request.user, at=timezone.now())
    try:
        _sent_as(wanted).apply_async(kwargs=ASKED_WITH.get(wanted, {}), expires=SECONDS_KEPT, retry=False)
    except broker.UNREACHABLE:
        messages.error(request, gettext("The queue does not answer, so nothing was sent. Start it and try again."))
    else:
        messages.success(request, gettext("“%(task)s” was sent to the workers.") % {"task": wanted.label})
    return redirect("operations:overview")


def _sent_as(task: ScheduledTask) -> Any:
    """What the queue knows under this name; a web server has not read all modules with tasks by itself.

    The queue's own search for them finds nothing while another request is in the middle of it; an import waits.
    """
    import_module(task.value.rpartition(".")[0])
    return current_app.tasks[task.value]
