"""The numbers of recruiting that a company may change."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    """

    capacity = days_field(_("invitations a month"), DEFAULTS.capacity)
    verify_after_days = days_field(_("a nomination is confirmed again after (days)"), DEFAULTS.verify_after_days)
    decide_within_days = days_field(_("decide on a nomination within (days)"), DEFAULTS.decide_within_days)
    complete_within_days = days_field(_("complete a returned one within (days)"), DEFAULTS.complete_within_days)
    answer_within_days = days_field(_("a customer answers an invitation within (days)"), DEFAULTS.answer_within_days)
    decider = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who decides")
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

    def as_policy(self) -> RecruitingPolicy:
        return RecruitingPolicy(
            capacity=self.capacity,
            verify_after_days=self.verify_after_days,
            decide_within_days=self.decide_within_days,
            complete_within_days=self.complete_within_days,
            answer_within_days=self.answer_within_days,
        )
