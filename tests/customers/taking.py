"""A file taken in without a person or a worker, and what came of it."""

import io

from customers.actions import import_jobs
from customers.actions.customer_files import CUSTOMER_FILES
from customers.actions.import_rows import ImportPlan
from tests.factories import LONG_AGO


def take(content: str, columns: dict[str, str], *, source="", write=True, kind="customers", **options):
    day_order = options.pop("day_order", "auto")
    checked_at = options.pop("checked_at", "")
    plan = ImportPlan(
        kind=kind, columns=columns, source=source, day_order=day_order, file_name="file.csv", checked_at=checked_at
    )
    file = io.BytesIO(content.encode())
    at = options.pop("at", LONG_AGO)
    return import_jobs.perform(CUSTOMER_FILES, file, plan, write=write, by=None, at=at, **options)


def counts(tally) -> dict[str, int]:
    return {kind: count for kind, count in tally.counts.items() if count}


def reasons(tally) -> list[str]:
    return [row["reason"] for row in tally.shown.get("problem", [])]
