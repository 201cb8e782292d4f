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
from references.reports.pay import Corrected, corrected
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
    """One quarter at an instant. `now` is the present count by the quarter's own definition, of a running, a due and
    the coming quarter; `corrected` and `corrections`, the number of approved ones, belong to a closed quarter.

    `opening` is None before the quarter begins, as nobody knows yet with what the one before it will close; that of a
    closed quarter stays as it stood at its closing.
    """

    quarter: Quarter
    state: QuarterState
    starts_on: date
    ends_on: date
    opening: int | None
    now: int | None
    target: int | None
    definition: Definition
    closing: Closing | None = None
    corrected: int | None = None
    corrections: int = 0

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
        """The number to show large: the corrected count of a closed quarter, else the present count."""
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
        """Whether corrections were approved, even if they have cancelled each other."""
        return self.corrections > 0


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
    holding = QuarterTarget.objects.holding_for(label)
    target = holding.count if holding else None
    if closing is not None:
        return _closed(quarter, calendar, closing, corrected([closing])[closing.pk], target=target)
    opens_with = None if found == QuarterState.FUTURE else opening(label)
    return _open(quarter, found, now, opening=opens_with, target=target)


def _closed(
    quarter: Quarter, calendar: FiscalCalendar, closing: Closing, after: Corrected, *, target: int | None
) -> QuarterFacts:
    """A closed quarter; `target` is the one on record, for a closing that was sealed without."""
    return QuarterFacts(
        quarter=quarter,
        state=QuarterState.CLOSED,
        starts_on=calendar.starts_on(quarter),
        ends_on=calendar.ends_on(quarter),
        opening=closing.opening,
        now=None,
        target=target if closing.target is None else closing.target,
        definition=closing.definition,
        closing=closing,
        corrected=after.count,
        corrections=after.corrections,
    )


def _open(
    quarter: Quarter, shown: QuarterState, now: Present, *, opening: int | None, target: int | None
) -> QuarterFacts:
    """A quarter that is not closed. What lies further ahead than the coming one is not counted yet."""
    return QuarterFacts(
        quarter=quarter,
        state=shown,
        starts_on=now.calendar.starts_on(quarter),
        ends_on=now.calendar.ends_on(quarter),
        opening=opening,
        now=now.by(quarter).count if quarter <= now.quarter.next else None,
        target=target,
        definition=now.definition_for(quarter),
    )


def _lies_before(quarter: Quarter, first: Quarter | None) -> bool:
    return first is not None and quarter < first


def listed(now: Present) -> list[QuarterFacts]:
    """The quarters from the first closed or recorded one to the last with a target, newest first; few queries."""
    calendar = now.calendar
    rows = Closing.objects.select_related("definition__dimension", "closed_by").order_by("quarter")
    closed = {closing.quarter: closing for closing in rows}
    targets = dict(QuarterTarget.objects.order_by("pk").values_list("quarter", "count"))
    after = corrected(closed.values())
    found: list[QuarterFacts] = []
    opens_with = 0
    for quarter in _span(now, closed, targets):
        closing, target = closed.get(quarter.label), targets.get(quarter.label)
        if closing is not None:
            found.append(_closed(quarter, calendar, closing, after[closing.pk], target=target))
            opens_with = after[closing.pk].count
            continue
        shown = state_of(quarter, calendar, None, at=now.at)
        opening = None if shown == QuarterState.FUTURE else opens_with
        found.append(_open(quarter, shown, now, opening=opening, target=target))
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
