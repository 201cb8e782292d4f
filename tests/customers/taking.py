"""A file taken in without a person or a worker, and what came of it."""

import io

from customers.actions import import_jobs
from customers.actions.import_rows import ImportPlan
from tests.factories import LONG_AGO


def take(content: str, columns: dict[str, str], *, source="", write=True, kind="customers", **options):
    plan = ImportPlan(columns, source, options.pop("day_order", "auto"), "file.csv")
    tally, _result = import_jobs.perform(
        kind, io.BytesIO(content.encode()), plan, write=write, by=None, at=LONG_AGO, **options
    )
    return tally


def counts(tally) -> dict[str, int]:
    return {kind: count for kind, count in tally.counts.items() if count}


def reasons(tally) -> list[str]:
    return [row["reason"] for row in tally.shown.get("problem", [])]
