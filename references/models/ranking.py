"""What a company may set about recognition, the levels it names, and the weekly mails of the ranking."""

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.models import User
from references.choices import BottomVisibility
from references.rules.rankings import Level

ABANDONED_AFTER = timedelta(minutes=10)


def usual_participants() -> list[str]:
    """Those who talk to customers every day."""
    return [Role.CSM.value, Role.SALES_REP.value, Role.ACCOUNT_MANAGER.value, Role.SUPPORT.value]


class RecognitionSettings(models.Model):
    """The one row of settings. `participants` are the roles that are asked to nominate: who of them has not done so is
    at the bottom of the ranking."""

    participants = models.JSONField(_("asked to nominate"), default=usual_participants, blank=True)
    top_count = models.PositiveSmallIntegerField(
        _("places at the top"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    bottom_visibility = models.CharField(
        _("who sees the bottom"),
        max_length=8,
        choices=BottomVisibility.choices,
        default=BottomVisibility.MANAGERS,
    )
    sends_mails = models.BooleanField(_("a mail with the ranking every Monday"), default=True)
    uses_levels = models.BooleanField(_("show reward levels"), default=False)

    class Meta:
        verbose_name_plural = "recognition settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_recognition_settings"),
            models.CheckConstraint(condition=Q(top_count__gte=1), name="some_places_at_the_top"),
            models.CheckConstraint(
                condition=Q(bottom_visibility__in=BottomVisibility.values), name="bottom_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return "Recognition settings"

    @classmethod
    def current(cls) -> "RecognitionSettings":
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def seen(cls) -> "RecognitionSettings":
        """The same for pages: what nobody has set yet is not written down by looking at it."""
        return cls.objects.filter(pk=1).first() or cls()


class RewardLevel(models.Model):
    """A name for so many enrolled nominations in a fiscal year: an honour, never a payment."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    needed = models.PositiveSmallIntegerField(
        _("enrolled nominations in a fiscal year"),
        unique=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )

    class Meta:
        ordering = ["needed"]
        constraints = [models.CheckConstraint(condition=Q(needed__gte=1), name="a_level_needs_something")]

    def __str__(self) -> str:
        return self.name

    def as_level(self) -> Level:
        return Level(self.name, self.needed)


class RankingMailQuerySet(models.QuerySet["RankingMail"]):
    def unclaimed(self, at: datetime) -> "RankingMailQuerySet":
        """Not yet sent and in nobody's hand; a claim is void after ten minutes."""
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - ABANDONED_AFTER)
        return self.filter(free, sent_at__isnull=True)

    def waiting(self, week: date | None, *, at: datetime) -> "RankingMailQuerySet":
        """The unclaimed mails of this week to people who are still here; those of weeks gone by are not sent."""
        return self.unclaimed(at).filter(week=week, user__is_active=True).order_by("pk") if week else self.none()


class RankingMail(models.Model):
    """The mail of one week to one person; `week` is its Monday."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ranking_mails")
    week = models.DateField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = RankingMailQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "user"], name="one_ranking_mail_a_week")]
        indexes = [models.Index(fields=["week"], condition=Q(sent_at__isnull=True), name="ranking_mail_unsent")]

    def __str__(self) -> str:
        return f"{self.user}: {self.week}"


class RankingMailRefusal(models.Model):
    """A person who does not want the weekly mail."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="ranking_mail_refusal")
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)
