"""The pay plan: target, curve, members, and the statements that were issued."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from references.models.closing import Closing
from references.rules.pay import Curve


class QuarterTargetQuerySet(InsertOnlyQuerySet["QuarterTarget"]):
    def holding_for(self, label: str) -> "QuarterTarget | None":
        """The latest target set for the quarter."""
        return self.filter(quarter=label).order_by("-pk").first()


class QuarterTarget(InsertOnlyModel):
    """The closing count the team aims at in a quarter; a later row for the same quarter replaces it."""

    quarter = models.CharField(max_length=7)
    count = models.PositiveIntegerField(_("target"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = QuarterTargetQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-quarter", "-pk"]
        indexes = [models.Index(fields=["quarter", "-id"], name="target_by_quarter")]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.count}"


class PayCurveQuerySet(InsertOnlyQuerySet["PayCurve"]):
    def holding_for(self, label: str) -> "PayCurve | None":
        return self.filter(from_quarter__lte=label).order_by("-from_quarter", "-pk").first()


class PayCurve(InsertOnlyModel):
    """How attainment of the target turns into payout, in percent of target and of target bonus.

    Nothing is paid below `threshold`; `threshold_payout` at it; 100 at 100; from there `payout` rises in a straight
    line to `cap_payout` at `cap` and stays there.
    """

    from_quarter = models.CharField(max_length=7)
    threshold = models.PositiveSmallIntegerField(_("threshold, % of target"), default=80)
    threshold_payout = models.PositiveSmallIntegerField(_("payout at the threshold, %"), default=50)
    cap = models.PositiveSmallIntegerField(_("cap, % of target"), default=120)
    cap_payout = models.PositiveSmallIntegerField(_("payout at the cap, %"), default=150)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PayCurveQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-from_quarter", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(threshold__lte=100, cap__gte=100), name="curve_around_the_target"),
            models.CheckConstraint(condition=Q(threshold_payout__lte=100, cap_payout__gte=100), name="curve_rises"),
        ]

    def __str__(self) -> str:
        return f"from {self.from_quarter}"

    def as_policy(self) -> Curve:
        return Curve(self.threshold, self.threshold_payout, self.cap, self.cap_payout)


class PayMemberQuerySet(models.QuerySet["PayMember"]):
    def in_quarter(self, label: str) -> "PayMemberQuerySet":
        """Memberships that hold in the quarter: one per person at most."""
        return self.filter(from_quarter__lte=label).filter(Q(until_quarter="") | Q(until_quarter__gte=label))


class PayMember(models.Model):
    """A member of the one global team, with the bonus paid for a quarter at 100 % of target."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pay_memberships")
    target_bonus = models.DecimalField(_("quarterly bonus at target"), max_digits=10, decimal_places=2)
    from_quarter = models.CharField(_("from quarter"), max_length=7)
    until_quarter = models.CharField(_("until quarter"), max_length=7, blank=True)

    objects = PayMemberQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "-from_quarter"]
        constraints = [
            models.UniqueConstraint(fields=["user", "from_quarter"], name="one_membership_per_start"),
            models.CheckConstraint(condition=Q(target_bonus__gte=0), name="bonus_not_negative"),
            models.CheckConstraint(
                condition=Q(until_quarter="") | Q(until_quarter__gte=F("from_quarter")), name="member_until_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} from {self.from_quarter}"

    def statements(self) -> "models.QuerySet[BonusStatement]":
        """The statements of its quarters that have been issued: what was paid on it."""
        issued = BonusStatement.objects.filter(closing__quarter__gte=self.from_quarter)
        return issued.filter(closing__quarter__lte=self.until_quarter) if self.until_quarter else issued


class BonusStatementQuerySet(InsertOnlyQuerySet["BonusStatement"]):
    def visible_to(self, user: User) -> "BonusStatementQuerySet":
        """All statements for who may see everybody's pay; those with an own line for everybody else."""
        if user.has_perm("references.view_all_pay"):
            return self
        return self.filter(pk__in=BonusLine.objects.filter(user=user).values("statement_id"))


class BonusStatement(InsertOnlyModel):
    """The payout of one closed quarter, as issued: count, target, curve and the percentage that came of them."""

    closing = models.OneToOneField(Closing, on_delete=models.PROTECT, related_name="statement")
    count = models.PositiveIntegerField()
    target = models.PositiveIntegerField()
    curve = models.ForeignKey(PayCurve, on_delete=models.PROTECT, related_name="+")
    payout_percent = models.DecimalField(max_digits=6, decimal_places=2)
    currency = models.CharField(max_length=3)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = BonusStatementQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-closing__quarter"]

    def __str__(self) -> str:
        return str(self.closing)


class BonusLine(InsertOnlyModel):
    """One member's part of a statement. `carried_over` comes from corrections of quarters already paid;
    `carried_over_text` says from which."""

    statement = models.ForeignKey(BonusStatement, on_delete=models.PROTECT, related_name="lines")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bonus_lines")
    target_bonus = models.DecimalField(max_digits=10, decimal_places=2)
    payout = models.DecimalField(max_digits=10, decimal_places=2)
    carried_over = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    carried_over_text = models.CharField(max_length=500, blank=True)

    class Meta(InsertOnlyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["statement", "user"], name="one_line_per_member")]

    def __str__(self) -> str:
        return f"{self.user}: {self.payout}"

    @property
    def total(self) -> Decimal:
        return self.payout + self.carried_over


class BonusCarryOver(InsertOnlyModel):
    """What a statement settles of an earlier one: corrections approved since have moved the earlier count.

    The latest row for an earlier statement says up to which count that quarter has been paid, so that no correction
    is paid twice and none is forgotten.
    """

    statement = models.ForeignKey(BonusStatement, on_delete=models.PROTECT, related_name="carry_overs")
    settles = models.ForeignKey(BonusStatement, on_delete=models.PROTECT, related_name="settlements")
    count_before = models.PositiveIntegerField()
    count_after = models.PositiveIntegerField()
    percent_before = models.DecimalField(max_digits=6, decimal_places=2)
    percent_after = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "settles"], name="one_carry_over_per_statement"),
            models.CheckConstraint(condition=~Q(statement=F("settles")), name="carry_over_of_another_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.settles}: {self.count_before} → {self.count_after}"
