"""The dashboard of a quarter: the one number, where it came from, where it goes, what must happen for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.quarters import Quarter
from references.choices import Confidence, ImpactTier, QuarterState
from references.models import BonusStatement, Cell, Closing, PayCurve, QuarterTarget
from references.reports import bridges, coverage, forecasts, quarters
from references.reports.counts import Present
from references.reports.coverage import Coverage
from references.reports.impact import tiers
from references.reports.pay import corrected, settled_counts
from references.reports.quarters import QuarterFacts
from references.rules import pay
from references.rules.bridges import Bridge
from references.rules.forecasts import Outlook
from references.rules.shares import tenths

QUARTERS_SHOWN, AHEAD = 8, 3
TO_DO_SHOWN = 5


@dataclass(frozen=True)
class QuarterCount:
    """One quarter in the row of quarters: the closed (and corrected) count, or the present one."""

    quarter: Quarter
    count: int
    target: int | None
    is_shown: bool
    is_closed: bool
    closed_count: int | None = None
    is_corrected: bool = False
    forecast: int | None = None


@dataclass(frozen=True)
class ClosedQuarter:
    """A closed quarter with what has been corrected since, whether it has been paid, and the count that is paid by
    now."""

    closing: Closing
    corrected: int
    is_corrected: bool
    statement: BonusStatement | None
    settled: int | None = None


@dataclass(frozen=True)
class Board:
    """Everything the dashboard shows of one quarter. `waiting` has ended before it and is not closed yet."""

    facts: QuarterFacts
    bridge: Bridge
    outlook: Outlook | None
    curve: PayCurve | None
    statement: BonusStatement | None
    history: list[QuarterCount]
    closed: list[ClosedQuarter]
    coverage: Coverage
    to_do: list[Cell]
    to_do_count: int
    waiting: Quarter | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        return self.facts.closing is not None

    @property
    def definition_since(self) -> str:
        """The quarter from which the definition holds; empty if it has held in every closed quarter."""
        since = self.facts.definition.from_quarter
        first = self.closed[-1].closing.quarter if self.closed else self.facts.label
        return since if since > first else ""

    @property
    def is_definition_to_come(self) -> bool:
        """Whether the quarter has not begun and is the first that the definition holds for."""
        return self.facts.state == QuarterState.FUTURE and self.facts.definition.from_quarter == self.facts.label

    @property
    def count(self) -> int:
        """The headline: the present count, or the closed one with its corrections."""
        return self.outlook.now if self.outlook else self.facts.corrected or 0

    @property
    def corrected_by(self) -> int:
        """By how many customers corrections have moved the closed count."""
        return self.count - self.facts.closing.count if self.facts.closing else 0

    @property
    def opened_with(self) -> int:
        """The opening as it is known today, with what corrections of the quarter before have added to it since."""
        return self.bridge.opening + self.bridge.corrected

    @property
    def change(self) -> int:
        """What the quarter itself has moved: a late correction of its opening happened before it."""
        return self.count - self.opened_with

    @property
    def expected(self) -> int:
        """The forecast; of a closed quarter, what it closed with."""
        return self.outlook.forecast if self.outlook else self.count

    @property
    def attainment(self) -> Decimal | None:
        return pay.attainment(self.expected, self.facts.target)

    @property
    def payout(self) -> Decimal | None:
        """The payout percentage at the forecast; as issued where the statement exists."""
        if self.statement is not None:
            return self.statement.payout_percent
        if self.curve is None:
            return None
        return pay.payout_percent(self.expected, self.facts.target, self.curve.as_policy())

    @property
    def gap(self) -> int | None:
        """How many customers are missing to the target at the forecast; negative beyond it."""
        return None if self.facts.target is None else self.facts.target - self.expected

    @property
    def high_impact(self) -> int | None:
        """How many of the count are in tier A; of a closed quarter as it was sealed, None where it says nothing."""
        if self.facts.closing is not None:
            return self.facts.closing.high_impact
        return self.tiers.get(ImpactTier.A, 0)

    @property
    def impact_base(self) -> int:
        """Of how many: the count, for a closed quarter the sealed one."""
        return self.facts.closing.count if self.facts.closing is not None else self.count

    @property
    def high_impact_share(self) -> Decimal | None:
        """In percent; None where nothing is counted or nothing is said."""
        return None if self.high_impact is None else tenths(self.high_impact, self.impact_base)

    @property
    def good_impact(self) -> int:
        """How many of who count now are of tier A or B."""
        return self.tiers.get(ImpactTier.A, 0) + self.tiers.get(ImpactTier.B, 0)

    @property
    def good_impact_share(self) -> Decimal | None:
        """In percent; None of a closed quarter, which has sealed who was in tier A alone, and where nobody counts.

        Half is wanted, so it is cut like the percentage of a target.
        """
        return None if self.is_closed else pay.attainment(self.good_impact, self.count)

    @property
    def is_low_in_impact(self) -> bool:
        """Whether under half of who counts now are of tier A or B: quantity without quality (M106)."""
        return not self.is_closed and self.good_impact * 2 < self.count


def choosable(now: Present) -> list[Quarter]:
    """The quarters the dashboard can show, newest first: the next, the running, and all from the first closed on."""
    running = now.quarter
    first = Closing.objects.order_by("quarter").values_list("quarter", flat=True).first()
    quarter, last = running.next, Quarter.parse(first) if first else running
    found = [quarter]
    while quarter > min(last, running):
        quarter = quarter.previous
        found.append(quarter)
    return found


def board(quarter: Quarter, *, now: Present) -> Board:
    """The dashboard of the quarter as it stands at the instant; a closed one with its closed figures."""
    now = now.by(quarter)
    facts = quarters.state(quarter.label, now)
    outlook = None if facts.closing else forecasts.outlook(quarter, now=now)
    closed = closed_quarters()
    promised = forecasts.hopes(quarter, now=now).exclude(forecast_confidence=Confidence.PIPELINE)
    shown = [] if facts.closing else forecasts.most_urgent(promised, TO_DO_SHOWN)
    return Board(
        facts=facts,
        bridge=bridges.bridge(bridges.passage(quarter.label), now=now),
        outlook=outlook,
        curve=PayCurve.objects.holding_for(quarter.label),
        statement=next((row.statement for row in closed if row.closing.quarter == quarter.label), None),
        history=_history(facts, closed, now=now) + _open_quarters(facts, outlook, now=now),
        closed=closed,
        coverage=coverage.coverage_closed(facts.closing) if facts.closing else coverage.coverage_now(now),
        to_do=shown,
        to_do_count=outlook.commit + outlook.best_case if outlook else 0,
        waiting=_waiting(quarter, closed, now=now),
        tiers={} if facts.closing else tiers(now),
    )


def _waiting(quarter: Quarter, closed: list[ClosedQuarter], *, now: Present) -> Quarter | None:
    """The first quarter after the last closed one, if it has ended and lies before the one that is shown."""
    after = Quarter.parse(closed[0].closing.quarter).next if closed else quarter
    return after if after < quarter and after < now.quarter else None


def closed_quarters() -> list[ClosedQuarter]:
    """All closed quarters, newest first."""
    closings = list(Closing.objects.select_related("statement", "definition__dimension").order_by("-quarter"))
    after, issued = corrected(closings), {one.pk: getattr(one, "statement", None) for one in closings}
    settled = settled_counts(statement for statement in issued.values() if statement)
    return [
        ClosedQuarter(
            closing=one,
            corrected=after[one.pk].count,
            is_corrected=after[one.pk].corrections > 0,
            statement=(statement := issued[one.pk]),
            settled=settled[statement.pk] if statement else None,
        )
        for one in closings
    ]


def _history(facts: QuarterFacts, closed: list[ClosedQuarter], *, now: Present) -> list[QuarterCount]:
    """The closed quarters in the row, oldest first."""
    last = max(facts.quarter, min(now.quarter, facts.quarter.shifted(AHEAD)))
    labels = [last.shifted(-back).label for back in reversed(range(QUARTERS_SHOWN))]
    targets = dict(QuarterTarget.objects.filter(quarter__in=labels).order_by("pk").values_list("quarter", "count"))
    return [
        QuarterCount(
            quarter=Quarter.parse(past.closing.quarter),
            count=past.corrected,
            target=past.closing.target if past.closing.target is not None else targets.get(past.closing.quarter),
            is_shown=past.closing.quarter == facts.label,
            is_closed=True,
            closed_count=past.closing.count,
            is_corrected=past.is_corrected,
        )
        for past in reversed(closed)
        if past.closing.quarter in labels
    ]


def _open_quarters(facts: QuarterFacts, outlook: Outlook | None, *, now: Present) -> list[QuarterCount]:
    """The quarter that is shown, if it is not closed; before one that has not begun stands the running one.

    Each is counted by its own definition.
    """
    if outlook is None:
        return []
    shown = QuarterCount(facts.quarter, outlook.now, facts.target, True, False, forecast=outlook.forecast)
    if facts.state != QuarterState.FUTURE:
        return [shown]
    running = forecasts.outlook(now.quarter, now=now)
    target = QuarterTarget.objects.holding_for(now.quarter.label)
    aim = target.count if target else None
    return [QuarterCount(now.quarter, running.now, aim, False, False, forecast=running.forecast), shown]


def asked_for(label: str, *, now: Present) -> Quarter:
    """The quarter a page was asked for, the running one by default. Raises RuleBroken where there is none to show."""
    if not label:
        return now.quarter
    found = next((quarter for quarter in choosable(now) if quarter.label == label), None)
    if found is None:
        raise RuleBroken(_("“%(label)s” is not a quarter that can be shown.") % {"label": label})
    return found
