"""Cells of the grid: the present, and the history from which every past instant can be read back."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import InsertOnlyModel
from core.models import User
from core.prepared import Question
from customers.models import Contact, Customer
from references.choices import ChangeSource, Confidence, Status
from references.models.dimension import Dimension
from references.models.evidence import Evidence

# What is said of a cell of the pay trigger that is not Green yet.
FORECAST = ("forecast_on", "forecast_confidence", "blocker")


class CellQuerySet(models.QuerySet["Cell"]):
    def visible_to(self, user: User) -> "CellQuerySet":
        return self if user.is_active and user.roles else self.none()

    def overdue(self, today: date) -> "CellQuerySet":
        """Cells whose next action is past its due date and that are not Green."""
        return self.filter(next_action_due__lt=today).exclude(status=Status.GREEN)

    def expired(self, today: date) -> "CellQuerySet":
        """Green cells whose evidence ended before today."""
        return self.filter(status=Status.GREEN, evidence_valid_until__lt=today)

    def unmerged(self) -> "CellQuerySet":
        """Cells of customers that were not merged into another; the few that were are looked up, not all others."""
        merged = Customer.objects.filter(merged_into__isnull=False, pk=OuterRef("customer_id"))
        return self.filter(~Exists(merged))

    def resting_on(self, contact: Contact) -> "CellQuerySet":
        """Green cells whose evidence is this contact's word."""
        return self.filter(status=Status.GREEN, evidence__contact=contact)

    def deserted(self) -> "CellQuerySet":
        """Green cells whose evidence is the word of somebody who has left."""
        return self.filter(status=Status.GREEN, evidence__contact__left_on__isnull=False)

    def of(self, customer: Customer, dimension: Dimension) -> "Cell":
        """The cell, or an unsaved blank one with version 0 where nobody has written yet."""
        found = self.filter(customer=customer, dimension=dimension).select_related("owner", "evidence").first()
        return found or Cell(customer=customer, dimension=dimension, version=0)

    def locked(self, customer_id: int, dimension_key: str) -> "Cell | None":
        """The cell with its customer, which is locked, and its dimension; None if nobody has written it yet.

        PostgreSQL reads the customer anew if it had to wait, but not the cell: that may be an older version.
        """
        return LOCKED.first(customer_id, dimension_key)


