"""Quotas of accepted nominations: in which period they hold, and where a person stands. They are never about pay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.quarters import FiscalCalendar, Quarter
from references.choices import QuotaMode, QuotaPeriod, QuotaVerdict


@dataclass(frozen=True)
class Period:
    """A fiscal quarter or year: its label (`2026-Q4`, `2026`) and its instants, the end being the first one outside."""

    kind: QuotaPeriod
    label: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Standing:
    """What the quota says of a person, and how many accepted nominations are missing."""

    verdict: QuotaVerdict
    missing: int

    @property
    def may_ask(self) -> bool:
        """Whether the person may send reference requests."""
        return self.verdict != QuotaVerdict.BLOCKED

    @property
    def is_warned(self) -> bool:
        return self.verdict == QuotaVerdict.SHORT


def standing(accepted: int, quota: int, *, mode: str, is_lifted: bool) -> Standing:
    """Where somebody stands who has so many accepted nominations; without a quota, or with quotas off, all are free.

    `missing` is told whatever the mode, for the report.
    """
    missing = max(quota - accepted, 0)
    if mode == QuotaMode.OFF or not quota:
        return Standing(QuotaVerdict.FREE, missing)
    if not missing:
        return Standing(QuotaVerdict.MET, 0)
    if is_lifted:
        return Standing(QuotaVerdict.LIFTED, missing)
    return Standing(QuotaVerdict.BLOCKED if mode == QuotaMode.BLOCK else QuotaVerdict.SHORT, missing)


def quota_of(roles: Iterable[str], numbers: Mapping[str, int]) -> int:
    """The quota of a person: the highest one of the roles."""
    return max((numbers.get(role, 0) for role in roles), default=0)


def period_at(kind: str, at: datetime, *, calendar: FiscalCalendar) -> Period:
    """The period that runs at an instant."""
    quarter = calendar.quarter_at(at)
    return period_named(quarter.label if kind == QuotaPeriod.QUARTER else f"{quarter.year:04d}", calendar=calendar)


def period_named(label: str, *, calendar: FiscalCalendar) -> Period:
    """The period of a label. Raises ValueError if it is none."""
    kind = QuotaPeriod.QUARTER if "-" in label else QuotaPeriod.YEAR
    first = Quarter.parse(label if kind == QuotaPeriod.QUARTER else f"{label}-Q1")
    last = first if kind == QuotaPeriod.QUARTER else first.shifted(3)
    return Period(kind, label, calendar.starts_at(first), calendar.ends_at(last))


def before(period: Period, *, calendar: FiscalCalendar) -> Period:
    """The period of the same kind that ends when this one begins."""
    if period.kind == QuotaPeriod.QUARTER:
        return period_named(Quarter.parse(period.label).previous.label, calendar=calendar)
    return period_named(f"{int(period.label) - 1:04d}", calendar=calendar)
