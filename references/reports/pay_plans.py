"""The pay plan with where the count stands now."""

from core.models import User
from core.quarters import Quarter
from references.models import PayCurve, PayMember
from references.reports import forecasts, quarters
from references.reports.counts import Present
from references.reports.pay import Plan


def plan(quarter: Quarter, *, user: User, now: Present) -> Plan:
    """The plan that holds in the quarter, with the person's own membership if there is one."""
    facts = quarters.state(quarter.label, now)
    outlook = None if facts.closing else forecasts.outlook(quarter, now=now)
    team = PayMember.objects.in_quarter(quarter.label)
    return Plan(
        quarter=quarter,
        curve=PayCurve.objects.holding_for(quarter.label),
        target=facts.target,
        definition=facts.definition,
        now=outlook.now if outlook else facts.corrected or 0,
        count=outlook.forecast if outlook else facts.corrected or 0,
        is_closed=facts.closing is not None,
        membership=team.filter(user=user).first(),
        members=team.count(),
        currency=now.programme.currency,
        closed_count=facts.closing.count if facts.closing else None,
        is_corrected=facts.is_corrected,
    )
