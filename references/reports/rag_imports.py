"""What the import of a sheet would do, as its page shows it."""

from dataclasses import dataclass
from typing import Any

from core.models import Job
from customers.choices import ImportOutcome

TABS = (ImportOutcome.PROBLEM, ImportOutcome.CREATED, ImportOutcome.UPDATED, ImportOutcome.UNCHANGED)


@dataclass(frozen=True)
class Tab:
    """One kind of outcome with its number of rows."""

    kind: str
    label: str
    count: int
    is_shown: bool


@dataclass(frozen=True)
class Preview:
    """One tab of an import, and what holds for the whole sheet. Rows are the outcomes as the job keeps them."""

    tabs: list[Tab]
    rows: list[dict[str, Any]]
    shown: str
    count: int
    will_change: int
    notes: list[str]


def preview(job: Job, *, shown: str) -> Preview:
    """The tab asked for, else the first that has rows."""
    counts: dict[str, int] = job.report["counts"]
    known = [kind.value for kind in TABS]
    if shown not in known:
        shown = next((kind for kind in known if counts[kind]), ImportOutcome.UPDATED.value)
    rows = [row | {"changes": _changes(row)} for row in job.report["shown"].get(shown, [])]
    return Preview(
        tabs=[Tab(kind.value, str(kind.label), counts[kind.value], kind.value == shown) for kind in TABS],
        rows=rows,
        shown=shown,
        count=counts[shown],
        will_change=counts[ImportOutcome.CREATED.value] + counts[ImportOutcome.UPDATED.value],
        notes=job.report["notes"],
    )


def _changes(row: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(label, before, after) for label, (before, after) in row["fields"].items()]
