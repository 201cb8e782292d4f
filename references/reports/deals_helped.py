"""Deals that a nominator's word has helped to win: those that references whom they brought in have referred."""

from datetime import datetime, timedelta

from django.db.models import Count, F

from core.models import Programme
from customers.choices import ReferralOutcome
from references.choices import NominationState
from references.models import Nominator

REFERRAL = "nomination__customer__contacts__referrals"


def deals_helped(begin: datetime, end: datetime) -> dict[int, int]:
    """By active nominator, how many referrals were won between two instants that contacts of a customer made whom the
    person has credit for, after it was enrolled."""
    day_of = Programme.current().calendar.day_of
    first, last = day_of(begin), day_of(end - timedelta(microseconds=1))
    won = {
        f"{REFERRAL}__outcome": ReferralOutcome.WON,
        f"{REFERRAL}__withdrawn_at__isnull": True,
        f"{REFERRAL}__decided_on__range": (first, last),
        f"{REFERRAL}__decided_on__gte": F("nomination__closed_at__date"),
    }
    rows = Nominator.objects.filter(user__is_active=True, nomination__state=NominationState.ENROLLED, **won)
    return dict(rows.order_by().values_list("user_id").annotate(Count(REFERRAL, distinct=True)))
