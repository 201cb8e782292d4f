"""Edit one cell: the program's most frequent deed, and the one nothing may get wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, prepared
from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions import customers
from customers.models import Contact, Customer
from references.choices import ChangeSource, EvidenceKind, Status
from references.models import Cell, CellChange, ChangeSet, Evidence
from references.rules import evidence as evidence_rule

EDITABLE = frozenset(
    ["status", "note", "next_action", "next_action_due", "owner", "forecast_on", "forecast_confidence", "blocker"]
)
# Columns that a cell and its history share, people and evidence by their ids.
VALUES = (
    *sorted(EDITABLE - {"owner"}),
    "owner_id",
    "evidence_id",
    "evidence_agreed_on",
    "evidence_valid_until",
)
NO_FORECAST = {"forecast_on": None, "forecast_confidence": "", "blocker": ""}
NO_EVIDENCE = {"evidence_id": None, "evidence_agreed_on": None, "evidence_valid_until": None}
WRITTEN = (*VALUES, "version", "updated_at", "updated_by_id")

UNDOABLE = frozenset([ChangeSource.EDIT, ChangeSource.PASTE, ChangeSource.FILL, ChangeSource.API])


class EvidenceMissing(RuleBroken):
    """A Green was asked for in a dimension that needs evidence, and none that is valid today was given."""


@dataclass(frozen=True)
class NewEvidence:
    """Evidence as a person enters it; `valid_until` None takes the dimension's default, if it has one."""

    kind: str
    agreed_on: date
    contact: Contact | None = None
    valid_until: date | None = None
    url: str = ""
    file: File | None = None
    note: str = ""


@transaction.atomic
def edit(
    cell: Cell,
    *,
    seen_version: int,
    changes: Mapping[str, Any],
    evidence: NewEvidence | Evidence | None = None,
    source: ChangeSource = ChangeSource.EDIT,
    change_set: ChangeSet | None = None,
    reason: str = "",
    merged_from: Customer | None = None,
    by: User | None,
    at: datetime,
) -> Cell:
    """Write the changes, a history row and an audit event; returns the cell with its new version and that row.

    `changes` maps names from EDITABLE to values. `evidence` is new evidence, or a row that is taken up again.
    Raises StaleVersion if `seen_version` is no longer the cell's, EvidenceMissing for a Green that is not earned,
    RuleBroken for a customer that was merged. `merged_from` names the duplicate whose cell a merge carries over.
    Nothing is written if nothing would change. A person's edit that belongs to no change set gets one of its own,
    so that it can be undone.
    """
    customers.lock(cell.customer_id)
    _refuse_stale(cell, seen_version)
    _refuse_slips(cell, changes)
    before, status_before = values_of(cell), cell.status
    set_values(cell, changes)
    _attach(cell, evidence, merged_from=merged_from, by=by, at=at)
    if before == values_of(cell):
        return cell
    _write(cell, seen_version, by=by, at=at)
    if change_set is None and by is not None and source in UNDOABLE:
        change_set = ChangeSet(source=source, title=str(cell)[:200], made_at=at, by=by)
        prepared.insert(change_set)
    change = new_change(cell, status_before, source=source, change_set=change_set, reason=reason)
    change.merged_from = merged_from
    change.save()
    cell.latest_change = change
    audit.record("cell.edited", cell, by=by, at=at, source=source, status=[status_before, cell.status])
    return cell


def values_of(cell: Cell | CellChange) -> dict[str, Any]:
    """The columns that a history row keeps, as the cell holds them now."""
    return {name: getattr(cell, name) for name in VALUES}


def set_values(cell: Cell, changes: Mapping[str, Any]) -> None:
    """Put the values into the cell in memory; a Green has no forecast, and only a Green has evidence."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a cell: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(cell, name, value)
    for name, value in blanked_by(cell.status).items():
        setattr(cell, name, value)


def blanked_by(status: str) -> Mapping[str, Any]:
    """What a cell of this status cannot have, and what it has instead."""
    return NO_FORECAST if status == Status.GREEN else NO_EVIDENCE


def point_to(cell: Cell, evidence: Evidence) -> None:
    """Let the cell's Green stand on this evidence."""
    cell.evidence = evidence
    cell.evidence_agreed_on, cell.evidence_valid_until = evidence.agreed_on, evidence.valid_until


def is_unproven(cell: Cell, *, today: date) -> bool:
    """Whether the cell is a Green that lacks the evidence its dimension needs."""
    return evidence_rule.is_missing(
        cell.status,
        evidence_needed=cell.dimension.needs_evidence,
        agreed_on=cell.evidence_agreed_on,
        until=cell.evidence_valid_until,
        today=today,
    )


def new_change(
    cell: Cell, status_before: str, *, source: ChangeSource, change_set: ChangeSet | None, reason: str = ""
) -> CellChange:
    """The history row of a cell as it stands now, not yet saved."""
    return CellChange(
        customer_id=cell.customer_id,
        dimension_id=cell.dimension_id,
        version=cell.version,
        recorded_at=cell.updated_at,
        by_id=cell.updated_by_id,
        source=source,
        change_set=change_set,
        status_before=status_before,
        reason=reason[:500],
        **values_of(cell),
    )


