"""Merge two customers with all their cells: one transaction, nothing lost."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.models import User
from customers.actions import merges
from customers.models import Customer
from references.actions import cells, impact, nomination_decisions, nomination_history, recruiting_plans
from references.choices import ChangeSource, Status
from references.models import Cell
from references.reports import merges as report
from references.reports.merges import CellChoice

BLANK = {
    "status": "",
    "note": "",
    "next_action": "",
    "next_action_due": None,
    "owner": None,
    "forecast_on": None,
    "forecast_confidence": "",
    "blocker": "",
}


@transaction.atomic
def merge(
    survivor: Customer,
    *,
    duplicate: Customer,
    seen: str,
    picked_fields: Collection[str] = (),
    picked_cells: Collection[str] = (),
    by: User | None,
    at: datetime,
) -> Customer:
    """Make the duplicate part of the survivor, for good.

    The survivor's values win where both are filled, but for the columns and dimension keys that were picked. Its
    blank cells are filled. The duplicate's cells are blanked afterwards, so that no job finds them again; their
    history stays. Raises StaleVersion if anything changed since `seen` was shown.
    """
    nomination_history.lock_queue()
    impact.lock()
    survivor, duplicate = merges.lock_both(survivor.pk, duplicate.pk)
    if report.signature(survivor, duplicate) != seen:
        words = _("One of the two customers was changed while you were comparing them; look at them again.")
        raise StaleVersion(words, current=survivor)
    for choice in report.cell_choices(survivor, duplicate):
        if choice.is_filled or (choice.is_conflict and choice.dimension.key in picked_cells):
            _carry(choice, by=by, at=at)
        _blank(choice.theirs, survivor, by=by, at=at)
    merged = merges.merge(survivor, duplicate=duplicate, picked=picked_fields, by=by, at=at)
    impact.take_over(survivor, duplicate=duplicate, by=by, at=at)
    nomination_decisions.follow_merge(survivor, duplicate=duplicate, by=by, at=at)
    recruiting_plans.follow_merge(survivor, duplicate=duplicate, by=by, at=at)
    return merged


def _carry(choice: CellChoice, *, by: User | None, at: datetime) -> None:
    """Write the duplicate's cell over the survivor's. A Green stands on the same evidence, if that still holds."""
    theirs, duplicate = choice.theirs, choice.theirs.customer
    values = {name: getattr(theirs, name) for name in BLANK}
    reason = _("Taken over from %s") % duplicate
    try:
        cells.edit(
            choice.ours,
            seen_version=choice.ours.version,
            changes=values,
            evidence=theirs.evidence if theirs.status == Status.GREEN else None,
            source=ChangeSource.MERGE,
            reason=reason,
            merged_from=duplicate,
            by=by,
            at=at,
        )
    except StaleVersion:
        raise
    except RuleBroken as refusal:
        fresh = Cell.objects.of(choice.ours.customer, choice.dimension)
        cells.edit(
            fresh,
            seen_version=fresh.version,
            changes={**values, "status": Status.AMBER.value},
            source=ChangeSource.MERGE,
            reason=f"{reason}. {refusal}",
            merged_from=duplicate,
            by=by,
            at=at,
        )


def _blank(cell: Cell, survivor: Customer, *, by: User | None, at: datetime) -> None:
    if cell.version and not report.is_blank(cell):
        reason = _("Merged into %s") % survivor
        version = cell.version
        cells.edit(cell, seen_version=version, changes=BLANK, source=ChangeSource.MERGE, reason=reason, by=by, at=at)
