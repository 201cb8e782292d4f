"""A word put in for us: whom a contact told, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import both_or_neither
from core.models import User
from customers.choices import READS_INVOICES, ReferralOutcome
from customers.models.contact import Contact
from customers.models.customer import Customer


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> "ReferralQuerySet":
        """Everyone with a role reads what was referred; what it brought in is for `reads_revenue`."""
        return self if user.is_active and user.roles else self.none()

    def counted(self) -> "ReferralQuerySet":
        """Those that were not entered by mistake."""
        return self.filter(withdrawn_at__isnull=True)

    def search(self, text: str) -> "ReferralQuerySet":
        """Referrals whose contact, customer or listener contains the text."""
        words = text.strip()
        if not words:
            return self
        told = Q(told_name__icontains=words) | Q(told_company__icontains=words)
        who = Q(contact__name__icontains=words) | Q(contact__customer__name__icontains=words)
        return self.filter(told | who | Q(customer__name__icontains=words))


def reads_revenue(user: User) -> bool:
    """Whether the person reads what referrals brought in: who reads invoices does, the others read that it was won."""
    return user.is_active and user.holds(READS_INVOICES)


class Referral(models.Model):
    """A contact told somebody of us on a day, asked to or not.

    `customer` is the customer that came of it. A decided one has the day; only a won one has revenue, in the
    programme's currency, and not before somebody knows it. One that was entered by mistake is withdrawn, never deleted.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("who"))
    referred_on = models.DateField(_("referred on"))
    told_name = models.CharField(_("who was told"), max_length=200, blank=True)
    told_company = models.CharField(_("company"), max_length=200, blank=True)
    is_prompted = models.BooleanField(_("we had asked for it"), default=False)
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referred_by",
        verbose_name=_("customer that came of it"),
    )
    outcome = models.CharField(
        _("outcome"), max_length=4, choices=ReferralOutcome.choices, default=ReferralOutcome.OPEN
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    revenue = models.DecimalField(_("revenue that came of it"), max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(_("why it does not count"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-referred_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ReferralOutcome.values), name="referral_outcome_known"),
            models.CheckConstraint(
                condition=~Q(told_name="") | ~Q(told_company=""),
                name="referral_was_told_to_somebody",
                violation_error_message=_("Say who was told of us: a name, a company, or both."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_on__isnull=True)
                | (~Q(outcome="open") & Q(decided_on__isnull=False)),
                name="decided_referrals_have_a_day",
                violation_error_message=_(
                    "Say on which day it was won or came to nothing; while it is open there is none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("referred_on")),
                name="referral_decided_after_it_was_made",
                violation_error_message=_("A referral is won or lost after it was made; look at the two days."),
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | Q(outcome="won", revenue__gte=0),
                name="revenue_of_won_referrals",
                violation_error_message=_("Only a referral that was won has revenue, and none is negative."),
            ),
            both_or_neither("withdrawn_at", "withdrawn_by", name="withdrawn_referrals_have_an_author"),
        ]
        indexes = [
            models.Index(fields=["-referred_on", "-id"], name="referral_by_day"),
            models.Index(fields=["decided_on"], condition=Q(outcome="won"), name="referral_won"),
        ]

    def __str__(self) -> str:
        return self.told_company or self.told_name

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
