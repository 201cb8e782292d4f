"""An import from the upload to the last row: tried on the way, then done by a worker, whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, bulk
from core.actions import jobs
from core.choices import ImportOutcome, JobState
from core.errors import RuleBroken
from core.exports import csv_lines
from core.models import Job, Programme, User
from customers.actions.importers import Importer, Plan, SomePlan, Source
from customers.models import ImportMapping
from customers.rules.import_outcomes import TRIED_AT_ONCE, Outcome, Tally

SAMPLES, LOOKED_THROUGH = 3, 200
Progress = Callable[[int], None]


@transaction.atomic
def start(
    importer: Importer[Any], *, kind: str = "", preset: str = "", file: File, name: str, by: User, at: datetime
) -> Job:
    """Keep an uploaded file as a draft, with its headers, a few sample rows and what the columns seem to mean."""
    known = {
        "kind": kind,
        "preset": preset,
        "file_name": name[:200],
        "next_url": reverse(importer.leads_to),
    }
    parameters = _seen(importer, cast(BinaryIO, file), known, sheet="")
    file.seek(0)
    title = importer.title(parameters)[:200]
    return jobs.draft(importer.task, title=title, parameters=parameters, source=file, by=by, at=at)


def choose_sheet(importer: Importer[Any], job: Job, *, sheet: str, by: User, at: datetime) -> Job:
    """Look at another sheet of the same workbook."""
    known = {name: value for name, value in job.parameters.items() if name not in importer.settings}
    with _uploaded(job) as file:
        parameters = _seen(importer, file, known, sheet=sheet)
    title = importer.title(parameters)[:200]
    return jobs.describe(job, title=title, parameters=parameters, report={}, by=by, at=at)


def _seen(importer: Importer[Any], file: BinaryIO, known: Mapping[str, Any], *, sheet: str) -> dict[str, Any]:
    """What a draft keeps of a file."""
    with importer.opened(file, sheet=sheet) as source:
        if not known["kind"] or known.get("read_as"):
            known = {**known, **dict(zip(("kind", "read_as"), importer.recognised(source.headers), strict=True))}
        suggested = suggestion(importer, source, known)
        samples: list[list[Any]] = [[] for _header in source.headers]
        rows = islice(source.rows, TRIED_AT_ONCE + 1)
        for row in islice(rows, LOOKED_THROUGH):
            _sample(samples, importer.sample(row, len(samples)))
        return {
            **known,
            "sheet": source.sheet,
            "sheets": source.sheets[:200],
            "headers": source.headers,
            "samples": samples,
            "notes": source.notes[:20],
            "is_large": LOOKED_THROUGH + sum(1 for _row in rows) > TRIED_AT_ONCE,
            **suggested,
        }


def _sample(samples: list[list[Any]], cells: Iterable[Any]) -> None:
    """Keep what a row says that those before it did not, a few values of each column."""
    for kept, cell in zip(samples, cells, strict=False):
        if cell and cell not in kept and len(kept) < SAMPLES:
            kept.append(cell)


def suggestion(importer: Importer[Any], source: Source, known: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping kept for these headers unless a preset is named, else what they suggest.

    `gone` says in words which columns of a kept mapping meant something that is no longer in use.
    """
    noted = list(source.notes)
    suggested = importer.suggestion(source, known) | {"gone": []}
    rows = ImportMapping.objects.filter(kind=known["kind"], headers=source.headers)
    kept = None if known.get("preset") else rows.first()
    if kept is None:
        return suggested
    # What was guessed, and not, is of no interest where a person has decided.
    source.notes[:] = noted
    meanings, decided = importer.meanings(known["kind"]), kept.columns["columns"]
    columns = {key: meaning for key, meaning in decided.items() if meaning in meanings}
    headers = {importer.column_key(number, header): header for number, header in enumerate(source.headers)}
    gone = [
        _gone(headers.get(key, key), importer.retired(meaning))
        for key, meaning in decided.items()
        if key not in columns
    ]
    settings: dict[str, Any] = kept.columns["settings"]
    said = {name: known[name] for name in importer.settings if name in known}
    return {**suggested, **settings, **said, "columns": columns, "origin": "kept", "gone": gone}


