"""Letters with which an executive thanks a colleague for references."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.constraints import both_or_neither
from core.models import User
from references.choices import RecognitionState
from references.models.nomination import Nomination
from references.models.ranking import ABANDONED_AFTER

State = RecognitionState


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, user: User) -> "RecognitionQuerySet":
        """Everyone reads what is published; the rest is between who drafts, who signs and, once it is signed, who gets
        it. What is not signed is no more for a signer who is no executive any more. Programme managers see all."""
        if not user.is_active or not user.roles:
            return self.none()
        if user.holds([Role.PROGRAMME_MANAGER]):
            return self
        signed = Q(published=True) | Q(person=user) | Q(signer=user)
        waiting = Q(signer=user) if user.holds([Role.EXECUTIVE]) else Q()
        return self.filter(Q(drafted_by=user) | (Q(state=State.SIGNED) & signed) | waiting)

    def published(self) -> "RecognitionQuerySet":
        """Those that stand on the programme's board."""
        return self.filter(published=True, state=State.SIGNED)

    def to_be_signed_by(self, user: User) -> "RecognitionQuerySet":
        return self.filter(state=State.TO_SIGN, signer=user)

    def stranded(self) -> "RecognitionQuerySet":
        """Those that wait for the signature of somebody who has left or is no executive any more."""
        able = User.objects.active().with_role(Role.EXECUTIVE).order_by().values("pk")
        return self.filter(state=State.TO_SIGN).exclude(signer__in=able)

    def unmailed(self, at: datetime) -> "RecognitionQuerySet":
        """Signed, not yet mailed and in nobody's hand; a claim is void after ten minutes."""
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - ABANDONED_AFTER)
        return self.filter(free, state=State.SIGNED, mailed_at__isnull=True)


class Recognition(models.Model):
    """A letter to `person`, drafted from the facts, edited, and signed by an executive.

    What it is about is a nomination, a quarter (its label), or both. `published` says that it stands on the board once
    it is signed; whoever takes it down clears that and says why. `returned_reason` is why the signer sent it back or
    the drafter took it back, until it is asked for again.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("to whom"))
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who signs"))
    nomination = models.ForeignKey(
        Nomination, on_delete=models.PROTECT, null=True, related_name="recognitions", verbose_name=_("nomination")
    )
    quarter = models.CharField(_("quarter"), max_length=7, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("letter"))
    state = models.CharField(_("state"), max_length=9, choices=RecognitionState.choices, default=RecognitionState.DRAFT)
    published = models.BooleanField(_("stands on the programme’s board, readable by everyone"), default=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(_("reason"), max_length=500, blank=True)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)
    signed_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    taken_down_at = models.DateTimeField(null=True)
    taken_down_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_down_reason = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RecognitionState.values), name="recognition_state_known"),
            models.CheckConstraint(condition=~Q(person=models.F("signer")), name="nobody_signs_their_own_praise"),
            models.CheckConstraint(
                condition=Q(state="signed", signed_at__isnull=False) | (~Q(state="signed") & Q(signed_at__isnull=True)),
                name="signed_letters_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(signed_at__isnull=False), name="only_signed_letters_are_mailed"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(signed_at__isnull=False),
                name="only_signed_letters_are_published",
            ),
            both_or_neither("taken_down_at", "taken_down_by", name="taken_down_by_somebody"),
            models.CheckConstraint(
                condition=Q(taken_down_at__isnull=True) | (Q(published=False) & ~Q(taken_down_reason="")),
                name="taken_down_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(state="signed", published=True),
                name="recognition_on_the_board",
            ),
            models.Index(fields=["signer"], condition=Q(state="to_sign"), name="recognition_to_sign"),
            models.Index(
                fields=["signed_at"], condition=Q(state="signed", mailed_at__isnull=True), name="recognition_unmailed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.subject}"

    @property
    def is_editable(self) -> bool:
        """Whether its words may still be changed."""
        return self.state in (State.DRAFT, State.TO_SIGN)

    @property
    def is_stranded(self) -> bool:
        """Whether it waits for the signature of somebody who has left or is no executive any more."""
        can_sign = self.signer.is_active and self.signer.holds([Role.EXECUTIVE])
        return self.state == State.TO_SIGN and not can_sign

    @property
    def is_on_the_board(self) -> bool:
        return self.state == State.SIGNED and self.published
