"""Evidence taken back: the consent is withdrawn and the Green that stood on it turns Amber at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import User
from customers.actions import customers
from references.actions import cells
from references.choices import ChangeSource, Status
from references.models import Cell, Evidence, EvidenceWithdrawal


@transaction.atomic
def withdraw(evidence: Evidence, *, reason: str, by: User | None, at: datetime) -> EvidenceWithdrawal:
    """Record that the consent was taken back; the cells that stand on it turn Amber with the reason given."""
    if not reason.strip():
        raise RuleBroken(_("Say why the consent is withdrawn; whoever asks next will want to know."))
    customers.lock(evidence.customer.survivor.pk)
    if EvidenceWithdrawal.objects.filter(evidence=evidence).exists():
        raise RuleBroken(_("This evidence has already been withdrawn."))
    withdrawal = EvidenceWithdrawal.objects.create(evidence=evidence, reason=reason[:500], recorded_at=at, by=by)
    standing = Cell.objects.filter(evidence=evidence).select_related("customer", "dimension")
    for cell in standing:
        cells.edit(
            cell,
            seen_version=cell.version,
            changes={"status": Status.AMBER.value},
            source=ChangeSource.WITHDRAWAL,
            reason=_("Consent withdrawn: %s") % reason,
            by=by,
            at=at,
        )
    audit.record("evidence.withdrawn", evidence, by=by, at=at, reason=reason, customer=evidence.customer_id)
    return withdrawal
