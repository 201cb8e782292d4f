"""The import of an old RAG sheet: the file, what its columns mean, what would happen, and the job that does it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.actions import jobs
from core.choices import JobState
from core.errors import RuleBroken
from core.models import Job, Programme
from core.models.job import JobQuerySet
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from core.tasks import send
from references.actions import rag_import_jobs
from references.forms.rag_imports import SheetColumnsForm, SheetUploadForm
from references.reports import rag_imports as report


@requires("references.import_grid")
def create(request: PersonRequest) -> HttpResponse:
    """Bring the sheet."""
    form = SheetUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = rag_import_jobs.start(file=file, name=file.name, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("references:grid_import_columns", job.pk)
    context = {"form": form, "limit": Programme.current().upload_limit_mb, "recent": _mine(request)[:5]}
    status = 422 if request.method == "POST" else 200
    return render(request, "references/grid_import.html", context, status=status)


@requires("references.import_grid")
def columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what the columns mean; then the import is tried."""
    job = get_object_or_404(_mine(request).drafts(), pk=pk)
    form = SheetColumnsForm(request.POST or None, parameters=job.parameters)
    if request.method == "POST" and form.is_valid():
        try:
            rag_import_jobs.foresee(job, **form.decisions(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("references:grid_import_detail", job.pk)
    context = {"form": form, "job": job, "mapped": len(job.parameters["columns"])}
    return render(request, "references/grid_import_columns.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("references.import_grid")
def sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Look at another sheet of the workbook."""
    job = get_object_or_404(_mine(request).drafts(), pk=pk)
    try:
        rag_import_jobs.choose_sheet(job, sheet=request.POST.get("sheet", ""), by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("references:grid_import_columns", job.pk)


@require_safe
@requires("references.import_grid")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What would happen, row by row, before anything does."""
    job = get_object_or_404(_mine(request), pk=pk)
    if job.state != JobState.DRAFT:
        return redirect("core:job_detail", job.pk)
    if not job.report:
        return redirect("references:grid_import_columns", job.pk)
    context = {"job": job, "preview": report.preview(job, shown=request.GET.get("show", ""))}
    return render_page_or_partial(request, "references/grid_import_detail.html", "outcome-list", context)


@require_POST
@requires("references.import_grid")
def apply(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand the import to a worker; pressing twice starts it once."""
    job = get_object_or_404(_mine(request), pk=pk)
    if job.state == JobState.DRAFT and not job.report:
        return redirect("references:grid_import_columns", job.pk)
    send(jobs.submit(job, by=request.user, at=timezone.now()))
    return redirect("core:job_detail", job.pk)


@require_POST
@requires("references.import_grid")
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw the sheet away before anything was imported."""
    job = get_object_or_404(_mine(request), pk=pk)
    try:
        jobs.discard(job, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("core:job_detail", job.pk)
    messages.success(request, _("The file was thrown away; nothing was imported."))
    return redirect("references:grid_import")


def _mine(request: PersonRequest) -> JobQuerySet:
    return Job.objects.visible_to(request.user).filter(kind=rag_import_jobs.KIND)
