"""Who has credit for a nomination, and from when on."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from references.models.nomination import TAKEN_BACK, Nomination


class NominatorQuerySet(models.QuerySet["Nominator"]):
    def accepted_between(self, begin: datetime, end: datetime) -> "NominatorQuerySet":
        """Credit for what was accepted in a period: by its end accepted, and the person among the nominators.

        Whoever joins a nomination that was accepted earlier has credit for it in the period of the joining, so that no
        period that is over changes by it. Quotas, the ranking and letters all count by this.
        """
        came_in = Q(nomination__accepted_at__gte=begin) | Q(nominated_at__gte=begin) | Q(joined_at__gte=begin)
        rows = self.filter(came_in, nomination__accepted_at__lt=end, nominated_at__lt=end)
        return rows.exclude(nomination__state__in=TAKEN_BACK).exclude(joined_at__gte=end)


class Nominator(models.Model):
    """A colleague who has credit for a nomination; whoever nominates a customer again joins the open one.

    `joined_at` is set of who nominated the customer apart, under another name, and came to this one when it had been
    accepted already.
    """

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="nominators")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="nominators")
    nominated_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)
    story = models.TextField(_("what this colleague said"), blank=True)

    objects = NominatorQuerySet.as_manager()

    class Meta:
        ordering = ["nominated_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["nomination", "user"], name="one_credit_per_nominator")]
        indexes = [
            models.Index(fields=["user", "-nominated_at"], name="nominator_by_day"),
            models.Index(fields=["nominated_at"], name="nominator_ranked"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.nomination}"
