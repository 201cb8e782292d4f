"""An import from the upload to the last row: tried on the way, then done by a worker, whole or not at all."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import IntegrityError, transaction

from core import audit
from core.actions import jobs
from core.choices import JobState
from core.errors import RuleBroken
from core.exports import csv_lines
from core.models import Job, Programme, User
from core.tables import Limits, Table, open_table
from customers.actions.contact_imports import ContactImport
from customers.actions.import_rows import CHUNK, ImportPlan
from customers.actions.imports import CustomerImport
from customers.choices import ImportKind, ImportOutcome
from customers.formats import contact_columns, customer_columns
from customers.formats.columns import Field, Preset, guess, recognise
from customers.models import ImportMapping
from customers.rules.import_outcomes import Outcome, Tally

KIND = "customers.import"
SAMPLES = 3
RESULT_HEADER = ("Row", "Outcome", "About", "Changes", "Reason", "Unknown owners", "Unknown products")
Progress = Callable[[int], None]


def fields_of(kind: str) -> tuple[Field, ...]:
    """What a column of such a file can mean."""
    return contact_columns.FIELDS if kind == ImportKind.CONTACTS else customer_columns.FIELDS


def presets_of(kind: str) -> tuple[Preset, ...]:
    return contact_columns.PRESETS if kind == ImportKind.CONTACTS else customer_columns.PRESETS


@contextmanager
def opened(file: BinaryIO) -> Iterator[Table]:
    """The table in the file, within the programme's limit."""
    with open_table(file, limits=Limits(bytes=Programme.current().upload_limit_mb * 2**20)) as table:
        yield table


def start(*, kind: str, preset: str = "", file: File, name: str, by: User, at: datetime) -> Job:
    """Keep an uploaded file as a draft, with its headers, a few sample rows and what the columns seem to mean."""
    with opened(cast(BinaryIO, file)) as table:
        samples = [row.values for row in islice(table.rows, SAMPLES)]
        headers, notes = table.headers, list(table.notes)
    known = suggestion(kind, headers, preset=preset)
    parameters = {
        "kind": kind,
        "file_name": name[:200],
        "headers": headers,
        "samples": [[value[:80] for value in row] for row in samples],
        "notes": notes[:20],
        "next_url": "/customers/",
        **known,
    }
    file.seek(0)
    title = f"{ImportKind(kind).label}: {name}"[:200]
    return jobs.draft(KIND, title=title, parameters=parameters, source=file, by=by, at=at)


def suggestion(kind: str, headers: list[str], *, preset: str = "", source: str | None = None) -> dict[str, Any]:
    """The mapping kept for these headers, else the preset's, else a guess; with where it comes from.

    Ids are of use only together with the system that gave them, so without a `source` they are not mapped.
    """
    chosen = next((found for found in presets_of(kind) if found.name == preset), None)
    kept = ImportMapping.objects.filter(kind=kind, headers=headers).first() if chosen is None else None
    if kept is not None:
        settings = kept.columns["settings"] | ({"source": source} if source is not None else {})
        return {"columns": kept.columns["columns"], "origin": "kept", "preset": "", **settings}
    found = chosen or recognise(headers, presets_of(kind))
    columns = guess(headers, fields_of(kind), found)
    source = source if source is not None else found.source if found else ""
    if not source:
        columns = {header: name for header, name in columns.items() if not name.endswith("external_id")}
    origin, label = ("preset", found.label) if found else ("guess", "")
    return {"columns": columns, "origin": origin, "preset": label, "source": source, "day_order": "auto"}


def check_plan(kind: str, plan: ImportPlan) -> None:
    """Refuse a mapping that could not tell whom a row is about."""
    chosen = list(plan.columns.values())
    repeatable = {field.key for field in fields_of(kind) if field.repeatable}
    labels = {field.key: field.label for field in fields_of(kind)}
    doubled = sorted({labels[name] for name in chosen if chosen.count(name) > 1 and name not in repeatable})
    if doubled:
        raise RuleBroken(f"Two columns mean the same: {', '.join(doubled)}. Keep one of them.")
    if {"external_id", "customer_external_id"} & set(chosen) and not plan.source:
        raise RuleBroken("Say from which system the file comes, so that its ids can be kept.")
    if kind == ImportKind.CUSTOMERS and not {"name", "external_id"} & set(chosen):
        raise RuleBroken("Say which column holds the customer's name.")
    if kind == ImportKind.CONTACTS:
        if not {"name", "last_name", "email"} & set(chosen):
            raise RuleBroken("Say which column holds the contact's name or e-mail address.")
        if not {"customer_name", "customer_external_id", "customer_domain", "email"} & set(chosen):
            raise RuleBroken("Say which column tells the customer.")


