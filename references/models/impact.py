"""What a reference of each customer is worth: what people said, what came of it, and how that moved."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import InsertOnlyModel
from core.models import User
from customers.models import Customer
from references.choices import Characteristic, ImpactTier
from references.rules.impact import MOST_POINTS, ImpactPolicy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DEFAULTS = ImpactPolicy()
MOST_WEIGHT = 10


def points_column() -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField()


class ImpactRating(InsertOnlyModel):
    """What somebody said of one characteristic of a customer; the latest row holds.

    `points` (0-3) stand on `evidence`. Without points the row takes a rating back, and what the program computes
    holds again.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="impact_ratings")
    characteristic = models.CharField(max_length=10, choices=Characteristic.choices)
    points = models.PositiveSmallIntegerField(null=True)
    evidence = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(points__lte=MOST_POINTS), name="rating_0_to_3"),
            models.CheckConstraint(condition=Q(points__isnull=True) | ~Q(evidence=""), name="rating_has_evidence"),
        ]
        indexes = [models.Index(fields=["customer", "characteristic", "-id"], name="impact_rating_latest")]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_characteristic_display()}"


class ImpactColumns(models.Model):
    """The six characteristics with 0-3 points each, the score (0-100) and the tier that follow from them."""

    brand = points_column()
    vertical = points_column()
    results = points_column()
    articulate = points_column()
    passionate = points_column()
    variety = points_column()
    score = models.PositiveSmallIntegerField()
    tier = models.CharField(max_length=1, choices=ImpactTier.choices)

    class Meta:
        abstract = True

    @property
    def points(self) -> tuple[int, ...]:
        """In the order of Characteristic."""
        return tuple(getattr(self, name) for name in Characteristic.values)


class CustomerImpact(ImpactColumns):
    """What a reference of the customer is worth now: a fast copy of the end of its `ImpactChange` rows.

    A customer without a row has not been looked at yet and is treated as tier C.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="impact")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tier__in=ImpactTier.values), name="impact_tier_known")]
        indexes = [
            models.Index(fields=["customer"], condition=Q(tier="A"), name="impact_high"),
            models.Index(fields=["tier", "-score", "customer"], name="impact_by_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_tier_display()}"


class ImpactChange(ImpactColumns, InsertOnlyModel):
    """A customer's impact changed: as it was from then on, with the policy it was computed by.

    The latest row recorded before an instant is the impact as of that instant: that is what a closing reads.
    `policy` has the six weights and the two thresholds. `by` is who rated; empty where the program looked again.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="impact_changes", db_index=False)
    policy = models.JSONField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        indexes = [models.Index(fields=["customer", "-recorded_at", "-id"], name="impact_change_as_of")]

    def __str__(self) -> str:
        return f"{self.customer}: {self.score}"


def weight_field(characteristic: Characteristic) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        characteristic.label,
        default=getattr(DEFAULTS, characteristic),
        validators=[MaxValueValidator(MOST_WEIGHT)],
    )


def threshold_field(label: "StrOrPromise", default: int) -> "models.PositiveSmallIntegerField[int, int]":
    limits = [MinValueValidator(1), MaxValueValidator(100)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits)


class ImpactSettings(models.Model):
    """The one row that overrides the defaults of `rules.impact.ImpactPolicy`."""

    brand = weight_field(Characteristic.BRAND)
    vertical = weight_field(Characteristic.VERTICAL)
    results = weight_field(Characteristic.RESULTS)
    articulate = weight_field(Characteristic.ARTICULATE)
    passionate = weight_field(Characteristic.PASSIONATE)
    variety = weight_field(Characteristic.VARIETY)
    a_from = threshold_field(_("tier A from a score of"), DEFAULTS.a_from)
    b_from = threshold_field(_("tier B from a score of"), DEFAULTS.b_from)

    class Meta:
        verbose_name_plural = "impact settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_impact_settings"),
            models.CheckConstraint(condition=Q(b_from__lt=F("a_from")), name="tier_a_above_tier_b"),
        ]

    def __str__(self) -> str:
        return "Impact settings"

    @classmethod
    def current(cls) -> "ImpactSettings":
        return cls.objects.get_or_create(pk=1)[0]

    def as_policy(self) -> ImpactPolicy:
        names = (*Characteristic.values, "a_from", "b_from")
        return ImpactPolicy(**{name: getattr(self, name) for name in names})
