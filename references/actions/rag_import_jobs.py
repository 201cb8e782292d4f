"""A RAG sheet from the upload to the last row: tried on the way, then taken over by a worker, whole or not at all."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.actions import jobs
from core.errors import RuleBroken
from core.exports import csv_lines
from core.models import Job, Programme, User
from core.tables import Limits
from customers.choices import ImportOutcome
from customers.models import ImportMapping
from customers.rules.import_outcomes import Outcome, Tally
from references.actions.rag_imports import CHUNK, RagImport, RagPlan
from references.formats.rag_headers import CUSTOMER, DOMAIN, IDENTIFIER, NOTE
from references.formats.rag_sheets import RagSheet, RawCell, open_sheet
from references.models import Dimension

KIND = "references.grid_import"
MAPPING = "rag_sheet"
SAMPLES = 3
RESULT_HEADER = ("Row", "Outcome", "Customer", "Changes", "Remarks")
Progress = Callable[[int], None]


@contextmanager
def opened(file: BinaryIO, *, sheet: str = "") -> Iterator[RagSheet]:
    """The sheet in the file, within the programme's limit."""
    limits = Limits(bytes=Programme.current().upload_limit_mb * 2**20)
    names = dict(Dimension.objects.shown().values_list("key", "name"))
    with open_sheet(file, names=names, limits=limits, sheet=sheet) as found:
        yield found


def meanings() -> list[tuple[str, str]]:
    """What a column of a sheet can mean, as (meaning, label)."""
    dimensions = list(Dimension.objects.shown().values_list("key", "name"))
    return [
        (CUSTOMER, _("Customer")),
        (DOMAIN, _("Web domain")),
        (IDENTIFIER, _("RefProgram id")),
        *dimensions,
        *((f"{key}{NOTE}", _("%s: note") % name) for key, name in dimensions),
    ]


@transaction.atomic
def start(*, file: File, name: str, by: User, at: datetime) -> Job:
    """Keep an uploaded sheet as a draft, with a few sample rows and what its columns seem to mean."""
    known = {"file_name": name[:200], "create_unknown": False, "next_url": reverse("references:grid")}
    parameters = known | _seen(cast(BinaryIO, file), "")
    file.seek(0)
    title = (_("RAG sheet: %s") % name)[:200]
    return jobs.draft(KIND, title=title, parameters=parameters, source=file, by=by, at=at)


def choose_sheet(job: Job, *, sheet: str, by: User, at: datetime) -> Job:
    """Look at another sheet of the same workbook."""
    with job.source.open("rb") as file:
        parameters = job.parameters | _seen(cast(BinaryIO, file), sheet)
    return jobs.describe(job, parameters=parameters, report={}, by=by, at=at)


def foresee(job: Job, *, columns: Mapping[int, str], create_unknown: bool, by: User, at: datetime) -> Job:
    """Try the import without writing anything, and keep the mapping for the next sheet with these headers."""
    written = {str(position): meaning for position, meaning in columns.items()}
    parameters = job.parameters | {"columns": written, "create_unknown": create_unknown}
    plan = plan_of(parameters)
    check_plan(plan)
    with job.source.open("rb") as file:
        tally, _result = perform(cast(BinaryIO, file), plan, sheet=parameters["sheet"], write=False, by=by, at=at)
    _keep_mapping(parameters, by=by, at=at)
    return jobs.describe(job, parameters=parameters, report=tally.as_report(), by=by, at=at)


@transaction.atomic
def run(job: Job, *, progress: Progress | None = None, at: datetime) -> Job:
    """Do what was foreseen, on the grid as it is now: every row and the end of the job, or nothing at all."""
    plan, by = plan_of(job.parameters), job.created_by
    job.total = sum(job.report.get("counts", {}).values())
    with job.source.open("rb") as file:
        tally, result = perform(
            cast(BinaryIO, file),
            plan,
            sheet=job.parameters["sheet"],
            write=True,
            by=by,
            at=at,
            subject=job,
            progress=progress,
        )
    name = f"grid-import-{job.pk}.csv"
    return jobs.finish(job, report=tally.as_report(), result=result, result_name=name, at=at)


