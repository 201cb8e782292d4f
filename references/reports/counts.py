"""The one number, counted now: who is reference-able at an instant, as a set."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from core.models import Programme
from core.prepared import Question
from core.quarters import FiscalCalendar, Quarter
from customers.models import Customer
from references.choices import Status
from references.models import Cell, Definition
from references.models.cell import CellQuerySet

NEWEST_FIRST = Question(lambda: Definition.objects.select_related("dimension").order_by("-from_quarter", "-pk"))


@dataclass(frozen=True)
class Present:
    """An instant with the calendar, the definitions and the count that hold at it: what all figures of a page share.

    It is read once, handed on as an argument, and forgotten with the request or the deed that asked for it.
    `counted_for` is the quarter by whose definition it counts; None for the running one.
    """

    at: datetime
    programme: Programme
    definitions: tuple[Definition, ...]
    counted_for: Quarter | None = None

    @classmethod
    def seen(cls, at: datetime, programme: Programme | None = None) -> "Present":
        """The programme is read, unless it comes with the person who asks."""
        return cls(at, programme or Programme.current(), tuple(NEWEST_FIRST.all()))

    @property
    def calendar(self) -> FiscalCalendar:
        return self.programme.calendar

    @cached_property
    def today(self) -> date:
        return self.calendar.day_of(self.at)

    @cached_property
    def quarter(self) -> Quarter:
        """The running quarter."""
        return self.calendar.quarter_at(self.at)

    @property
    def definition(self) -> Definition:
        """The definition by which the present is counted."""
        return self.definition_for(self.counted_for or self.quarter)

    def by(self, quarter: Quarter) -> "Present":
        """The same instant, counted by the definition of another quarter, which may have another pay trigger."""
        return self if self.definition_for(quarter) == self.definition else replace(self, counted_for=quarter)

    def definition_for(self, quarter: Quarter) -> Definition:
        """What `Definition.objects.holding_for` finds, without asking again."""
        return next(found for found in self.definitions if found.from_quarter <= quarter.label)

    @cached_property
    def count(self) -> int:
        """How many customers are reference-able."""
        return _counted(self.definition.dimension_id, self.definition.evidence_needed, self.today).count()


def referenceable(now: Present) -> CellQuerySet:
    """The pay-trigger cells that count at the instant, one per reference-able customer.

    This is `rules.verdicts.verdict` over the present state as SQL; count it, or group it by `customer__region` and
    the like.
    """
    return counting_by(now.definition, now.today)


def counting_by(definition: Definition, day: date) -> CellQuerySet:
    """The cells that count on the day by a definition, which may be one that holds only later, or is but proposed."""
    greens = Cell.objects.filter(dimension_id=definition.dimension_id, status=Status.GREEN)
    return greens.filter(is_supported(definition, day), of_active_customers(day))


@lru_cache(maxsize=32)
def _counted(dimension_id: int, evidence_needed: bool, day: date) -> Question[Cell]:
    """The question of the count by all that it depends on: every page of the grid and of the quarter asks it."""
    definition = Definition(dimension_id=dimension_id, evidence_needed=evidence_needed)
    return Question(lambda: counting_by(definition, day).order_by())


def is_supported(definition: Definition, day: date, *, cell: str = "") -> Q:
    """Whether a Green has the evidence that the definition asks for on the day; `cell` leads to it, as `trigger__`.

    One expression instead of three conditions: they hold together or not at all, which PostgreSQL does not know. It
    would multiply their chances, expect a handful of rows among ten thousands, and join accordingly.
    """
    if not definition.evidence_needed:
        return Q()
    return Q(
        Case(
            When(**{f"{cell}evidence__isnull": True}, then=Value(False)),
            When(**{f"{cell}evidence_agreed_on__gt": day}, then=Value(False)),
            When(**{f"{cell}evidence_valid_until__lt": day}, then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        )
    )


def of_active_customers(day: date) -> Q:
    """Whether a cell belongs to a customer that is active on the day, told by the few that are not."""
    return Q(~Exists(Customer.objects.inactive(day).filter(pk=OuterRef("customer_id"))))
