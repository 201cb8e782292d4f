"""What the pay plan says and what was paid: corrected counts, statements as a person may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Sum, When
from django.db.models.fields import IntegerField

from core.models import User
from core.quarters import Quarter
from references.models import (
    BonusCarryOver,
    BonusLine,
    BonusStatement,
    Closing,
    Correction,
    Definition,
    PayCurve,
    PayMember,
    QuarterTarget,
)
from references.rules import pay

STEPS_SHOWN = 14


@dataclass(frozen=True)
class Corrected:
    """The count of a closing with its approved corrections, and how many those are: they may cancel each other."""

    count: int
    corrections: int = 0


def corrected(closings: Iterable[Closing]) -> dict[int, Corrected]:
    """Each closing with its approved corrections, by the closing's primary key; one query."""
    found = {closing.pk: Corrected(closing.count) for closing in closings}
    steps = (
        Correction.objects.filter(closing__in=list(found), decision__is_approved=True)
        .order_by()
        .values("closing_id")
        .annotate(
            moved=Sum(Case(When(is_referenceable=True, then=1), default=-1, output_field=IntegerField())),
            corrections=Count("pk"),
        )
        .values_list("closing_id", "moved", "corrections")
    )
    for closing_id, moved, corrections in steps:
        found[closing_id] = Corrected(found[closing_id].count + moved, corrections)
    return found


def corrected_counts(closings: Iterable[Closing]) -> dict[int, int]:
    """The count of each closing with its approved corrections, by the closing's primary key; one query."""
    return {closing_id: one.count for closing_id, one in corrected(closings).items()}


def target_of(closing: Closing) -> int | None:
    """The target the closing was sealed with, else the one set for its quarter afterwards."""
    if closing.target is not None:
        return closing.target
    later = QuarterTarget.objects.holding_for(closing.quarter)
    return later.count if later else None


@dataclass(frozen=True)
class Plan:
    """The pay plan of a quarter with where the count stands, as everybody whom it motivates may read it.

    `count` is the forecast of a quarter that is not closed, else its corrected count; `closed_count` is what it closed
    with. `membership` is the reader's own.
    """

    quarter: Quarter
    curve: PayCurve | None
    target: int | None
    definition: Definition
    now: int
    count: int
    is_closed: bool
    membership: PayMember | None
    members: int
    currency: str
    closed_count: int | None = None
    is_corrected: bool = False

    @property
    def policy(self) -> pay.Curve | None:
        return self.curve.as_policy() if self.curve else None

    @property
    def attainment(self) -> Decimal | None:
        return pay.attainment(self.count, self.target)

    @property
    def payout(self) -> Decimal | None:
        return pay.payout_percent(self.count, self.target, self.policy) if self.policy else None

    @property
    def own_bonus(self) -> Decimal | None:
        """What the reader is paid at this count; None for who is no member, or without target or curve."""
        if self.membership is None or self.payout is None:
            return None
        return pay.money(self.membership.target_bonus, self.payout)

    @property
    def steps(self) -> list["OwnStep"]:
        """What each more customer is worth, around the count and the target."""
        if self.policy is None or not self.target:
            return []
        first = max(0, min(self.count, self.target) - 2)
        last = min(max(self.count, self.target) + 3, first + STEPS_SHOWN)
        bonus = self.membership.target_bonus if self.membership else None
        return [OwnStep(step, bonus) for step in pay.steps(range(first, last + 1), self.target, self.policy)]


@dataclass(frozen=True)
class OwnStep:
    """One count with its payout, and in money for who is a member."""

    step: pay.Step
    target_bonus: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        return None if self.target_bonus is None else pay.money(self.target_bonus, self.step.payout)

    @property
    def gain(self) -> Decimal | None:
        """What this customer more is worth to the member."""
        if self.target_bonus is None:
            return None
        before = pay.money(self.target_bonus, self.step.payout - self.step.gain)
        return pay.money(self.target_bonus, self.step.payout) - before


@dataclass(frozen=True)
class Sheet:
    """A bonus statement with the lines a person may see; the totals only for who may see everybody's."""

    statement: BonusStatement
    lines: list[BonusLine]
    sees_all: bool

    @property
    def payout(self) -> Decimal:
        return sum((line.payout for line in self.lines), Decimal("0.00"))

    @property
    def carried_over(self) -> Decimal:
        return sum((line.carried_over for line in self.lines), Decimal("0.00"))

    @property
    def target_bonus(self) -> Decimal:
        return sum((line.target_bonus for line in self.lines), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        return self.payout + self.carried_over


def sheet(statement: BonusStatement, *, user: User) -> Sheet:
    """Everybody's lines for the programme manager and executives, the own line for everybody else."""
    sees_all = user.has_perm("references.view_all_pay")
    lines = BonusLine.objects.filter(statement=statement).select_related("user").order_by("user__name", "pk")
    return Sheet(statement, list(lines if sees_all else lines.filter(user=user)), sees_all)


def settled_counts(statements: Iterable[BonusStatement]) -> dict[int, int]:
    """The count that each statement and the carry-overs of later ones have paid, by the statement's primary key."""
    found = {statement.pk: statement.count for statement in statements}
    rows = BonusCarryOver.objects.filter(settles__in=list(found)).order_by("pk")
    return found | dict(rows.values_list("settles_id", "count_after"))


@dataclass(frozen=True)
class Payable:
    """A closed quarter as the list of statements shows it: issued, or what stands in the way.

    `settled` is the count that is paid, by its statement or since; `target` the one to be paid against.
    """

    closing: Closing
    corrected: int
    statement: BonusStatement | None
    settled: int | None
    target: int | None


def payables(user: User) -> list[Payable]:
    """Closed quarters with their statements, newest first: all for who issues them, else those the person may see."""
    closings = Closing.objects.select_related("statement").order_by("-quarter")
    if not user.has_perm("references.issue_statement"):
        closings = closings.filter(statement__in=BonusStatement.objects.visible_to(user))
    found = list(closings)
    counts, issued = corrected_counts(found), {closing.pk: getattr(closing, "statement", None) for closing in found}
    settled = settled_counts(one for one in issued.values() if one)
    later = dict(QuarterTarget.objects.order_by("pk").values_list("quarter", "count"))
    return [
        Payable(
            closing=closing,
            corrected=counts[closing.pk],
            statement=(statement := issued[closing.pk]),
            settled=settled[statement.pk] if statement else None,
            target=later.get(closing.quarter) if closing.target is None else closing.target,
        )
        for closing in found
    ]


def open_corrections(closing: Closing) -> int:
    """Corrections that wait for a second person's decision."""
    return Correction.objects.filter(closing=closing, decision__isnull=True).count()
