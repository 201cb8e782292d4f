"""How many new references were aimed at, quarter by quarter, and how many came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils.translation import gettext as _

from core.models import Programme
from core.quarters import FiscalCalendar, Quarter
from references.choices import ImpactTier, NominationState
from references.models import Nomination, RecruitingTarget


@dataclass(frozen=True)
class Enrolled:
    """Customers of whom a nomination was enrolled, each once; `high_impact` are those of tier A now."""

    count: int = 0
    high_impact: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a quarter has come towards the target that holds for it."""

    quarter: Quarter
    target: RecruitingTarget
    enrolled: int
    high_impact: int
    has_begun: bool
    is_over: bool

    @property
    def missing(self) -> int:
        return max(self.target.count - self.enrolled, 0)

    @property
    def is_reached(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Line:
    """A target that was ever set; `progress` is None when a later one has replaced it."""

    target: RecruitingTarget
    progress: Progress | None


def running(*, at: datetime) -> Progress | None:
    """The running quarter's; None while it has no target. Two statements."""
    calendar = Programme.current().calendar
    quarter = calendar.quarter_at(at)
    target = RecruitingTarget.objects.holding_for(quarter.label)
    if target is None:
        return None
    found = enrolled([quarter], calendar).get(quarter.label, Enrolled())
    return _progress(target, found, running=quarter)


def lines(*, at: datetime) -> list[Line]:
    """Every target that was ever set, the latest quarter first and in it the one that holds. Two statements."""
    calendar = Programme.current().calendar
    targets = list(RecruitingTarget.objects.select_related("by"))
    labels = list(dict.fromkeys(target.quarter for target in targets))
    counts = enrolled([Quarter.parse(label) for label in labels], calendar)
    now, told, found = calendar.quarter_at(at), set[str](), []
    for target in targets:
        holds = target.quarter not in told
        told.add(target.quarter)
        own = counts.get(target.quarter, Enrolled())
        found.append(Line(target, _progress(target, own, running=now) if holds else None))
    return found


def standing(*, at: datetime) -> list[Progress]:
    """Each quarter that has a target, the latest first."""
    return [line.progress for line in lines(at=at) if line.progress is not None]


def enrolled(quarters: Sequence[Quarter], calendar: FiscalCalendar) -> dict[str, Enrolled]:
    """What was enrolled in each quarter, in the programme's time zone as in the ranking; one statement for all."""
    if not quarters:
        return {}
    whens = [
        When(
            closed_at__gte=calendar.starts_at(quarter),
            closed_at__lt=calendar.ends_at(quarter),
            then=Value(str(quarter)),
        )
        for quarter in quarters
    ]
    rows = Nomination.objects.filter(
        state=NominationState.ENROLLED,
        closed_at__gte=calendar.starts_at(min(quarters)),
        closed_at__lt=calendar.ends_at(max(quarters)),
    ).order_by()
    counted = rows.annotate(quarter=Case(*whens, default=Value(""), output_field=CharField())).values_list("quarter")
    is_high = Q(customer__impact__tier=ImpactTier.A)
    counts = counted.annotate(
        count=Count("customer", distinct=True), high=Count("customer", distinct=True, filter=is_high)
    )
    return {label: Enrolled(count, high) for label, count, high in counts}


def export_header() -> list[str]:
    return [
        *(_("Quarter"), _("Target"), _("Holds"), _("Enrolled"), _("High impact"), _("Reached")),
        *(_("Why"), _("Set by"), _("Set on")),
    ]


def export_rows(found: Sequence[Line]) -> Iterator[list[Any]]:
    """The lines as they leave the program; what was replaced or has not begun has no figures."""
    day_of = Programme.current().calendar.day_of
    for line in found:
        target, progress = line.target, line.progress
        figures: list[Any] = ["", "", ""]
        if progress is not None and progress.has_begun:
            figures = [progress.enrolled, progress.high_impact, _("yes") if progress.is_reached else _("no")]
        who = str(target.by or _("the program"))
        holds = _("yes") if progress is not None else _("no")
        yield [target.quarter, target.count, holds, *figures, target.reason, who, day_of(target.recorded_at)]


def _progress(target: RecruitingTarget, found: Enrolled, *, running: Quarter) -> Progress:
    quarter = Quarter.parse(target.quarter)
    return Progress(
        quarter=quarter,
        target=target,
        enrolled=found.count,
        high_impact=found.high_impact,
        has_begun=quarter <= running,
        is_over=quarter < running,
    )
