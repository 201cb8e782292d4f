"""Money a customer owes: whoever waits for a payment does not ask the same people for a favour."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.choices import READS_INVOICES
from customers.models.customer import Customer


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> "InvoiceQuerySet":
        """Those who talk to customers about money read invoices; the others only that one is overdue."""
        return self if user.is_active and user.holds(READS_INVOICES) else self.none()

    def unpaid(self) -> "InvoiceQuerySet":
        return self.filter(paid_on__isnull=True)

    def overdue(self, today: date) -> "InvoiceQuerySet":
        """Unpaid ones whose day has passed, disputed or not; a credit note is never overdue."""
        return self.unpaid().filter(due_on__lt=today, amount__gt=0)

    def search(self, text: str) -> "InvoiceQuerySet":
        """Invoices whose number or whose customer's name contains the text."""
        words = text.strip()
        return self.filter(Q(number__icontains=words) | Q(customer__name__icontains=words)) if words else self


class Invoice(models.Model):
    """One invoice; a negative amount is a credit note. Known by its number within the system it comes from."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("customer")
    )
    number = models.CharField(_("number"), max_length=60)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    is_disputed = models.BooleanField(_("disputed"), default=False)
    source = models.CharField(max_length=40, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_invoice_per_number"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(due_on__gte=F("issued_on")),
                name="invoice_due_after_issued",
                violation_error_message=_("The invoice is due before it was issued; look at the two days."),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="invoice_has_a_number"),
        ]
        indexes = [
            models.Index(fields=["-due_on", "-id"], name="invoice_by_day"),
            models.Index(fields=["customer", "due_on"], condition=Q(paid_on__isnull=True), name="invoice_unpaid"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_overdue(self, today: date) -> bool:
        return self.paid_on is None and self.due_on < today and self.amount > 0
