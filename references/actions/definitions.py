"""Say what "reference-able" means from a quarter on; closed and past quarters keep what they had."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from core.quarters import Quarter
from references.actions.seen_settings import refuse_replaced
from references.models import Closing, Definition, Dimension, EvidenceSettings

SHORTEST_REASON = 10


@transaction.atomic
def change(
    dimension: Dimension,
    *,
    from_quarter: Quarter,
    evidence_needed: bool,
    reason: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Definition:
    """Make the dimension the pay trigger from the quarter on.

    Where evidence is needed, the dimension asks for it from now on, so that no Green is set that will not count.
    StaleVersion if somebody set the one that holds since `seen`, the newest definition that the person saw.
    """
    refuse_past(from_quarter, running=Programme.locked().calendar.quarter_at(at))
    dimension = Dimension.objects.select_for_update().get(pk=dimension.pk)
    reason = _told(reason)
    if not dimension.is_active:
        raise RuleBroken(_("“%(dimension)s” is not in use; choose a dimension that is.") % {"dimension": dimension})
    holding = Definition.objects.holding_for(from_quarter.label)
    _refuse_unchanged(holding, dimension, evidence_needed=evidence_needed, quarter=from_quarter)
    refuse_replaced(holding, seen=seen)
    definition = Definition.objects.create(
        from_quarter=from_quarter.label,
        dimension=dimension,
        evidence_needed=evidence_needed,
        reason=reason,
        recorded_at=at,
        by=by,
    )
    if evidence_needed and not dimension.needs_evidence:
        _ask_for_evidence(dimension)
    detail = {"dimension": dimension.key, "evidence_needed": evidence_needed, "from_quarter": from_quarter.label}
    audit.record("definition.changed", definition, by=by, at=at, reason=reason, **detail)
    return definition


def _refuse_unchanged(holding: Definition, dimension: Dimension, *, evidence_needed: bool, quarter: Quarter) -> None:
    if (holding.dimension_id, holding.evidence_needed) == (dimension.pk, evidence_needed):
        words = _("This is the definition that holds for %(quarter)s already.")
        raise RuleBroken(words % {"quarter": quarter.label})


def _told(reason: str) -> str:
    if len(reason.strip()) < SHORTEST_REASON:
        raise RuleBroken(
            _("Say in %d letters or more why the definition changes; people are paid by it.") % SHORTEST_REASON
        )
    return reason.strip()


def refuse_past(quarter: Quarter, *, running: Quarter) -> None:
    """What a quarter is measured by is not changed once it has ended, still less once it is closed."""
    if Closing.objects.filter(quarter__gte=quarter.label).exists():
        raise RuleBroken(_("%(quarter)s is closed; what it was measured by never changes.") % {"quarter": quarter})
    if quarter < running:
        raise RuleBroken(
            _("%(quarter)s has ended; choose the running quarter %(running)s or a later one.")
            % {"quarter": quarter, "running": running}
        )


def _ask_for_evidence(dimension: Dimension) -> None:
    dimension.needs_evidence = True
    if dimension.evidence_days is None:
        dimension.evidence_days = EvidenceSettings.current().default_days
    dimension.save(update_fields=["needs_evidence", "evidence_days"])