@transaction.atomic
def perform(
    file: BinaryIO,
    plan: RagPlan,
    *,
    sheet: str = "",
    write: bool,
    by: User | None,
    at: datetime,
    subject: Job | None = None,
    progress: Progress | None = None,
) -> tuple[Tally, bytes]:
    """Take a sheet over, or only tell what would happen; returns the counts and the outcome of every row as CSV."""
    result, tally = io.BytesIO(), Tally()
    with opened(file, sheet=sheet) as found:
        work = RagImport(plan, write=write, by=by, at=at)
        try:
            outcomes = _told(work.run(found.rows), tally, progress)
            result.writelines(line.encode() for line in csv_lines(RESULT_HEADER, map(_result_row, outcomes)))
        except IntegrityError as conflict:
            raise RuleBroken(_("Somebody else changed the same cells just now. Start the import again.")) from conflict
        tally.notes = found.notes
    if write:
        counts = tally.as_report()["counts"]
        target = subject or Programme.current()
        audit.record("grid.imported", target, by=by, at=at, file=plan.file_name, sheet=found.sheet, counts=counts)
    return tally, result.getvalue()


def plan_of(parameters: Mapping[str, Any]) -> RagPlan:
    columns = {int(position): meaning for position, meaning in parameters["columns"].items()}
    return RagPlan(columns, parameters["create_unknown"], parameters["file_name"])


def check_plan(plan: RagPlan) -> None:
    """Refuse a mapping that could not tell whom a row is about, or what."""
    known = dict(meanings())
    doubled = [known[one] for one, count in Counter(plan.columns.values()).items() if count > 1]
    if doubled:
        raise RuleBroken(_("Two columns mean the same: %s. Keep one of them.") % ", ".join(doubled))
    if CUSTOMER not in plan.columns.values():
        raise RuleBroken(_("Say which column holds the customer's name."))
    if not set(plan.columns.values()) - {CUSTOMER, DOMAIN, IDENTIFIER}:
        raise RuleBroken(_("Say which columns are dimensions; there is nothing to import otherwise."))


def _seen(file: BinaryIO, sheet: str) -> dict[str, Any]:
    """What a draft keeps of a sheet: headers, sample rows, the guess at the columns or the mapping kept for them."""
    with opened(file, sheet=sheet) as found:
        samples = [
            [_sample(row.cells.get(at)) for at in range(len(found.headers))] for row in islice(found.rows, SAMPLES)
        ]
    kept = ImportMapping.objects.filter(kind=MAPPING, headers=found.headers).first()
    known = dict(meanings())
    columns = kept.columns["columns"] if kept else {str(at): meaning for at, meaning in found.columns.items()}
    return {
        "sheet": found.sheet,
        "sheets": found.sheets[:200],
        "headers": found.headers,
        "samples": samples,
        "columns": {position: meaning for position, meaning in columns.items() if meaning in known},
        "origin": "kept" if kept else "guess",
        "notes": found.notes[:20],
    }


def _sample(cell: RawCell | None) -> dict[str, str]:
    if cell is None:
        return {"text": "", "colour": ""}
    return {"text": cell.text.strip()[:60], "colour": cell.colour.value if cell.colour else ""}


def _told(outcomes: Iterable[Outcome], tally: Tally, progress: Progress | None) -> Iterator[Outcome]:
    for number, outcome in enumerate(outcomes, start=1):
        tally.take(outcome)
        if progress is not None and number % (10 * CHUNK) == 0:
            progress(number)
        yield outcome


def _result_row(outcome: Outcome) -> tuple[Any, ...]:
    changes = "; ".join(f"{name}: {before or '–'} → {after}" for name, (before, after) in outcome.fields.items())
    return outcome.row, ImportOutcome(outcome.kind).value, outcome.subject, changes, outcome.reason


def _keep_mapping(parameters: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Remember what these headers mean; the newest decision for the same headers counts."""
    kept = {"columns": parameters["columns"], "settings": {}}
    rows = ImportMapping.objects.filter(kind=MAPPING, headers=parameters["headers"])
    if not rows.update(columns=kept, saved_by=by, saved_at=at):
        name = f"{parameters['file_name'][:50]} {at:%Y-%m-%d %H:%M:%S.%f}"[:80]
        ImportMapping.objects.create(
            kind=MAPPING, name=name, headers=parameters["headers"], columns=kept, saved_by=by, saved_at=at
        )
