"""Import in four steps, whatever is imported: the file, what its columns mean, what would happen, and the job."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from core.actions import jobs
from core.choices import JobState
from core.errors import RuleBroken
from core.models import Job, Programme
from core.models.job import JobQuerySet
from core.permissions import View, requires
from core.requests import PersonRequest, render_page_or_partial
from core.tasks import send
from core.views.jobs import job_progress
from customers.actions import import_jobs
from customers.actions.importers import Importer
from customers.forms.imports import MappingForm
from customers.reports import imports as report


@dataclass(frozen=True)
class Wizard:
    """What an import brings to the steps: `name` begins the names of its addresses, `pages` those of its templates."""

    importer: Importer[Any]
    permission: str
    name: str
    pages: str
    upload_form: Callable[..., Form]
    mapping_form: Callable[..., MappingForm]

    def views(self) -> tuple[View, ...]:
        """The steps as views for those who have the permission, in the order in which they stand below."""
        steps = (create, *map(_unless_thrown_away, (columns, sheet, detail, apply, discard)))
        return tuple(requires(self.permission)(partial(step, wizard=self)) for step in steps)

    def mine(self, request: PersonRequest) -> JobQuerySet:
        return Job.objects.visible_to(request.user).filter(kind=self.importer.task)

    def redirect(self, step: str, *arguments: int) -> HttpResponse:
        return redirect(f"{self.name}_{step}", *arguments)

    def render(self, request: PersonRequest, page: str, *, form: Form, **shown: Any) -> HttpResponse:
        context = {"wizard": self, "form": form, **shown}
        return render(request, f"{self.pages}_{page}.html", context, status=422 if form.is_bound else 200)


def _unless_thrown_away(step: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The step, or the first one again, in words, for an import that was thrown away in another tab."""

    def view(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
        try:
            return step(request, pk, wizard=wizard)
        except Http404:
            if not report.was_thrown_away(pk, task=wizard.importer.task, by=request.user):
                raise
        messages.info(request, _("This import was thrown away; nothing was imported."))
        start = reverse(f"{wizard.name}_create")
        return HttpResponseClientRedirect(start) if request.htmx else redirect(start)

    return view


def create(request: PersonRequest, *, wizard: Wizard) -> HttpResponse:
    """Bring a file."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = wizard.upload_form(*sent, initial={"kind": request.GET.get("kind", "")})
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        file = chosen.pop("file")
        try:
            job = import_jobs.start(
                wizard.importer, **chosen, file=file, name=file.name, by=request.user, at=timezone.now()
            )
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            return wizard.redirect("columns", job.pk)
    limit, recent = Programme.current().upload_limit_mb, wizard.mine(request)[:5]
    return wizard.render(request, "create", form=form, limit=limit, recent=recent)


def columns(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
    """Say what the columns mean; then the import is tried."""
    job = get_object_or_404(wizard.mine(request).drafts(), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = wizard.mapping_form(sent, importer=wizard.importer, parameters=job.parameters)
    if form.is_valid():
        try:
            decided, now = form.decisions(), timezone.now()
            trial = import_jobs.foresee(wizard.importer, job, decisions=decided, by=request.user, at=now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            if trial is not None:
                send(trial)
            return wizard.redirect("detail", job.pk)
    return wizard.render(request, "columns", form=form, job=job, mapped=len(job.parameters["columns"]))


@require_POST
def sheet(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
    """Look at another sheet of the workbook."""
    job = get_object_or_404(wizard.mine(request).drafts(), pk=pk)
    wanted = request.POST.get("sheet", "")
    try:
        import_jobs.choose_sheet(wizard.importer, job, sheet=wanted, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return wizard.redirect("columns", job.pk)


@require_safe
def detail(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
    """What would happen, row by row, before anything does."""
    job = get_object_or_404(wizard.mine(request), pk=pk)
    under_way = job.trials.last() if job.state == JobState.DRAFT else job
    if under_way is not None:
        return _progress(request, wizard, job, under_way)
    if not job.report:
        return wizard.redirect("columns", job.pk)
    if request.htmx.target == "job-progress":
        return HttpResponseClientRefresh()
    in_words = partial(wizard.importer.told, job.parameters["kind"])
    preview = report.preview(job, shown=request.GET.get("show", ""), in_words=in_words)
    left_out = report.left_out(job, key=wizard.importer.column_key)
    context = {"wizard": wizard, "job": job, "preview": preview, "left_out": left_out}
    return render_page_or_partial(request, "customers/import_detail.html", "outcome-list", context)


def _progress(request: PersonRequest, wizard: Wizard, wanted: Job, job: Job) -> HttpResponse:
    """How far a worker is with the import, or with the check of a large file; the page asks again by itself."""
    context = {"wizard": wizard, "wanted": wanted, **job_progress(job, at=timezone.now())}
    return render_page_or_partial(
        request, "customers/import_progress.html", "core/job_detail.html#job-progress", context
    )


@require_POST
def apply(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
    """Hand the import to a worker; pressing twice starts it once."""
    job = get_object_or_404(wizard.mine(request), pk=pk)
    if job.state == JobState.DRAFT and not job.report:
        return wizard.redirect("detail", job.pk)
    try:
        send(import_jobs.submit(job, by=request.user, at=timezone.now()))
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
    return wizard.redirect("detail", job.pk)


@require_POST
def discard(request: PersonRequest, pk: int, *, wizard: Wizard) -> HttpResponse:
    """Throw the file away before anything was imported."""
    job = get_object_or_404(wizard.mine(request), pk=pk)
    try:
        jobs.discard(job, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return wizard.redirect("detail", job.pk)
    messages.success(request, _("The file was thrown away; nothing was imported."))
    return wizard.redirect("create")
