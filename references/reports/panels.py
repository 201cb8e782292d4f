"""What the panel beside the grid tells of one cell."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from references.choices import Confidence, Status
from references.models import Cell, CellChange
from references.reports.grid import is_overdue

# The row of a conflict that stands for everything behind a Green.
EVIDENCE_ROW = "evidence"
CHOICES = {"status": Status.choices, "forecast_confidence": Confidence.choices}


@dataclass(frozen=True)
class CellState:
    """What a page needs to paint one cell anew."""

    customer: int
    dimension: str
    status: str
    version: int
    note: bool
    overdue: bool
    by: str


@dataclass(frozen=True)
class Difference:
    """One field in which somebody else's save differs from what was there before, or from what is typed here."""

    name: str
    label: str
    theirs: str
    mine: str
    is_mine_kept: bool


def state(row: Cell | CellChange, *, today: date) -> CellState:
    """The cell, or a change of it, as the grid shows it."""
    author = row.updated_by if isinstance(row, Cell) else row.by
    return CellState(
        customer=row.customer_id,
        dimension=row.dimension.key,
        status=row.status,
        version=row.version,
        note=bool(row.note),
        overdue=is_overdue(row.status, row.next_action_due, today),
        by=str(author or ""),
    )


def at_version(cell: Cell, version: int) -> CellChange | Cell:
    """The cell as it stood at a version: what a person saw who edits it now."""
    seen = CellChange.objects.filter(customer_id=cell.customer_id, dimension_id=cell.dimension_id, version=version)
    return seen.first() or Cell(customer_id=cell.customer_id, dimension_id=cell.dimension_id, version=0)


def change_set_of(cell: Cell) -> int | None:
    """The id of the change set with which the cell came to its present version."""
    if cell.latest_change is not None:
        return cell.latest_change.change_set_id
    made = CellChange.objects.filter(customer_id=cell.customer_id, dimension_id=cell.dimension_id, version=cell.version)
    return made.values_list("change_set_id", flat=True).first()


def differences(
    base: CellChange | Cell, theirs: Cell, mine: dict[str, Any], labels: dict[str, str]
) -> list[Difference]:
    """Every field that the other person changed, or that both hold differently, with who wins if mine is kept."""
    found = []
    for name, value in mine.items():
        before, other = getattr(base, name), getattr(theirs, name)
        if other in (before, value):
            continue
        kept = value != before
        found.append(Difference(name, labels[name], _shown(theirs, name), _text(value, theirs, name), kept))
    return found


def evidence_difference(base: CellChange | Cell, theirs: Cell, mine: str) -> list[Difference]:
    """The evidence that the other person gave or took away, beside what is typed here; nothing if either has none."""
    if not mine or theirs.evidence_id == base.evidence_id:
        return []
    held = theirs.evidence
    other = ""
    if held:
        more = held.valid_until, held.url, (held.file.name or "").rpartition("/")[2]
        other = in_words(str(held.contact or ""), held.get_kind_display(), held.agreed_on, *more)
    return [Difference(EVIDENCE_ROW, str(_("Consent and evidence")), other, mine, is_mine_kept=True)]


def in_words(who: str, form: Any, day: date, until: date | None, url: str, file: str) -> str:
    """Who agreed, in what form and when, until when it holds, and what proves it."""
    holds = _("until %s") % date_format(until) if until else ""
    return ", ".join(filter(None, [who, str(form), date_format(day), holds, url, file]))


def _shown(cell: Cell, name: str) -> str:
    return _text(getattr(cell, name), cell, name)


def _text(value: Any, cell: Cell, name: str) -> str:
    if name in ("status", "forecast_confidence"):
        return str(dict(CHOICES[name]).get(value, value))
    if isinstance(value, date):
        return date_format(value)
    return "" if value is None else str(value)
