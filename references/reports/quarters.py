"""A quarter as pages and the API show it: its state, its numbers, and the bridge that explains them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.quarters import FiscalCalendar, Quarter
from references.choices import QuarterState
from references.models import Closing, Definition, QuarterTarget
from references.reports import closings
from references.reports.bridges import bridge, late_corrections, passage
from references.reports.closings import corrected_count
from references.reports.counts import Present
from references.reports.pay import corrected_counts
from references.rules import pay
from references.rules.shares import tenths

__all__ = [
    "QuarterFacts",
    "bridge",
    "corrected_count",
    "late_corrections",
    "opening",
    "passage",
    "state",
    "state_of",
]


@dataclass(frozen=True)
class QuarterFacts:
    """One quarter at an instant. `now` is the present count (running and due quarters only); `count` and
    `corrected` belong to a closed one."""

    quarter: Quarter
    state: QuarterState
    starts_on: date
    ends_on: date
    opening: int
    now: int | None
    target: int | None
    definition: Definition
    closing: Closing | None = None
    corrected: int | None = None

    @property
    def label(self) -> str:
        return self.quarter.label

    @property
    def is_closed(self) -> bool:
        return self.closing is not None

    @property
    def is_due(self) -> bool:
        return self.state == QuarterState.DUE

    @property
    def figure(self) -> int | None:
        """The number to show large: the corrected count of a closed quarter, the present count of a running one."""
        return self.corrected if self.closing else self.now

    @property
    def attainment(self) -> Decimal | None:
        """The figure in percent of the target."""
        return None if self.figure is None else pay.attainment(self.figure, self.target)

    @property
    def high_impact_share(self) -> Decimal | None:
        """In percent of the closed count, as it was sealed; None where nobody had looked, or nothing was counted."""
        if self.closing is None or self.closing.high_impact is None:
            return None
        return tenths(self.closing.high_impact, self.closing.count)

    @property
    def corrected_by(self) -> int:
        """By how many customers corrections have moved the closed count."""
        return (self.corrected or 0) - self.closing.count if self.closing else 0

    @property
    def is_corrected(self) -> bool:
        return self.closing is not None and self.corrected != self.closing.count


def state_of(quarter: Quarter, calendar: FiscalCalendar, closing: Closing | None, *, at: datetime) -> QuarterState:
    if closing is not None:
        return QuarterState.CLOSED
    if calendar.has_ended(quarter, at=at):
        return QuarterState.DUE
    return QuarterState.RUNNING if calendar.starts_at(quarter) <= at else QuarterState.FUTURE


def state(label: str, now: Present) -> QuarterFacts:
    """The quarter as it stands. Raises ValueError on a label that is none, or lies before the programme began."""
    quarter, calendar = Quarter.parse(label), now.calendar
    closing = Closing.objects.select_related("definition__dimension", "closed_by").filter(quarter=label).first()
    found = state_of(quarter, calendar, closing, at=now.at)
    if found == QuarterState.DUE and _lies_before(quarter, closings.earliest_unclosed(calendar)):
        raise ValueError(_("The programme had not begun in %s.") % label)
    target = QuarterTarget.objects.holding_for(label)
    running = found in (QuarterState.RUNNING, QuarterState.DUE)
    return QuarterFacts(
        quarter=quarter,
        state=found,
        starts_on=calendar.starts_on(quarter),
        ends_on=calendar.ends_on(quarter),
        opening=closing.opening if closing else opening(label),
        now=now.by(quarter).count if running else None,
        target=closing.target if closing and closing.target is not None else (target.count if target else None),
        definition=closing.definition if closing else now.definition_for(quarter),
        closing=closing,
        corrected=closings.corrected_count(closing) if closing else None,
    )


def _lies_before(quarter: Quarter, first: Quarter | None) -> bool:
    return first is not None and quarter < first


def listed(now: Present) -> list[QuarterFacts]:
    """The quarters from the first closed or recorded one to the last with a target, newest first; few queries."""
    calendar = now.calendar
    rows = Closing.objects.select_related("definition__dimension", "closed_by").order_by("quarter")
    closed = {closing.quarter: closing for closing in rows}
    targets = dict(QuarterTarget.objects.order_by("pk").values_list("quarter", "count"))
    corrected = corrected_counts(closed.values())
    found: list[QuarterFacts] = []
    opens_with = 0
    for quarter in _span(now, closed, targets):
        closing = closed.get(quarter.label)
        shown = state_of(quarter, calendar, closing, at=now.at)
        found.append(
            QuarterFacts(
                quarter=quarter,
                state=shown,
                starts_on=calendar.starts_on(quarter),
                ends_on=calendar.ends_on(quarter),
                opening=closing.opening if closing else opens_with,
                now=now.by(quarter).count if shown in (QuarterState.RUNNING, QuarterState.DUE) else None,
                target=targets.get(quarter.label) if closing is None or closing.target is None else closing.target,
                definition=closing.definition if closing else now.definition_for(quarter),
                closing=closing,
                corrected=corrected[closing.pk] if closing else None,
            )
        )
        opens_with = corrected[closing.pk] if closing else opens_with
    return found[::-1]


def _span(now: Present, closed: Iterable[str], targets: Iterable[str]) -> Iterator[Quarter]:
    known = [now.quarter, *(Quarter.parse(label) for label in (*closed, *targets))]
    first = closings.first_quarter(now.calendar)
    start = min([*known, *([first] if first else [])])
    while start <= max(known):
        yield start
        start = start.next


def opening(label: str) -> int:
    """The count with which the quarter opens: the corrected count of the last closing before it, 0 without one."""
    before = closings.previous(label)
    return closings.corrected_count(before) if before else 0