def foresee(job: Job, *, columns: Mapping[str, str], source: str, day_order: str, by: User, at: datetime) -> Job:
    """Try the import without writing anything, and keep the mapping for the next file with these headers."""
    parameters = job.parameters | {"columns": dict(columns), "source": source, "day_order": day_order}
    plan = plan_of(parameters)
    check_plan(parameters["kind"], plan)
    try:
        with job.source.open("rb") as file:
            tally, _result = perform(parameters["kind"], cast(BinaryIO, file), plan, write=False, by=by, at=at)
    except FileNotFoundError:
        raise RuleBroken("The file is no longer here. Upload it again.")
    _keep_mapping(parameters, by=by, at=at)
    return jobs.describe(job, parameters=parameters, report=tally.as_report(), by=by, at=at)


@transaction.atomic
def submit(job: Job, *, by: User, at: datetime) -> Job:
    """Hand a tried import to the workers; the sample values, mapped or not, are no longer kept."""
    if job.state == JobState.DRAFT:
        kept = {name: value for name, value in job.parameters.items() if name != "samples"}
        jobs.describe(job, parameters=kept, report=job.report, by=by, at=at)
    return jobs.submit(job, by=by, at=at)


def plan_of(parameters: Mapping[str, Any]) -> ImportPlan:
    return ImportPlan(
        parameters["columns"], parameters["source"].strip().casefold(), parameters["day_order"], parameters["file_name"]
    )


@transaction.atomic
def run(job: Job, *, progress: Progress | None = None, at: datetime) -> Job:
    """Do what was foreseen, on the data as it is now: every row and the end of the job, or nothing at all."""
    plan = plan_of(job.parameters)
    job.total = sum(job.report.get("counts", {}).values())
    with job.source.open("rb") as file:
        tally, result = perform(
            job.parameters["kind"],
            cast(BinaryIO, file),
            plan,
            write=True,
            by=job.created_by,
            at=at,
            job=job,
            progress=progress,
        )
    name = f"import-{job.pk}.csv"
    return jobs.finish(job, report=tally.as_report(), result=result, result_name=name, at=at)


@transaction.atomic
def perform(
    kind: str,
    file: BinaryIO,
    plan: ImportPlan,
    *,
    write: bool,
    by: User | None,
    at: datetime,
    job: Job | None = None,
    progress: Progress | None = None,
    prepare: Callable[[Table], Table] = lambda table: table,
) -> tuple[Tally, bytes]:
    """Take a file in, or only tell what would happen; returns the counts and the outcome of every row as CSV."""
    result, tally = io.BytesIO(), Tally()
    with opened(file) as found:
        table = prepare(found)
        work = (ContactImport if kind == ImportKind.CONTACTS else CustomerImport)(
            plan, table.headers, write=write, by=by, at=at
        )
        try:
            outcomes = _told(work.run(table.rows), tally, progress)
            result.writelines(line.encode() for line in csv_lines(RESULT_HEADER, map(_result_row, outcomes)))
        except IntegrityError as conflict:
            raise RuleBroken(
                "Somebody else changed the same customers at this moment. Start the import again."
            ) from conflict
        tally.notes = [*table.notes, *([] if sum(tally.counts.values()) else ["The file has headers and no rows."])]
    if write:
        _record(kind, plan, tally, job, by=by, at=at)
    return tally, result.getvalue()


def _record(kind: str, plan: ImportPlan, tally: Tally, job: Job | None, *, by: User | None, at: datetime) -> None:
    audit.record(
        f"{kind}.imported",
        job or Programme.current(),
        by=by,
        at=at,
        file=plan.file_name,
        source=plan.source,
        columns=dict(plan.columns),
        counts=tally.as_report()["counts"],
    )


def _told(outcomes: Iterable[Outcome], tally: Tally, progress: Progress | None) -> Iterator[Outcome]:
    for number, outcome in enumerate(outcomes, start=1):
        tally.take(outcome)
        if progress is not None and number % (4 * CHUNK) == 0:
            progress(number)
        yield outcome


def _result_row(outcome: Outcome) -> tuple[Any, ...]:
    changes = "; ".join(f"{name}: {before or 'blank'} → {after}" for name, (before, after) in outcome.fields.items())
    return (
        outcome.row,
        ImportOutcome(outcome.kind).value,
        outcome.subject,
        changes if outcome.kind == ImportOutcome.UPDATED else "",
        outcome.reason,
        ", ".join(outcome.unknown_owners),
        ", ".join(outcome.unknown_products),
    )


def _keep_mapping(parameters: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Remember what these headers mean; the newest decision for the same headers counts."""
    kept = {
        "columns": parameters["columns"],
        "settings": {"source": parameters["source"], "day_order": parameters["day_order"]},
    }
    headers = parameters["headers"]
    rows = ImportMapping.objects.filter(kind=parameters["kind"], headers=headers)
    if not rows.update(columns=kept, saved_by=by, saved_at=at):
        name = f"{parameters['file_name'][:50]} {at:%Y-%m-%d %H:%M:%S.%f}"[:80]
        ImportMapping.objects.create(
            kind=parameters["kind"], name=name, headers=headers, columns=kept, saved_by=by, saved_at=at
        )
