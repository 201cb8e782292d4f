"""The numbers of recruiting that a company may change, who stands behind it, and what it aims at in a quarter."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from references.rules.nominations import RecruitingPolicy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DEFAULTS = RecruitingPolicy()
MOST = 10_000


def days_field(label: "StrOrPromise", default: int) -> "models.PositiveSmallIntegerField[int, int]":
    limits = [MinValueValidator(1), MaxValueValidator(MOST)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits)


class RecruitingSettings(models.Model):
    """The one row that overrides the defaults of `rules.nominations.RecruitingPolicy`.

    `decider` is the person whose turn it is when a nomination comes in; without one it is every programme manager's.
    `sponsor` is the executive who stands behind the programme.
    """

    capacity = days_field(_("invitations a month"), DEFAULTS.capacity)
    verify_after_days = days_field(_("a nomination is confirmed again after (days)"), DEFAULTS.verify_after_days)
    decide_within_days = days_field(_("decide on a nomination within (days)"), DEFAULTS.decide_within_days)
    complete_within_days = days_field(_("complete a returned one within (days)"), DEFAULTS.complete_within_days)
    answer_within_days = days_field(_("a customer answers an invitation within (days)"), DEFAULTS.answer_within_days)
    decider = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who decides")
    )
    sponsor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("executive sponsor")
    )

    class Meta:
        verbose_name_plural = "recruiting settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_recruiting_settings"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="some_invitations_a_month"),
        ]

    def __str__(self) -> str:
        return "Recruiting settings"

    @classmethod
    def current(cls) -> "RecruitingSettings":
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def standing_sponsor(cls) -> User | None:
        """The sponsor while active and an executive: nobody is named who has left the company or the role."""
        named = cls.objects.filter(sponsor__isnull=False).values("sponsor_id")
        sponsor: User | None = User.objects.active().with_role(Role.EXECUTIVE).filter(pk__in=named).first()
        return sponsor

    def as_policy(self) -> RecruitingPolicy:
        return RecruitingPolicy(
            capacity=self.capacity,
            verify_after_days=self.verify_after_days,
            decide_within_days=self.decide_within_days,
            complete_within_days=self.complete_within_days,
            answer_within_days=self.answer_within_days,
        )


class RecruitingTargetQuerySet(InsertOnlyQuerySet["RecruitingTarget"]):
    def holding_for(self, label: str) -> "RecruitingTarget | None":
        """The latest target set for the quarter."""
        return self.filter(quarter=label).order_by("-pk").first()


class RecruitingTarget(InsertOnlyModel):
    """How many new references the programme aims at in a quarter; a later row for the same quarter replaces it.

    No rule of pay reads it: people are paid by the closing count, whose target is a `QuarterTarget`.
    """

    quarter = models.CharField(max_length=7)
    count = models.PositiveIntegerField(_("target"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RecruitingTargetQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-quarter", "-pk"]
        indexes = [models.Index(fields=["quarter", "-id"], name="recruiting_target_by_quarter")]
        constraints = [models.CheckConstraint(condition=models.Q(count__gte=1), name="a_recruiting_target_is_some")]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.count}"
