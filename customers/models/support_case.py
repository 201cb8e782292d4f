"""Trouble that a customer brought to support, as far as it matters to whether one may ask for a favour."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.choices import CaseSeverity
from customers.models.contact import Contact
from customers.models.customer import Customer

SEVERE = [CaseSeverity.HIGH.value, CaseSeverity.CRITICAL.value]
GOOD = 4


class SupportCaseQuerySet(models.QuerySet["SupportCase"]):
    def visible_to(self, user: User) -> "SupportCaseQuerySet":
        return self if user.is_active and user.roles else self.none()

    def open(self) -> "SupportCaseQuerySet":
        return self.filter(closed_on__isnull=True)

    def escalations(self) -> "SupportCaseQuerySet":
        """Open cases that forbid to ask the customer for anything: severe ones, and those that were escalated."""
        return self.open().filter(Q(severity__in=SEVERE) | Q(is_escalated=True))

    def recovered(self, today: date, *, days: int) -> "SupportCaseQuerySet":
        """Severe cases that were solved within so many days and left the customer content."""
        severe = Q(severity__in=SEVERE) | Q(is_escalated=True)
        return self.filter(severe, closed_on__range=(today - timedelta(days=days), today), satisfaction__gte=GOOD)

    def search(self, text: str) -> "SupportCaseQuerySet":
        """Cases whose number or subject, or whose customer's name, contains the text."""
        words = text.strip()
        found = Q(number__icontains=words) | Q(subject__icontains=words) | Q(customer__name__icontains=words)
        return self.filter(found) if words else self


class SupportCase(models.Model):
    """One support case. `severity` is blank where nobody said; `satisfaction` is 1 (bad) to 5 (very good)."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="support_cases", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    number = models.CharField(_("number"), max_length=60)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=CaseSeverity.choices, blank=True)
    is_escalated = models.BooleanField(_("escalated"), default=False)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("solved on"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    solver = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who solved it")
    )
    source = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = SupportCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="one_case_per_external_id"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="case_closed_after_opened",
                violation_error_message=_("The case was solved before it was opened; look at the two days."),
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)), name="case_satisfaction_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "number"], name="case_of_customer"),
            models.Index(fields=["-opened_on", "-id"], name="case_by_day"),
            # Few cases are open at a time; the queue of invitations asks for the severe ones among them.
            models.Index(
                fields=["customer", "severity", "is_escalated"], condition=Q(closed_on__isnull=True), name="case_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.subject}" if self.subject else self.number

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def blocks(self) -> bool:
        """Whether the case forbids to ask the customer for anything."""
        return self.is_open and (self.severity in SEVERE or self.is_escalated)
