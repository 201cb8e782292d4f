"""The history of customers: what each was, from which moment on, and who said so."""

from datetime import date

from django.db import models

from core.constraints import InsertOnlyModel
from core.models import User
from customers.choices import ChangeKind
from customers.models.customer import Customer

# The columns of Customer that a change keeps as they were after it: "the customers as of T" reads them back.
KEPT = (
    "name",
    "domain",
    "industry",
    "region",
    "country",
    "size_band",
    "recurring_revenue",
    "is_well_known",
    "lifecycle",
    "churned_on",
    "in_production_since",
    "opener_id",
    "account_executive_id",
    "account_manager_id",
    "csm_id",
    "executive_sponsor_id",
    "merged_into_id",
)


class CustomerChange(InsertOnlyModel):
    """One change of a customer, with the whole customer as it stood afterwards.

    The latest row recorded before an instant is the customer as of that instant: that is what a closing reads.
    `fields` tells the reader what changed, as {column: [before, after]}; `effective_on` is the day people gave.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="changes", db_index=False)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    effective_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    fields = models.JSONField(default=dict)

    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253, blank=True)
    industry = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    size_band = models.CharField(max_length=10, blank=True)
    recurring_revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    is_well_known = models.BooleanField()
    lifecycle = models.CharField(max_length=11)
    churned_on = models.DateField(null=True)
    in_production_since = models.DateField(null=True)
    opener_id = models.BigIntegerField(null=True)
    account_executive_id = models.BigIntegerField(null=True)
    account_manager_id = models.BigIntegerField(null=True)
    csm_id = models.BigIntegerField(null=True)
    executive_sponsor_id = models.BigIntegerField(null=True)
    merged_into_id = models.BigIntegerField(null=True)
    products = models.JSONField(default=list)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["customer", "-recorded_at", "-id"], name="customer_change_as_of"),
        ]

    @property
    def notice_taken_back(self) -> date | None:
        """The day for which notice had been given, if the customer stays by this change; it had not left by then."""
        day = self.fields.get("churned_on", [None])[0] if "lifecycle" in self.fields else None
        given = date.fromisoformat(day) if day else None
        return given if given and self.effective_on and self.effective_on < given else None

    def __str__(self) -> str:
        return f"{self.name}: {self.get_kind_display()}"