def _gone(header: str, retired: str) -> str:
    if not retired:
        return _("“%(header)s” meant something that is no longer here; choose again.") % {"header": header}
    words = _("“%(header)s” meant %(meaning)s, which is retired; choose again.")
    return words % {"header": header, "meaning": retired}


@contextmanager
def _uploaded(job: Job) -> Iterator[BinaryIO]:
    if not (job.source and job.source.storage.exists(str(job.source.name))):
        raise RuleBroken(_("The file is no longer here. Upload it again."))
    with job.source.open("rb") as file:
        yield cast(BinaryIO, file)


@transaction.atomic
def foresee(importer: Importer[Any], job: Job, *, decisions: Mapping[str, Any], by: User, at: datetime) -> Job | None:
    """Try the import without writing anything, and keep the mapping for the next file with these headers.

    What is too large for that is left to a worker: the job that does it is returned, to be sent.
    """
    parameters = job.parameters | decisions | {"checked_at": _known_until(at)}
    plan = importer.plan_of(parameters)
    importer.check(plan)
    is_large = job.parameters.get("is_large", False)
    report = {} if is_large else _tried(importer, job, plan, at=at)
    jobs.describe(job, parameters=parameters, report=report, by=by, at=at)
    _keep_mapping(importer, parameters, by=by, at=at)
    if not is_large:
        return None
    title = (_("Check of %s") % job.title)[:200]
    return jobs.enqueue(importer.trial_task, title=title, parameters={}, draft=job, by=by, at=at)


def run_trial(importer: Importer[Any], trial: Job, progress: Progress, *, at: datetime) -> None:
    """Try a large import; refused at its end if the draft was thrown away or described anew meanwhile."""
    draft = Job.objects.drafts().filter(trials=trial).first()
    if draft is None:
        raise RuleBroken(_("The file is no longer here. Upload it again."))
    plan = importer.plan_of(draft.parameters)
    with _uploaded(draft) as file, importer.opened(file, sheet=plan.sheet) as source:
        for trial.total, _row in enumerate(source.rows, start=1):
            progress(0)
    known_until = _known_until(at)
    report = _tried(importer, draft, plan, progress, at=at)
    with transaction.atomic():
        # The draft first, as `jobs.describe` does, so that two of us cannot wait for each other.
        Job.objects.select_for_update().filter(pk=draft.pk).first()
        jobs.finish(trial, report={}, at=at)
        parameters = draft.parameters | {"checked_at": known_until}
        jobs.describe(draft, parameters=parameters, report=report, by=draft.created_by, at=at)


def _known_until(at: datetime) -> str:
    """Up to which moment (ISO) a check sees what was written: not what an import writes now, which is dated with the
    moment at which it began."""
    writing = Job.objects.running().exclude(source="").aggregate(since=Min("started_at"))
    return min(at, writing["since"] or at).isoformat()


def _tried(
    importer: Importer[SomePlan], job: Job, plan: SomePlan, progress: Progress | None = None, *, at: datetime
) -> dict[str, Any]:
    """What would happen, and of which rows it was shown that they are about what is here already."""
    with _uploaded(job) as file:
        tally = perform(importer, file, plan, write=False, by=job.created_by, at=at, progress=progress)
    return tally.as_report() | {"met": tally.met.packed()}


@transaction.atomic
def submit(job: Job, *, by: User, at: datetime) -> Job:
    """Hand a tried import to the workers; the sample values, mapped or not, are no longer kept."""
    if job.state == JobState.DRAFT:
        kept = {name: value for name, value in job.parameters.items() if name != "samples"}
        jobs.describe(job, parameters=kept, report=job.report, by=by, at=at)
    return jobs.submit(job, by=by, at=at)


