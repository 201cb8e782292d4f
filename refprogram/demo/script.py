"""The plot of the demo: eight closed quarters and a running one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol

from core.quarters import FiscalCalendar, Quarter
from customers.models import Customer
from references.models import Cell
from refprogram.demo.companies import Company
from refprogram.demo.grid_story import PAY_TRIGGER, GridStory


@dataclass(frozen=True)
class Act:
    """What one quarter brings: how many customers join, leave, are lost and newly won, and its target.

    Nothing happens before the fraction `quiet` of the quarter has passed.
    """

    joins: int
    gained: int
    lost: int
    churned: int
    target: int
    quiet: float = 0.03


CLOSED_ACTS = (
    Act(joins=8, gained=18, lost=0, churned=0, target=20, quiet=0.4),
    Act(joins=6, gained=6, lost=1, churned=1, target=23),
    Act(joins=6, gained=7, lost=2, churned=0, target=27),
    Act(joins=5, gained=5, lost=2, churned=1, target=31),
    Act(joins=5, gained=5, lost=3, churned=0, target=33),
    Act(joins=5, gained=8, lost=2, churned=1, target=37),
    Act(joins=5, gained=6, lost=3, churned=2, target=40),
    Act(joins=4, gained=6, lost=2, churned=2, target=42),
)
RUNNING_ACT = Act(joins=4, gained=17, lost=3, churned=2, target=50)
CUSTOMERS_AT_START = 72


class Deed(Protocol):
    """Something that happens to a customer at an instant."""

    def __call__(self, customer: Customer, /, *, at: datetime) -> None: ...


@dataclass
class Script:
    """Turns acts into events of the grid story."""

    story: GridStory
    dice: Random
    calendar: FiscalCalendar
    companies: list[Company]

    def day_within(self, quarter: Quarter, *, first: float = 0.03, last: float = 0.97) -> date:
        """A working day of the quarter between two fractions of it."""
        starts = self.calendar.starts_on(quarter)
        length = (self.calendar.ends_on(quarter) - starts).days
        day = starts + timedelta(days=round(length * self.dice.uniform(first, last)))
        return day - timedelta(days=max(0, day.weekday() - 4)) if day.day > 3 else day

    def plan(self, quarter: Quarter, act: Act) -> None:
        """Put the quarter's events in the story's queue."""
        begins = self.day_within(quarter, first=act.quiet, last=act.quiet)
        for company in [self.companies.pop() for _number in range(min(act.joins, len(self.companies)))]:
            day = self.day_within(quarter, first=act.quiet, last=max(0.5, act.quiet))
            self.story.later(day, partial(self.join, company))
        self._plan_pay_trigger(quarter, act)
        for _number in range(110):
            self.plan_other_cell_between(begins, self.calendar.ends_on(quarter))

    def join(self, company: Company, at: datetime) -> None:
        self.story.join(company, at=at)

    def _plan_pay_trigger(self, quarter: Quarter, act: Act) -> None:
        leaving = self._pick(list(self.story.green), act.lost + act.churned)
        for number, customer in enumerate(leaving):
            deed = self.story.lose if number < act.lost else self.story.churn
            self.story.later(self.day_within(quarter, first=0.2), partial(self._act_on, deed, customer))
        gone = {customer.pk for customer in leaving}
        ends = self.calendar.ends_on(quarter)
        for pk, until in list(self.story.green.items()):
            if pk not in gone and until <= ends + timedelta(days=10):
                day = until - timedelta(days=self.dice.randint(4, 25))
                day = max(day, self.calendar.starts_on(quarter))
                self.story.later(day, partial(self._act_on, self.story.earn, self.story.customers[pk]))
        prospects = self._pick([c.pk for c in self.story.candidates if c.pk not in self.story.green], act.gained)
        for customer in prospects:
            self._plan_win(quarter, customer, first=max(0.15, act.quiet))

    def _plan_win(self, quarter: Quarter, customer: Customer, *, first: float) -> None:
        won = self.day_within(quarter, first=first, last=0.94)
        earliest = self.day_within(quarter, first=first - 0.15, last=first - 0.1)
        asked = max(won - timedelta(days=self.dice.randint(12, 40)), earliest)
        confidence = self.dice.choice(["commit", "best_case", "commit", "pipeline"])
        expected = won + timedelta(days=self.dice.randint(-5, 12))
        self.story.later(asked, lambda at: self.story.expect(customer, confidence, expected, at=at))
        self.story.later(won, partial(self._act_on, self.story.earn, customer))

    def plan_other_cell_between(self, first: date, last: date) -> None:
        """Some cell other than the pay trigger moves on a day between the two."""
        day = first + timedelta(days=self.dice.randint(0, max(0, (last - first).days - 1)))
        keys = [key for key in self.story.dimensions if key != PAY_TRIGGER]
        key = self.dice.choice(keys)
        luck = self.dice.random()
        step = "green" if luck < 0.4 else "amber" if luck < 0.75 else "red"
        self.story.later(day, lambda at: self._move_somebody(key, step, at))

    def _move_somebody(self, key: str, step: str, at: datetime) -> None:
        self.story.move(self.dice.choice(self.story.candidates), key, step, at=at)

    def _act_on(self, deed: Deed, customer: Customer, at: datetime) -> None:
        if any(customer.pk == other.pk for other in self.story.candidates):
            deed(customer, at=at)

    def tidy(self, first: date, last: date) -> None:
        """Owners look after all that is long overdue and most of the rest in the last weeks, and forget some of it."""
        for cell in Cell.objects.overdue(last).select_related("customer").order_by("pk"):
            long_overdue = cell.next_action_due is not None and cell.next_action_due < last - timedelta(days=40)
            if long_overdue or self.dice.random() < 0.4:
                day = first + timedelta(days=self.dice.randint(0, max(0, (last - first).days - 1)))
                due = last + timedelta(days=self.dice.randint(1, 45))
                self.story.later(day, partial(self.story.postpone, cell.customer, cell.dimension.key, due))

    def _pick(self, keys: list[int], count: int) -> list[Customer]:
        return [self.story.customers[pk] for pk in self.dice.sample(sorted(keys), k=min(count, len(keys)))]
