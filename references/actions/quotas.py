"""Quotas: set for roles, lifted for one person and one period. What is allowed by them is asked of the report."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.choices import Role
from core.errors import RuleBroken
from core.models import User
from references.actions.nomination_history import lock_queue
from references.actions.seen_settings import refuse_replaced
from references.models import QuotaOverride, QuotaPolicy
from references.reports.quotas import why_not_lifted
from references.rules.quotas import Period

MOST = 1_000


@transaction.atomic
def set_policy(
    *, seen: int, mode: str, period: str, numbers: Mapping[str, int], reason: str = "", by: User, at: datetime
) -> QuotaPolicy:
    """What holds from now on; periods that have ended keep theirs. `seen` is the id of the policy that was looked at,
    0 for none; StaleVersion if a newer one holds that says something else."""
    numbers = {role: number for role, number in sorted(numbers.items()) if number}
    if not numbers.keys() <= {*Role.values} or any(not 0 < number <= MOST for number in numbers.values()):
        raise RuleBroken(_("A quota is a number from 0 to 1,000 for a role of the program."))
    lock_queue()
    current = QuotaPolicy.objects.order_by("-pk").first()
    before = current or QuotaPolicy()
    if (before.mode, before.period, before.numbers) == (mode, period, numbers):
        return before
    refuse_replaced(current, seen=seen)
    policy = QuotaPolicy(mode=mode, period=period, numbers=numbers, reason=reason.strip(), recorded_at=at, by=by)
    policy.save()
    fields = {"mode": [before.mode, mode], "period": [before.period, period], "numbers": [before.numbers, numbers]}
    changed = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    audit.record("quota_policy.set", policy, by=by, at=at, fields=changed, reason=reason.strip())
    return policy


@transaction.atomic
def override(person: User, *, period: Period, reason: str, by: User, at: datetime) -> QuotaOverride:
    """Let a colleague ask for references in the running period in spite of a quota that is not reached."""
    if not reason.strip():
        raise RuleBroken(_("Say why the quota is lifted; it stands in the report and in the audit trail."))
    if words := why_not_lifted(person, period=period, by=by, at=at):
        raise RuleBroken(words)
    row = QuotaOverride(person=person, period=period.label, reason=reason.strip()[:500], recorded_at=at, by=by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        told = {"person": person, "period": period.label}
        raise RuleBroken(_("The quota of %(person)s is lifted for %(period)s already.") % told)
    audit.record("quota_override.recorded", person, by=by, at=at, period=period.label, reason=row.reason)
    return row