class CellValues(models.Model):
    """The columns that a cell and its history share.

    A foreign key has an index of its own only where somebody looks rows up by it alone: every index is written with
    every edit.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False)
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    status = models.CharField(_("status"), max_length=5, choices=Status.choices, blank=True)
    note = models.TextField(_("note"), blank=True)
    next_action = models.CharField(_("next action to turn it Green"), max_length=500, blank=True)
    next_action_due = models.DateField(_("due"), null=True, blank=True)
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    forecast_on = models.DateField(_("expected Green on"), null=True, blank=True)
    forecast_confidence = models.CharField(_("confidence"), max_length=9, choices=Confidence.choices, blank=True)
    blocker = models.CharField(_("blocker"), max_length=500, blank=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence_agreed_on = models.DateField(null=True, editable=False)
    evidence_valid_until = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True


# Somebody has planned something for the cell; the forecast meeting asks in these words, and an index answers them.
PLANNED = ~Q(forecast_confidence="") | ~Q(next_action="") | ~Q(blocker="") | Q(forecast_on__isnull=False)


class Cell(CellValues):
    """Customer x dimension as it stands now: a fast copy of the end of its history.

    `version` rises by one with every save; an edit names the version it saw. The evidence dates are copies of the
    evidence's, so that a verdict needs no join.
    """

    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # The history row of an edit that was just made, so that nobody has to read it back.
    latest_change: "CellChange | None" = None

    objects = CellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "dimension"], name="one_cell_per_customer_and_dimension"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="cell_status_known"),
            models.CheckConstraint(
                condition=Q(evidence__isnull=True) | Q(evidence_agreed_on__isnull=False), name="cell_evidence_copied"
            ),
        ]
        indexes = [
            # All that a verdict needs, so that a count reads the index alone.
            models.Index(
                fields=["dimension", "customer", "evidence_agreed_on", "evidence_valid_until", "evidence"],
                condition=Q(status="green"),
                name="cell_green",
            ),
            models.Index(fields=["dimension", "status", "customer"], name="cell_by_status"),
            models.Index(
                fields=["next_action_due", "dimension", "customer", "owner"],
                condition=Q(next_action_due__isnull=False) & ~Q(status="green"),
                name="cell_by_due",
            ),
            # Whether a customer has an action overdue, asked of one customer after the other.
            models.Index(
                fields=["customer", "next_action_due", "dimension"],
                condition=Q(next_action_due__isnull=False) & ~Q(status="green"),
                name="cell_due_of_customer",
            ),
            models.Index(
                fields=["dimension", "forecast_on"],
                condition=Q(forecast_on__isnull=False) & ~Q(status="green"),
                name="cell_by_forecast",
            ),
            models.Index(fields=["dimension", "customer"], condition=PLANNED & ~Q(status="green"), name="cell_in_play"),
            models.Index(
                fields=["dimension", "customer", "next_action_due"],
                condition=~Q(next_action="") & ~Q(status="green"),
                name="cell_with_action",
            ),
            models.Index(
                fields=["dimension", "customer"], condition=~Q(blocker="") & ~Q(status="green"), name="cell_blocked"
            ),
            models.Index(fields=["evidence_valid_until"], condition=Q(status="green"), name="cell_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.dimension}"


# What an edit needs to know of the customer and of the dimension.
OF_CUSTOMER = ("customer__name", "customer__merged_into")
OF_DIMENSION = ("dimension__key", "dimension__name", "dimension__needs_evidence", "dimension__evidence_days")
LOCKED = Question(
    lambda customer_id, key: (
        Cell.objects.select_for_update(of=("customer",))
        .filter(customer_id=customer_id, dimension__key=key, dimension__is_active=True)
        .select_related("customer", "dimension")
        .only(*(field.name for field in Cell._meta.concrete_fields), *OF_CUSTOMER, *OF_DIMENSION)
    ),
    is_planned=True,
)


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def visible_to(self, user: User) -> "ChangeSetQuerySet":
        return self if user.is_active and user.roles else self.none()

    def last_done_by(self, user: User) -> "ChangeSet | None":
        """What the person's undo would take back: the latest own set that still stands and is no undo."""
        return self.filter(by=user, undone_by__isnull=True).exclude(source=ChangeSource.UNDO).first()

    def last_undone_by(self, user: User) -> "ChangeSet | None":
        """What the person's redo would bring back: the undo that came last, if nothing was done since."""
        latest = self.filter(by=user, undone_by__isnull=True).first()
        return latest if latest is not None and latest.source == ChangeSource.UNDO else None


class ChangeSet(models.Model):
    """Cell changes that were made together and can be undone together: a paste, a fill, an import, one keypress."""

    source = models.CharField(max_length=10, choices=ChangeSource.choices)
    title = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="change_sets")
    undone_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undoes")

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(undone_by=F("id")), name="change_set_not_undone_by_itself")]

    def __str__(self) -> str:
        return self.title or self.get_source_display()


class CellChange(InsertOnlyModel, CellValues):
    """One change of a cell, with the whole cell as it stood afterwards.

    The latest row recorded before an instant is the cell as of that instant. `status_before` shows the movement;
    `merged_from` names the duplicate whose cell a merge carried over.
    """

    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=ChangeSource.choices)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, null=True, related_name="changes")
    status_before = models.CharField(max_length=5, choices=Status.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    merged_from = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "dimension", "version"], name="one_change_per_cell_version")
        ]
        indexes = [
            # In the order in which a closing reads; the status stands last so that it reads the index alone.
            models.Index(fields=["customer", "dimension", "-recorded_at", "-id", "status"], name="cell_change_as_of"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.dimension}: {self.status or 'blank'}"
