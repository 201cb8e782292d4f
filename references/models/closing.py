"""Closed quarters: the one number the team is paid on, and everything needed to explain it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from customers.models import Customer
from references.choices import Reason
from references.models.cell import CellChange
from references.models.definition import Definition


class Closing(InsertOnlyModel):
    """The count of reference-able customers at the last instant of a quarter, sealed.

    `starts_at` and `ends_at` are the quarter's first instant and the first instant after it. `statuses_order` lists
    the dimension keys in the order in which each entry's `statuses` gives their letters. `seal` is the SHA-256 of
    the canonical text of the closing and its entries.
    """

    quarter = models.CharField(max_length=7, unique=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="closings")
    definition_text = models.TextField()
    pay_trigger = models.CharField(max_length=40)
    evidence_needed = models.BooleanField()
    statuses_order = models.JSONField()
    opening = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    high_impact = models.PositiveIntegerField(null=True)
    target = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seal = models.CharField(max_length=64)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-quarter"]
        constraints = [
            models.CheckConstraint(condition=Q(closed_at__gte=F("ends_at")), name="closed_after_the_quarter"),
            models.CheckConstraint(condition=Q(count__lte=F("customers")), name="closing_counts_customers"),
        ]

    def __str__(self) -> str:
        return self.quarter


class ClosingEntry(InsertOnlyModel):
    """One customer's verdict in a closing, with the reason and what the count is broken down by.

    `statuses` has one letter per dimension (R, A, G, or `-` for blank). `change` is the pay-trigger cell's change
    that was in force, so that every verdict leads to a person.
    """

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="entries", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="closing_entries", db_index=False)
    name = models.CharField(max_length=200)
    is_referenceable = models.BooleanField()
    reason = models.CharField(max_length=13, choices=Reason.choices)
    statuses = models.CharField(max_length=60)
    change = models.ForeignKey(CellChange, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    valid_until = models.DateField(null=True)
    lifecycle = models.CharField(max_length=11)
    industry = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    size_band = models.CharField(max_length=10, blank=True)
    products = models.JSONField(default=list)
    csm = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    csm_name = models.CharField(max_length=150, blank=True)
    is_high_impact = models.BooleanField(null=True)

    class Meta(InsertOnlyModel.Meta):
        verbose_name_plural = "closing entries"
        constraints = [models.UniqueConstraint(fields=["closing", "customer"], name="one_entry_per_customer")]
        indexes = [
            models.Index(
                fields=["closing", "customer"], condition=Q(is_referenceable=True), name="closing_entry_counted"
            ),
            models.Index("closing", Lower("name"), "customer", name="closing_entry_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.closing_id} · {self.name}"


class CorrectionQuerySet(InsertOnlyQuerySet["Correction"]):
    def waiting(self) -> "CorrectionQuerySet":
        """Those on which nobody has decided."""
        return self.filter(decision__isnull=True)


class Correction(InsertOnlyModel):
    """A proposal to put one customer's verdict of a closed quarter right. The closing itself stays as it is."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="corrections")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    is_referenceable = models.BooleanField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CorrectionQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.closing} · {self.customer}"

    @property
    def step(self) -> int:
        """What the correction adds to the count: +1 or -1."""
        return 1 if self.is_referenceable else -1


class CorrectionDecision(InsertOnlyModel):
    """A second person's yes or no to a correction; only an approved one enters the corrected count."""

    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="decision")
    is_approved = models.BooleanField()
    comment = models.TextField(blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta(InsertOnlyModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="correction_decided_by_another")
        ]

    def __str__(self) -> str:
        return "approved" if self.is_approved else "refused"
