"""What recruiting asks of whoever runs it: the queue against what a month holds, what ages, and what is blocked."""

from dataclasses import dataclass, field
from datetime import timedelta

from core.models import User
from references.choices import NominationState
from references.models import Nomination, RecruitingSettings
from references.reports import nominations, recruiting_queue
from references.reports.counts import Present
from references.reports.nominations import Row
from references.reports.recruiting_queue import Month

AGEING_AFTER, SHOWN, MOST_BLOCKED = timedelta(days=7), 6, 200


@dataclass(frozen=True)
class RecruitingHome:
    """Lists hold the oldest or worst rows, counts everything; what is not this person's is empty."""

    months: list[Month] = field(default_factory=list)
    ageing: list[Row] = field(default_factory=list)
    ageing_count: int = 0
    blocked: list[Row] = field(default_factory=list)


def recruiting_home(user: User, *, now: Present) -> RecruitingHome:
    """The queue as whoever decides on nominations looks at it; empty for the others."""
    return _queue(user, now) if user.has_perm("references.decide_nomination") else RecruitingHome()


def _queue(user: User, now: Present) -> RecruitingHome:
    """Nominations that have waited for a decision for more than a week, and those whose customer cannot be asked."""
    rows = Nomination.objects.visible_to(user)
    undecided = rows.filter(state=NominationState.SUBMITTED, state_since__lt=now.at - AGEING_AFTER)
    ageing = nominations.listed(undecided).order_by("state_since", "pk")
    # The next to be invited: what is planned for later may be free again by then.
    next_ones = nominations.listed(rows.waiting()).order_by("planned_month", "-score", "pk")[:MOST_BLOCKED]
    blocked = [row for row in nominations.shown(next_ones, today=now.today) if row.blocks]
    return RecruitingHome(
        months=recruiting_queue.months(capacity=RecruitingSettings.current().capacity, today=now.today)[:SHOWN],
        ageing=nominations.shown(ageing[:SHOWN], today=now.today),
        ageing_count=undecided.count(),
        blocked=blocked[:SHOWN],
    )
