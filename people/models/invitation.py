"""Invitations: a row for each mail with which a person sets the first password."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.models import User

ABANDONED_AFTER = timedelta(minutes=10)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, at: datetime) -> "InvitationQuerySet":
        """Invitations of people who may log in that are not yet sent and that no worker has in hand."""
        return self.unclaimed(at).filter(user__is_active=True)

    def unclaimed(self, at: datetime) -> "InvitationQuerySet":
        """Not yet sent and in nobody's hand; a claim is void after ten minutes. It speaks of its own row alone."""
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - ABANDONED_AFTER)
        return self.filter(free, sent_at__isnull=True)


class Invitation(models.Model):
    """One mail to one person. The link in it is made when it is sent and stands nowhere in the database."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], condition=Q(sent_at__isnull=True), name="invitation_unsent")]

    def __str__(self) -> str:
        return str(self.user)
