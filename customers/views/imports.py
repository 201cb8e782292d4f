"""Import in four steps: the file, what its columns mean, what would happen, and the job that does it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from core.actions import jobs
from core.choices import JobState
from core.errors import RuleBroken
from core.models import Job, Programme
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from core.tasks import send
from customers.actions import import_jobs
from customers.forms import ColumnsForm, UploadForm
from customers.reports import imports as report


@requires("customers.import_customers")
def create(request: PersonRequest) -> HttpResponse:
    """Bring a file."""
    initial = {"kind": request.GET.get("kind", "customers")}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, initial=initial)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = import_jobs.start(
                kind=form.cleaned_data["kind"],
                preset=form.cleaned_data["preset"],
                file=file,
                name=file.name,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("customers:import_columns", job.pk)
    return _upload_page(request, form)


def _upload_page(request: PersonRequest, form: UploadForm) -> HttpResponse:
    mine = Job.objects.visible_to(request.user).filter(kind=import_jobs.KIND)
    context = {"form": form, "limit": Programme.current().upload_limit_mb, "recent": mine[:5]}
    return render(request, "customers/import_create.html", context, status=422 if form.is_bound else 200)


@requires("customers.import_customers")
def columns(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what the columns mean; then the import is tried."""
    job = _draft(request, pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, parameters=job.parameters)
    if form.is_valid():
        try:
            import_jobs.foresee(job, **form.decisions(), by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("customers:import_detail", job.pk)
    context = {"form": form, "job": job, "mapped": len(job.parameters["columns"])}
    return render(request, "customers/import_columns.html", context, status=422 if form.is_bound else 200)


@requires("customers.import_customers")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What would happen, row by row, before anything does."""
    job = get_object_or_404(_mine(request), pk=pk)
    if job.state != JobState.DRAFT:
        return redirect("core:job_detail", job.pk)
    if not job.report:
        return redirect("customers:import_columns", job.pk)
    context = {"job": job, "preview": report.preview(job, shown=request.GET.get("show", ""))}
    return render_page_or_partial(request, "customers/import_detail.html", "outcome-list", context)


@require_POST
@requires("customers.import_customers")
def apply(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand the import to a worker; pressing twice starts it once."""
    job = get_object_or_404(_mine(request), pk=pk)
    if job.state == JobState.DRAFT and not job.report:
        return redirect("customers:import_columns", job.pk)
    try:
        send(import_jobs.submit(job, by=request.user, at=timezone.now()))
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
    return redirect("core:job_detail", job.pk)


@require_POST
@requires("customers.import_customers")
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw the file away before anything was imported."""
    job = get_object_or_404(_mine(request), pk=pk)
    try:
        jobs.discard(job, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("core:job_detail", job.pk)
    messages.success(request, gettext("The file was thrown away; nothing was imported."))
    return redirect("customers:import_create")


def _mine(request: PersonRequest) -> QuerySet[Job]:
    return Job.objects.visible_to(request.user).filter(kind=import_jobs.KIND)


def _draft(request: PersonRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).drafts().filter(kind=import_jobs.KIND), pk=pk)
