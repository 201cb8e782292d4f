"""What stands behind a Green: who agreed, when, in what form, until when."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from customers.models import Contact, Customer
from references.choices import EvidenceKind
from references.models.dimension import Dimension


class EvidenceQuerySet(InsertOnlyQuerySet["Evidence"]):
    def visible_to(self, user: User) -> "EvidenceQuerySet":
        return self if user.is_active and user.roles else self.none()

    def usable(self, today: date) -> "EvidenceQuerySet":
        """Evidence that can support a Green today: running, not withdrawn, and its contact still there."""
        running = Q(agreed_on__lte=today) & (Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        somebody_left = Q(contact__isnull=False, contact__left_on__isnull=False)
        return self.filter(running, withdrawal__isnull=True).exclude(somebody_left)


class Evidence(InsertOnlyModel):
    """A contact's consent to one kind of reference. Never changed: new facts are a new row, a withdrawal its own."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="evidence")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("form"), max_length=12, choices=EvidenceKind.choices)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    agreed_on = models.DateField(_("agreed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to="evidence/", blank=True)
    note = models.TextField(_("note"), blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        verbose_name_plural = "evidence"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("agreed_on")),
                name="evidence_valid_after_agreed",
            ),
            models.CheckConstraint(
                condition=Q(kind="import") | Q(contact__isnull=False), name="evidence_names_a_contact"
            ),
        ]
        indexes = [models.Index(fields=["customer", "dimension", "-id"], name="evidence_of_cell")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({date_format(self.agreed_on)})"


class EvidenceWithdrawal(InsertOnlyModel):
    """A consent taken back; from then on the evidence supports no Green."""

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=500)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnlyModel.Meta):
        pass

    def __str__(self) -> str:
        return self.reason
