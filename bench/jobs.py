"""What a worker does with everything at once, and then takes back. It runs inside the program: `manage.py shell`.

Each prints as JSON how long it took and what the process held in memory: before it, and at the most.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from django.db import connection, transaction

from bench import processors
from bench.files import CUSTOMER_COLUMNS, SOURCE
from core.exports import csv_lines
from core.models import Programme
from customers.actions import import_jobs
from customers.actions.customer_files import CUSTOMER_FILES
from customers.actions.import_rows import ImportPlan
from customers.models import Customer
from references.actions import closings
from references.actions.rag_files import RAG_FILES
from references.actions.rag_imports import RagPlan
from references.formats import grid_sheets
from references.reports import verifications
from references.reports.as_of import Moment
from references.reports.closings import due
from references.reports.grid_exports import table

Figures = dict[str, float]


def close_all_but_last() -> None:
    """Close, for good, every quarter that has ended but the last; prints what the last is closed with."""
    *earlier, last = due(at=_now())
    for quarter in earlier:
        closings.close(quarter, by=None, at=_now())
    calendar = Programme.current().calendar
    moment = Moment(calendar.ends_at(last), calendar.time_zone)
    pays = closings.definition_as_of(last.label, moment.ends_at).dimension_id
    json.dump({"ends_at": moment.ends_at.isoformat(), "day": moment.day.isoformat(), "pays": pays}, sys.stdout)


def close() -> None:
    """Close the next quarter, and verify what came of it."""
    (quarter,) = due(at=_now())
    with taken_back() as figures:
        with told(figures, "close"):
            closing = closings.close(quarter, by=None, at=_now())
            connection.check_constraints()
        figures["peak"] = _peak()
        with told(figures, "verify"):
            wrong = list(verifications.differences(closing))
        figures |= {"customers": closing.customers, "count": closing.count}
        if wrong:
            raise SystemExit(f"the closing differs from its history: {wrong[0]}")


def import_customers(path: str) -> None:
    plan = ImportPlan(kind="customers", columns=CUSTOMER_COLUMNS, source=SOURCE, file_name=Path(path).name)
    _import_twice(CUSTOMER_FILES, plan, path)


def import_cells(path: str) -> None:
    """Customers nobody knows yet, with their cells."""
    with Path(path).open("rb") as file, RAG_FILES.opened(file) as sheet:
        plan = RagPlan(columns=sheet.columns, create_unknown=True, sheet=sheet.sheet, file_name=Path(path).name)
    _import_twice(RAG_FILES, plan, path)


def _import_twice(importer: import_jobs.Importer, plan: import_jobs.Plan, path: str) -> None:
    with taken_back() as figures:
        for name in ("first", "second"):
            with told(figures, name), Path(path).open("rb") as file, TemporaryFile() as result:
                tally = import_jobs.perform(importer, file, plan, write=True, by=None, at=_now(), result=result)
                # Keys are checked where a transaction ends, and this one is taken back before.
                connection.check_constraints()
            figures |= {f"{name}_{kind}": tally.counts[kind] for kind in ("created", "unchanged")}


def export_grid(kind: str, customers: int) -> None:
    """Write the grid of the first so many customers as the page or its job does."""
    rows = Customer.objects.filter(pk__lte=customers).order_by("name_key", "pk")
    with taken_back() as figures, told(figures, "write"), TemporaryFile() as file:
        head, found = table(rows)
        if kind == "csv":
            file.writelines(line.encode() for line in csv_lines(*grid_sheets.csv_table(head, found)))
        else:
            grid_sheets.write_workbook(file, head, found)
        figures["bytes"] = file.seek(0, os.SEEK_END)


@contextmanager
def taken_back() -> Iterator[Figures]:
    """A transaction that is rolled back; prints what was measured in it."""
    connection.ensure_connection()
    figures = {"idle": processors.resident_mb(os.getpid())}
    with transaction.atomic():
        yield figures
        transaction.set_rollback(True)
    json.dump({"peak": _peak()} | figures, sys.stdout)


@contextmanager
def told(figures: Figures, name: str) -> Iterator[None]:
    """Keep how many seconds it took."""
    began = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - began


def _peak() -> float:
    """The most it has held, in MB. What `getrusage` tells begins with the memory of whoever started the process."""
    (line,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(line) / 1024


def _now() -> datetime:
    return datetime.now(tz=UTC)
