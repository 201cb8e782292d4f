"""The pay curve: set for the running or a later quarter, never for one whose count is already known."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from core.quarters import Quarter
from references.actions.seen_settings import refuse_replaced
from references.models import PayCurve
from references.rules.pay import Curve


@transaction.atomic
def set(
    quarter: Quarter, *, curve: Curve, reason: str, seen: int | None = None, by: User | None, at: datetime
) -> PayCurve:
    """Let the curve hold from the quarter on, until a later row takes over.

    A past quarter may have its first curve, because none held in it before.
    StaleVersion if somebody set the one that holds for it since `seen`, the newest curve that the person saw.
    """
    running = Programme.locked().calendar.quarter_at(at)
    held = PayCurve.objects.holding_for(quarter.label)
    if quarter < running and held is not None:
        raise RuleBroken(
            _("%(quarter)s is over; a pay curve holds from the running quarter (%(running)s) or a later one.")
            % {"quarter": quarter, "running": running}
        )
    _refuse_unsound(curve)
    refuse_replaced(held, seen=seen)
    if not reason.strip():
        raise RuleBroken(_("Say why the curve changes; the people it pays will read it."))
    row = PayCurve.objects.create(
        from_quarter=quarter.label,
        threshold=curve.threshold,
        threshold_payout=curve.threshold_payout,
        cap=curve.cap,
        cap_payout=curve.cap_payout,
        reason=reason,
        recorded_at=at,
        by=by,
    )
    audit.record("pay_curve.set", row, by=by, at=at, quarter=quarter.label, reason=reason)
    return row


def _refuse_unsound(curve: Curve) -> None:
    if not 0 < curve.threshold <= 100 <= curve.cap <= 1000:
        raise RuleBroken(
            _("The threshold lies between 1 % and 100 % of the target, the cap between 100 % and 1,000 %.")
        )
    if not 0 <= curve.threshold_payout <= 100 <= curve.cap_payout <= 1000:
        raise RuleBroken(
            _("The payout at the threshold lies between 0 % and 100 %, at the cap between 100 % and 1,000 %.")
        )
