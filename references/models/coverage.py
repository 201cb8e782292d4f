"""Where references are wanted: the weight of each industry, region and so on, and targets where two of them meet."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from references.rules.coverage import MOST_WEIGHT

AXIS_LENGTH, VALUE_LENGTH = 60, 200


class CoverageWeight(models.Model):
    """How much one value of an axis matters to the company now, 0-3; 0 hides it. What has no row has weight 1.

    `axis` is the key of one of the axes of `reports.coverage_matrix`, such as `industry`.
    """

    axis = models.CharField(max_length=AXIS_LENGTH)
    value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["axis", "value"], name="one_weight_per_value"),
            models.CheckConstraint(condition=Q(weight__lte=MOST_WEIGHT), name="coverage_weight_0_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.axis} {self.value}: {self.weight}"


class CoverageTarget(models.Model):
    """How many reference-able customers are wanted where two values meet.

    The axes stand in the order of the alphabet, so that a matrix turned on its side shows the same targets.
    """

    axis = models.CharField(max_length=AXIS_LENGTH)
    value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    other_axis = models.CharField(max_length=AXIS_LENGTH)
    other_value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    target = models.PositiveIntegerField(_("target"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["axis", "other_axis", "value", "other_value"], name="one_target_where_two_values_meet"
            ),
            models.CheckConstraint(condition=~Q(axis=F("other_axis")), name="coverage_axes_differ"),
        ]

    def __str__(self) -> str:
        return f"{self.value} × {self.other_value}: {self.target}"
