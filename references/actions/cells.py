"""Edit one cell: the program's most frequent deed, and the one nothing may get wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Programme, User
from customers.actions import customers
from customers.models import Contact, Customer
from references.actions import cell_history
from references.actions.cell_history import Circumstances
from references.choices import EvidenceKind, Status
from references.models import Cell, Dimension, Evidence
from references.rules import evidence as evidence_rule

EDITABLE = frozenset(
    ["status", "note", "next_action", "next_action_due", "owner", "forecast_on", "forecast_confidence", "blocker"]
)
NO_FORECAST = {"forecast_on": None, "forecast_confidence": "", "blocker": ""}
NO_EVIDENCE = {"evidence_id": None, "evidence_agreed_on": None, "evidence_valid_until": None}


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
    by: User | None,
    at: datetime,
    **circumstances: Any,
) -> Cell:
    """Write the changes, a history row and an audit event; returns the cell with its new version and that row.

    `changes` maps names from EDITABLE to values. `evidence` is new evidence, or a row that is taken up again.
    `circumstances` are those of Circumstances; `merged_from` names the duplicate whose cell a merge carries over.
    Raises StaleVersion if `seen_version` is no longer the cell's, EvidenceMissing for a Green that is not earned,
    RuleBroken for a customer that was merged. Nothing is written if nothing would change. A person's edit that belongs
    to no change set gets one of its own, so that it can be undone.
    """
    customers.lock(cell.customer_id)
    return _edit(cell, seen_version, changes, evidence, Circumstances(by=by, at=at, **circumstances))


@transaction.atomic
def set_status(
    customer_id: int, dimension_key: str, *, seen_version: int, status: str, by: User | None, at: datetime
) -> Cell:
    """What `edit` does for a status alone; one statement finds the cell and locks its customer.

    Raises Customer.DoesNotExist or Dimension.DoesNotExist besides, where there is no such cell.
    """
    cell = Cell.objects.locked(customer_id, dimension_key)
    if cell is None:
        dimension = Dimension.objects.shown().get(key=dimension_key)
        cell = Cell.objects.of(customers.lock(customer_id), dimension)
    customers.refuse_merged(cell.customer)
    return _edit(cell, seen_version, {"status": status}, None, Circumstances(by=by, at=at))


def _edit(
    cell: Cell,
    seen_version: int,
    changes: Mapping[str, Any],
    evidence: NewEvidence | Evidence | None,
    within: Circumstances,
) -> Cell:
    """The customer is locked. A cell that was read before the lock may be an older one: what is written asks for its
    version.
    """
    if cell.version != seen_version:
        raise cell_history.stale(cell)
    _refuse_slips(cell, changes)
    before = cell_history.values_of(cell)
    set_values(cell, changes)
    _attach(cell, evidence, merged_from=within.merged_from, by=within.by, at=within.at)
    # A Green from before its dimension asked for evidence counts nowhere, but may have another note.
    if before["status"] != Status.GREEN or evidence is not None:
        _refuse_unproven(cell, at=within.at)
    changed = [name for name, value in before.items() if value != getattr(cell, name)]
    if changed:
        cell_history.write(cell, changed, before["status"], within)
    return cell


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


def would_shorten(cell: Cell, *, agreed_on: date, valid_until: date | None) -> bool:
    """Whether evidence of these days would end before what the cell's Green stands on."""
    until = valid_until or evidence_rule.valid_until(agreed_on, days=cell.dimension.evidence_days)
    stands = cell.status == Status.GREEN and cell.evidence_id is not None
    return stands and evidence_rule.is_shorter(until, than=cell.evidence_valid_until)


def said_now(given: Sequence[NewEvidence]) -> list[NewEvidence]:
    """The same on the word of the contacts as they are now: one may have left while the customer was waited for."""
    known = Contact.objects.in_bulk({new.contact.pk for new in given if new.contact is not None})
    return [replace(new, contact=known[new.contact.pk]) if new.contact is not None else new for new in given]


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
    if new.agreed_on > Programme.current().calendar.day_of(at):
        raise RuleBroken(_("The day on which the contact agreed lies ahead; evidence is what was agreed already."))
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
        evidence = new_evidence(cell, *said_now([evidence]), by=by, at=at)
        evidence.save()
    elif evidence is not None:
        _refuse_unusable(cell, evidence, merged_from)
    if evidence is not None:
        point_to(cell, evidence)


def _refuse_unproven(cell: Cell, *, at: datetime) -> None:
    if cell.status != Status.GREEN or not cell.dimension.needs_evidence:
        return
    if is_unproven(cell, today=Programme.current().calendar.day_of(at)):
        raise EvidenceMissing(
            _("“%s” is Green only with evidence that is valid today: who agreed, when, and in what form.")
            % cell.dimension.name
        )


def _refuse_unusable(cell: Cell, evidence: Evidence, merged_from: Customer | None) -> None:
    """Refuse to take up evidence of another cell, evidence withdrawn, and the word of somebody who left."""
    is_theirs = evidence.customer.survivor.pk in (cell.customer_id, merged_from and merged_from.pk)
    if evidence.dimension_id != cell.dimension_id or not is_theirs:
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