@transaction.atomic
def run(importer: Importer[Any], job: Job, progress: Progress | None = None, *, at: datetime) -> Job:
    """Do what was foreseen, on the data as it is now: every row and the end of the job, or nothing at all."""
    plan, by = replace(importer.plan_of(job.parameters), met=job.report.get("met", "")), job.created_by
    job.total = sum(job.report.get("counts", {}).values())
    with _uploaded(job) as file, TemporaryFile() as result:
        tally = perform(
            importer, file, plan, write=True, by=by, at=at, job=job, progress=progress, result=cast(BinaryIO, result)
        )
        report, name = tally.as_report(), f"{importer.task.rpartition('.')[2].replace('_', '-')}-{job.pk}.csv"
        return jobs.finish(job, report=report, result=File(result), result_name=name, at=at)


def perform(
    importer: Importer[SomePlan],
    file: BinaryIO,
    plan: SomePlan,
    *,
    write: bool,
    by: User | None,
    at: datetime,
    job: Job | None = None,
    progress: Progress | None = None,
    result: BinaryIO | None = None,
) -> Tally:
    """Take a file in, or only tell what would happen; the outcome of every row goes into `result` as CSV."""
    tally = Tally()
    with transaction.atomic() if write else nullcontext(), importer.opened(file, sheet=plan.sheet) as source:
        if write:
            bulk.queue_up()
        outcomes = _told(importer.outcomes(plan, source, write=write, by=by, at=at), tally, progress)
        header = [_(name) for name in importer.result_header]
        rows = (_result_row(importer, plan.kind, outcome)[: len(header)] for outcome in outcomes)
        try:
            for line in csv_lines(header, rows):
                if result is not None:
                    result.write(line.encode())
        except IntegrityError as conflict:
            words = _("Somebody else changed the same customers at this moment. Start the import again.")
            raise RuleBroken(words) from conflict
        tally.notes = [*source.notes, *([] if sum(tally.counts.values()) else [_("The file has headers and no rows.")])]
        if write:
            _record(importer.event(plan), plan, tally, job, by=by, at=at)
            bulk.renew_statistics()
    return tally


def _record(event: str, plan: Plan, tally: Tally, job: Job | None, *, by: User | None, at: datetime) -> None:
    counts, told = tally.as_report()["counts"], asdict(plan)
    # As long as the file, and of no use once the import is done.
    del told["met"]
    audit.record(event, job or Programme.current(), by=by, at=at, counts=counts, **told)


def _told(outcomes: Iterable[Outcome], tally: Tally, progress: Progress | None) -> Iterator[Outcome]:
    for number, outcome in enumerate(outcomes, start=1):
        tally.take(outcome)
        if progress is not None:
            progress(number)
        yield outcome


def _result_row(importer: Importer[Any], kind: str, outcome: Outcome) -> tuple[Any, ...]:
    """What a row changed of what was there, and what is to be said about it."""
    fields = {
        name: pair
        for name, pair in outcome.fields.items()
        if outcome.kind == ImportOutcome.UPDATED or pair[0] is not None
    }
    told = importer.told(kind, fields) if fields else []
    changes = "; ".join(f"{label}: {before or _('blank')} → {after}" for label, before, after in told)
    who = (outcome.row, str(outcome.kind.label), outcome.subject)
    return *who, changes, outcome.reason, ", ".join(outcome.unknown_owners), ", ".join(outcome.unknown_products)


def _keep_mapping(importer: Importer[Any], parameters: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Remember what these headers mean; the newest decision for the same headers counts."""
    settings = {name: parameters[name] for name in importer.settings}
    kept = {"columns": parameters["columns"], "settings": settings}
    kind, headers = parameters["kind"], parameters["headers"]
    rows = ImportMapping.objects.filter(kind=kind, headers=headers)
    if not rows.update(columns=kept, saved_by=by, saved_at=at):
        name = f"{parameters['file_name'][:50]} {at:%Y-%m-%d %H:%M:%S.%f}"[:80]
        ImportMapping.objects.create(kind=kind, name=name, headers=headers, columns=kept, saved_by=by, saved_at=at)
