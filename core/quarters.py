"""Fiscal quarters. Pure: a calendar is given, nothing is read from the clock or the database."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Digits of other scripts would make two labels of one quarter.
LABEL = re.compile(r"([0-9]{4})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """One fiscal quarter, written `2026-Q4`; labels sort as text in the order of time."""

    year: int
    number: int

    @classmethod
    def parse(cls, label: str) -> "Quarter":
        """The quarter a label names. Raises ValueError on anything but `YYYY-Qn`."""
        match = LABEL.fullmatch(label)
        # At the ends of the calendar a quarter's first or last instant would lie in no year.
        if match is None or not 1900 <= int(match[1]) < 3000:
            raise ValueError(f"“{label}” is not a quarter; write it like 2026-Q4.")
        return cls(int(match[1]), int(match[2]))

    @property
    def label(self) -> str:
        return f"{self.year:04d}-Q{self.number}"

    def __str__(self) -> str:
        return self.label

    def shifted(self, quarters: int) -> "Quarter":
        """The quarter so many quarters later (earlier when negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    @property
    def next(self) -> "Quarter":
        return self.shifted(1)

    @property
    def previous(self) -> "Quarter":
        return self.shifted(-1)


def years_after(day: date, years: int) -> date:
    """The same day so many years later, the 28th of February if there is no 29th; the calendar ends in 9999."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class FiscalCalendar:
    """Where fiscal quarters lie: the first month of the fiscal year (1-12) and the programme's time zone.

    A fiscal year is named after the calendar year in which it ends, as companies write it: with a first month of
    April, FY 2026 runs from April 2025 to March 2026. With January both names are the same.
    """

    first_month: int = 1
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def day_of(self, instant: datetime) -> date:
        """The programme's calendar day at an instant."""
        return instant.astimezone(self.zone).date()

    def quarter_of(self, day: date) -> Quarter:
        months_in = (day.month - self.first_month) % 12
        ends_next_year = self.first_month > 1 and day.month >= self.first_month
        return Quarter(day.year + ends_next_year, months_in // 3 + 1)

    def quarter_at(self, instant: datetime) -> Quarter:
        return self.quarter_of(self.day_of(instant))

    def starts_on(self, quarter: Quarter) -> date:
        """The first day of the quarter."""
        months = self.first_month - 1 + (quarter.number - 1) * 3
        first_year = quarter.year - (self.first_month > 1)
        return date(first_year + months // 12, months % 12 + 1, 1)

    def ends_on(self, quarter: Quarter) -> date:
        """The last day of the quarter."""
        return self.starts_on(quarter.next) - timedelta(days=1)

    def starts_at(self, quarter: Quarter) -> datetime:
        """The first instant of the quarter, in UTC."""
        return datetime.combine(self.starts_on(quarter), time.min, self.zone).astimezone(UTC)

    def ends_at(self, quarter: Quarter) -> datetime:
        """The first instant that no longer belongs to the quarter, in UTC: what counts was recorded before it."""
        return self.starts_at(quarter.next)

    def has_ended(self, quarter: Quarter, *, at: datetime) -> bool:
        return at >= self.ends_at(quarter)
