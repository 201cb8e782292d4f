"""The grid as a workbook that takes longer to write than a person waits for a page."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.core.files.base import File
from django.utils.translation import gettext as _

from core.actions import jobs
from core.models import Job, User
from customers.models.customer import CustomerQuerySet
from references.formats import grid_sheets
from references.reports import grid_exports
from references.reports.grid_exports import ExportRow

KIND = "references.grid_export"
KEPT = timedelta(days=2)


def start(query: str, *, today: date, by: User, at: datetime) -> Job:
    """A job that writes the rows which the address leaves; one that is under way already is not begun twice."""
    mine = Job.objects.visible_to(by).unfinished().filter(kind=KIND, parameters__query=query)
    parameters = {"query": query, "result_name": f"grid-{today}.xlsx"}
    return mine.first() or jobs.enqueue(KIND, title=_("Grid as a workbook"), parameters=parameters, by=by, at=at)


def run(job: Job, customers: CustomerQuerySet, progress: Callable[[int], None], *, at: datetime) -> Job:
    """Write the workbook; the person who asked for it may fetch it for two days."""
    job.total = customers.count()
    with TemporaryFile() as file:
        head, rows = grid_exports.table(customers)
        grid_sheets.write_workbook(cast(BinaryIO, file), head, _told(rows, progress))
        return jobs.finish(
            job,
            report={"rows": job.total},
            result=File(file),
            result_name=f"grid-export-{job.pk}.xlsx",
            result_until=at + KEPT,
            at=at,
        )


def _told(rows: Iterator[ExportRow], progress: Callable[[int], None]) -> Iterator[ExportRow]:
    for number, row in enumerate(rows, start=1):
        progress(number)
        yield row