def new_evidence(cell: Cell, new: NewEvidence, *, by: User | None, at: datetime) -> Evidence:
    """Evidence for the cell, checked and not yet saved."""
    if new.contact is not None and new.contact.customer_id != cell.customer_id:
        raise RuleBroken(_("%s is not a contact of %s.") % (new.contact, cell.customer))
    if new.contact is not None and new.contact.left_on is not None:
        raise RuleBroken(_("%s has left %s; somebody who is still there must agree.") % (new.contact, cell.customer))
    if new.contact is None and new.kind != EvidenceKind.IMPORT:
        raise RuleBroken(_("Say which contact agreed."))
    if not evidence_rule.has_plausible_start(new.agreed_on):
        raise RuleBroken(_("Look at the year of the day on which the contact agreed."))
    if new.valid_until and not evidence_rule.has_plausible_end(new.agreed_on, new.valid_until):
        raise RuleBroken(_("A consent is valid for ten years at most; look at the year."))
    until = new.valid_until or evidence_rule.valid_until(new.agreed_on, days=cell.dimension.evidence_days)
    if until is not None and until < new.agreed_on:
        raise RuleBroken(_("The evidence ends before the day on which the contact agreed."))
    return Evidence(
        customer_id=cell.customer_id,
        dimension_id=cell.dimension_id,
        kind=new.kind,
        contact=new.contact,
        agreed_on=new.agreed_on,
        valid_until=until,
        url=new.url,
        file=new.file,
        note=new.note,
        recorded_at=at,
        by=by,
    )


def _attach(
    cell: Cell,
    evidence: NewEvidence | Evidence | None,
    *,
    merged_from: Customer | None,
    by: User | None,
    at: datetime,
) -> None:
    if evidence is not None and cell.status != Status.GREEN:
        raise RuleBroken(_("Evidence belongs to a Green; set the cell to Green together with it."))
    if isinstance(evidence, NewEvidence):
        evidence = new_evidence(cell, evidence, by=by, at=at)
        evidence.save()
    elif evidence is not None:
        _refuse_unusable(cell, evidence, merged_from)
    if evidence is not None:
        point_to(cell, evidence)
    if cell.status != Status.GREEN or not cell.dimension.needs_evidence:
        return
    if is_unproven(cell, today=Programme.current().calendar.day_of(at)):
        raise EvidenceMissing(
            _("“%s” is Green only with evidence that is valid today: who agreed, when, and in what form.")
            % cell.dimension.name
        )


def _refuse_unusable(cell: Cell, evidence: Evidence, merged_from: Customer | None) -> None:
    """Refuse to take up evidence of another cell, evidence withdrawn, and the word of somebody who left."""
    theirs = evidence.customer_id in (cell.customer_id, merged_from and merged_from.pk)
    if not theirs:
        theirs = evidence.customer.merged_into_id == cell.customer_id
    if evidence.dimension_id != cell.dimension_id or not theirs:
        raise RuleBroken(_("This evidence belongs to another cell."))
    if hasattr(evidence, "withdrawal"):
        raise RuleBroken(_("This evidence was withdrawn; ask for a new consent."))
    if evidence.contact is not None and evidence.contact.left_on is not None:
        raise RuleBroken(_("%s has left; somebody who is still there must agree.") % evidence.contact)


def _refuse_slips(cell: Cell, changes: Mapping[str, Any]) -> None:
    """Refuse a new day of the year 0206 or 9999: nobody meant it, and every list of due days would begin with it."""
    for name in ("next_action_due", "forecast_on"):
        day = changes.get(name)
        if day is not None and day != getattr(cell, name) and not evidence_rule.has_plausible_start(day):
            raise RuleBroken(_("Look at the year of %s.") % date_format(day))


def _refuse_stale(cell: Cell, seen_version: int) -> None:
    if cell.version != seen_version:
        current = Cell.objects.of(cell.customer, cell.dimension)
        raise StaleVersion(_("Somebody else changed this cell while you were editing it."), current=current)


def _write(cell: Cell, seen_version: int, *, by: User | None, at: datetime) -> None:
    """Insert or conditionally update, so that of two people who saw the same version one is refused."""
    stamp(cell, by=by, at=at)
    if seen_version == 0:
        try:
            with transaction.atomic():
                prepared.insert(cell)
        except IntegrityError:
            cell.version = -1
            _refuse_stale(cell, seen_version)
        return
    if not prepared.replace(cell, WRITTEN, seen={"version": seen_version}):
        cell.version = -1
        _refuse_stale(cell, seen_version)


def stamp(cell: Cell, *, by: User | None, at: datetime) -> None:
    """Raise the version in memory, with author and time; a clock set back never puts a change before an older one."""
    cell.updated_at = max(at, cell.updated_at) if cell.updated_at else at
    cell.updated_by, cell.version = by, cell.version + 1
