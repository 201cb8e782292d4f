"""What recruiting asks of whoever runs it: the queue against what a month holds, what ages, and what is blocked."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.models import User
from references.choices import NominationState
from references.models import Nomination, RecruitingSettings
from references.reports import nominations, recruiting_queue, recruiting_targets
from references.reports.counts import Present
from references.reports.nominations import Row
from references.reports.recruiting_queue import Month
from references.reports.recruiting_targets import Progress

AGEING_AFTER, SHOWN, MOST_BLOCKED = timedelta(days=7), 6, 200


@dataclass(frozen=True)
class RecruitingHome:
    """Lists hold the oldest or worst rows, counts everything; what is not this person's is empty."""

    months: list[Month] = field(default_factory=list)
    ageing: list[Row] = field(default_factory=list)
    ageing_count: int = 0
    blocked: list[Row] = field(default_factory=list)
    progress: Progress | None = None


def recruiting_home(user: User, *, now: Present) -> RecruitingHome:
    """The queue as whoever decides on nominations looks at it, the quarter's target also for executives.

    Empty for the others.
    """
    decides, watches = (user.has_perm(f"references.{deed}") for deed in ("decide_nomination", "watch_recruiting"))
    found = _queue(user, now) if decides else RecruitingHome()
    return replace(found, progress=recruiting_targets.running(at=now.at)) if watches else found


def _queue(user: User, now: Present) -> RecruitingHome:
    """Nominations that have waited for a decision for more than a week, and those whose customer cannot be asked."""
    rows = Nomination.objects.visible_to(user)
    undecided = rows.not_lost(now.today).filter(state=NominationState.SUBMITTED, state_since__lt=now.at - AGEING_AFTER)
    ageing = nominations.listed(undecided).order_by("state_since", "pk")
    # The next to be invited: what is planned for later may be free again by then.
    next_ones = nominations.listed(rows.in_plan(now.today)).order_by("planned_month", "-score", "pk")[:MOST_BLOCKED]
    blocked = [row for row in nominations.shown(next_ones, today=now.today, reader=user) if row.blocks]
    return RecruitingHome(
        months=recruiting_queue.months(capacity=RecruitingSettings.current().capacity, today=now.today)[:SHOWN],
        ageing=nominations.shown(ageing[:SHOWN], today=now.today, reader=user),
        ageing_count=undecided.count(),
        blocked=blocked[:SHOWN],
    )
