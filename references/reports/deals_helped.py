"""Deals that a nominator's word has helped to win: those that references whom they brought in have referred."""

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from core.quarters import FiscalCalendar, Quarter
from customers.choices import ReferralOutcome
from references.choices import NominationState
from references.models import Nominator

REFERRAL = "nomination__customer__contacts__referrals"
DEALS = Count(REFERRAL, distinct=True)


def deals_helped(quarter: Quarter, calendar: FiscalCalendar) -> QuerySet[Nominator]:
    """Credit of active nominators for customers whose contacts, after the customer was enrolled, made referrals that
    were won in the quarter; `DEALS` counts those referrals."""
    won = {
        f"{REFERRAL}__outcome": ReferralOutcome.WON,
        f"{REFERRAL}__withdrawn_at__isnull": True,
        f"{REFERRAL}__decided_on__range": (calendar.starts_on(quarter), calendar.ends_on(quarter)),
        f"{REFERRAL}__decided_on__gte": TruncDate("nomination__closed_at", tzinfo=calendar.zone),
    }
    rows = Nominator.objects.filter(user__is_active=True, nomination__state=NominationState.ENROLLED, **won)
    return rows.order_by()
