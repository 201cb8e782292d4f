"""Webinars and briefings: who was invited, who answered, and who was there."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.choices import InvitationResponse, OccasionKind
from customers.models.contact import Contact
from customers.rules.evangelists import attendance_is_known


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def visible_to(self, user: User) -> "OccasionQuerySet":
        return self if user.is_active and user.roles else self.none()

    def search(self, text: str) -> "OccasionQuerySet":
        words = text.strip()
        return self.filter(title__icontains=words) if words else self


class Occasion(models.Model):
    """Something that keeps those who speak for us up to date, on one day. Personal briefings of a day are one."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=OccasionKind.choices)
    held_on = models.DateField(_("day"))
    note = models.TextField(_("what it is about"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OccasionKind.values), name="occasion_kind_known"),
            models.CheckConstraint(condition=~Q(title=""), name="occasion_has_a_title"),
            models.UniqueConstraint(
                fields=["held_on"], condition=Q(kind="personal"), name="one_occasion_of_personal_briefings_a_day"
            ),
        ]
        indexes = [models.Index(fields=["-held_on", "-id"], name="occasion_by_day")]

    def __str__(self) -> str:
        return self.title

    def is_over(self, today: date) -> bool:
        """Whether it can be noted who was there."""
        return attendance_is_known(self.held_on, today)


class OccasionInvitation(models.Model):
    """A contact was asked to an occasion. `attended` is empty until somebody notes whether the contact was there."""

    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="invitations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="invitations")
    invited_on = models.DateField(_("invited on"))
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    response = models.CharField(
        _("answer"), max_length=4, choices=InvitationResponse.choices, default=InvitationResponse.NONE
    )
    attended = models.BooleanField(_("was there"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "contact"], name="one_invitation_per_contact"),
            models.CheckConstraint(condition=Q(response__in=InvitationResponse.values), name="response_known"),
        ]
        indexes = [models.Index(fields=["contact", "attended"], name="invitation_attended")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.occasion}"

    @property
    def noted(self) -> str:
        """What is noted of the guest, as a page sends it back: the answer, and whether the guest was there."""
        return f"{self.response or 'none'}-{self.attended}".lower()

    @property
    def left_on(self) -> date | None:
        """Since when the contact is gone, if that was before the day of the occasion."""
        left_on = self.contact.left_on
        return left_on if left_on is not None and left_on < self.occasion.held_on else None

    @property
    def customer_left_on(self) -> date | None:
        """Since when the customer is gone or will be, if that is by the day of the occasion."""
        customer = self.contact.customer
        return customer.churned_on if customer.has_left(self.occasion.held_on) else None

    @property
    def is_gone(self) -> bool:
        """Whether nobody comes, whatever was said before: the contact or the customer has left by the day."""
        return self.left_on is not None or self.customer_left_on is not None
