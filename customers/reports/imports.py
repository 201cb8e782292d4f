"""What an import will do or has done, as its page shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.choices import ImportOutcome
from core.models import AuditEvent, Job, User

TABS = (
    ImportOutcome.PROBLEM,
    ImportOutcome.CREATED,
    ImportOutcome.UPDATED,
    ImportOutcome.UNCHANGED,
    ImportOutcome.SKIPPED,
)
RARE = (ImportOutcome.SKIPPED,)
Telling = Callable[[Mapping[str, list[Any]]], list[tuple[str, str, str]]]


@dataclass(frozen=True)
class Tab:
    """One kind of outcome with its number of rows."""

    kind: str
    label: str
    count: int
    is_shown: bool


@dataclass(frozen=True)
class OutcomeRow:
    """One row of the file: its number, whom it is about, (label, before, after) of what changes, or the reason."""

    number: int
    subject: str
    customer_id: int | None
    changes: list[tuple[str, str, str]]
    reason: str


@dataclass(frozen=True)
class Preview:
    """One tab of an import, and what holds for the whole file; `instead` says that another was asked for."""

    tabs: list[Tab]
    rows: list[OutcomeRow]
    shown: str
    instead: str
    count: int
    will_change: int
    is_empty: bool
    is_known: bool
    reasons: list[tuple[str, int]]
    unknown_owners: dict[str, int]
    unknown_products: dict[str, int]
    notes: list[str]
    kept_as_notes: dict[str, int]
    unreadable: dict[str, int]


def preview(job: Job, *, shown: str, in_words: Telling) -> Preview:
    """The tab or the aside asked for, else the first tab that has rows; `in_words` puts changes into words."""
    report = job.report
    counts: dict[str, int] = report["counts"]
    asides: dict[str, dict[str, int]] = report.get("asides", {})
    known, instead = [kind.value for kind in TABS], ""
    if shown not in known and shown not in asides:
        wanted, shown = shown, next((kind for kind in known if counts[kind]), ImportOutcome.CREATED.value)
        instead = _instead(wanted, shown) if wanted else ""
    told = [kind for kind in TABS if counts[kind.value] or kind not in RARE or kind.value == shown]
    return Preview(
        tabs=[Tab(kind.value, str(kind.label), counts[kind.value], kind.value == shown) for kind in told],
        rows=[_row(row, in_words) for row in report["shown"].get(shown, [])],
        shown=shown,
        instead=instead,
        count=asides[shown]["rows"] if shown in asides else counts[shown],
        will_change=counts[ImportOutcome.CREATED.value] + counts[ImportOutcome.UPDATED.value],
        is_empty=not any(counts.values()),
        is_known=counts[ImportOutcome.UNCHANGED.value] > 0,
        reasons=report.get("reasons", []) if shown == ImportOutcome.PROBLEM else [],
        unknown_owners=report["unknown_owners"],
        unknown_products=report["unknown_products"],
        notes=report["notes"],
        kept_as_notes=asides.get("kept_as_notes", {}),
        unreadable=asides.get("unreadable", {}),
    )


def _instead(wanted: str, shown: str) -> str:
    told = {"wanted": wanted[:40], "shown": ImportOutcome(shown).label}
    return _("This import has no rows “%(wanted)s”; “%(shown)s” is shown.") % told


def left_out(job: Job, *, key: Callable[[int, str], str]) -> list[str]:
    """The headers of the columns that mean nothing to the import; `key` tells by what it knows a column."""
    columns, headers = job.parameters["columns"], job.parameters["headers"]
    return [header for position, header in enumerate(headers) if key(position, header) not in columns]


def was_thrown_away(pk: int, *, task: str, by: User) -> bool:
    """Whether the import was the person's own and is gone because it was thrown away."""
    thrown = AuditEvent.objects.filter(event="job.discarded", subject_type=Job._meta.label_lower, subject_id=pk, by=by)
    return thrown.filter(detail__kind=task).exists()


def _row(row: dict[str, Any], in_words: Telling) -> OutcomeRow:
    """A customer that is new stands under its name already."""
    fields = {name: pair for name, pair in row["fields"].items() if name != "name" or pair[0] is not None}
    return OutcomeRow(row["row"], row["subject"], row["customer_id"], in_words(fields), row["reason"])
