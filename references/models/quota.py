"""Quotas: how many accepted nominations sales management expects of a role, and for whom one is lifted."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from references.choices import QuotaMode, QuotaPeriod


class QuotaPolicyQuerySet(InsertOnlyQuerySet["QuotaPolicy"]):
    def holding_at(self, at: datetime) -> "QuotaPolicy":
        """The latest one set by then; before the first there is no quota."""
        return self.filter(recorded_at__lte=at).order_by("-recorded_at", "-pk").first() or QuotaPolicy()


class QuotaPolicy(InsertOnlyModel):
    """What holds from the moment at which it was set; a later row replaces it, and none is ever changed.

    So the report of a past period measures by what held at its end. `numbers` maps a role to its quota; a role that
    is not named has none.
    """

    mode = models.CharField(_("mode"), max_length=5, choices=QuotaMode.choices, default=QuotaMode.WARN)
    period = models.CharField(_("period"), max_length=7, choices=QuotaPeriod.choices, default=QuotaPeriod.QUARTER)
    numbers = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = QuotaPolicyQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        verbose_name_plural = "quota policies"
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=QuotaMode.values), name="quota_mode_known"),
            models.CheckConstraint(condition=Q(period__in=QuotaPeriod.values), name="quota_period_known"),
        ]

    def __str__(self) -> str:
        return self.get_mode_display()

    @property
    def in_words(self) -> str:
        """The numbers: `Sales rep 1, Account manager 2`."""
        labels = dict(Role.choices)
        return ", ".join(f"{labels[role]} {self.numbers[role]}" for role in Role.values if self.numbers.get(role))


class QuotaOverride(InsertOnlyModel):
    """Sales management lets one person ask for references in a period in spite of the quota, and says why."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="quota_overrides")
    period = models.CharField(_("period"), max_length=7)
    reason = models.CharField(_("reason"), max_length=500)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "period"], name="one_override_per_period"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.period}"
