"""A colleague's proposal that a customer become a reference, and what came of it."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Case, DateField, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.constraints import InsertOnlyModel
from core.models import User
from customers.models import Contact, Customer
from references.choices import (
    INVITERS,
    InvitationBlock,
    NominationDeed,
    NominationSource,
    NominationState,
    Willingness,
)
from references.models.dimension import Dimension
from references.rules.nominations import OPEN, UNDECIDED, WAITING, may_move

OPEN_STATES = sorted(OPEN)
# How long a text may be, typed or sent by a program.
LONGEST_TEXT = 10_000
# What was accepted and then taken back, or handed over to a colleague's nomination, is not counted.
TAKEN_BACK = (NominationState.WITHDRAWN, NominationState.REFUSED)


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, user: User) -> "NominationQuerySet":
        """Everyone with a role reads every nomination, as everyone reads the grid."""
        return self if user.is_active and user.roles else self.none()

    def open(self) -> "NominationQuerySet":
        """Those in which somebody still has something to do."""
        return self.filter(state__in=OPEN_STATES)

    def waiting(self) -> "NominationQuerySet":
        """Those that take up a place in the plan: accepted and not yet invited."""
        return self.filter(state__in=sorted(WAITING))

    def with_others_than_the_csm(self) -> "NominationQuerySet":
        """Accepted ones, invited or not, that are not with the customer's CSM, or with one who may not invite it."""
        theirs = self.filter(state__in=[*sorted(WAITING), NominationState.INVITED], customer__isnull=False)
        able = User.objects.active().with_role(*INVITERS).order_by().values("pk")
        return theirs.exclude(owner__isnull=False, owner=F("customer__csm"), owner__in=able)

    def nominated_by(self, user: User) -> "NominationQuerySet":
        """Those for which the person has credit, the first one to say so or not."""
        return self.filter(pk__in=user.nominators.values("nomination_id"))

    def turns_of(self, user: User, today: date) -> "NominationQuerySet":
        """Open ones in which it is the person's turn; what has no owner is every programme manager's."""
        mine = Q(owner=user)
        if user.holds([Role.PROGRAMME_MANAGER]):
            mine |= Q(owner__isnull=True)
        return self.open().filter(mine).not_lost(today)

    def stale(self, today: date, *, days: int) -> "NominationQuerySet":
        """Those that wait for their invitation and that nobody has vouched for within so many days."""
        return self.in_plan(today).filter(verified_on__lt=today - timedelta(days=days))

    def in_plan(self, today: date) -> "NominationQuerySet":
        """Those that take up a place in the plan on the day: a customer that has left holds none."""
        return self.waiting().exclude(customer__churned_on__lte=today)

    def planned(self) -> "NominationQuerySet":
        """Those with a month that begins before the customer leaves."""
        return self.filter(planned_month__isnull=False).exclude(customer__churned_on__lte=F("planned_month"))

    def overdue(self, today: date) -> "NominationQuerySet":
        """`due_for` as SQL; a customer that has left makes late what was asked of it and is not answered."""
        late = Q(due_on__lt=today) | Q(due_on__isnull=False, customer__churned_on__lte=today)
        return self.open().filter(late).not_lost(today)

    def by_due(self) -> "NominationQuerySet":
        """In the order of `due`, the day of `due_while_here`; what is not due comes last."""
        last = Cast(F("customer__churned_on") - timedelta(days=1), DateField())
        leaves_first = When(customer__churned_on__lte=F("due_on"), then=last)
        due = Case(leaves_first, default=Coalesce("due_on", Value(date.max)), output_field=DateField())
        return self.annotate(due=due).order_by("due", "pk")

    def not_lost(self, today: date) -> "NominationQuerySet":
        """`has_lost_customer` as SQL: what the program is about to withdraw is nobody's turn and late for nobody."""
        return self.exclude(~Q(state=NominationState.INVITED), customer__churned_on__lte=today)


class Nomination(models.Model):
    """One customer, or a company that is not here yet, proposed as a reference.

    Columns are the present; `NominationEvent` keeps how it came to be. `verified_on` is the day on which a nominator
    last vouched for it, `asked_at` the moment at which the program asked for that again. `planned_month` is the first
    day of the month in which the invitation is planned, `score` (0-140) its place in the queue.
    """

    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("customer"),
    )
    proposed_customer = models.CharField(_("company that is not here yet"), max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who would speak")
    )
    contact_name = models.CharField(_("contact that is not here yet"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    story = models.TextField(_("why this customer"))
    results = models.TextField(_("results in numbers"), blank=True)
    relationship = models.CharField(_("relationship"), max_length=500, blank=True)
    relationship_holder = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who holds it")
    )
    source = models.CharField(_("source"), max_length=9, choices=NominationSource.choices)
    state = models.CharField(
        _("state"), max_length=9, choices=NominationState.choices, default=NominationState.SUBMITTED
    )
    state_since = models.DateTimeField()
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whose turn it is")
    )
    due_on = models.DateField(_("due"), null=True)
    parked_until = models.DateField(_("parked until"), null=True, blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    verified_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    times_chased = models.PositiveSmallIntegerField(default=0)
    planned_month = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(customer__isnull=False) & Q(proposed_customer=""))
                | (Q(customer__isnull=True) & ~Q(proposed_customer="")),
                name="nomination_of_a_customer_or_of_a_new_one",
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | Q(contact_name=""), name="nomination_names_one_contact"
            ),
            models.CheckConstraint(
                condition=Q(state="parked", parked_until__isnull=False)
                | (~Q(state="parked") & Q(parked_until__isnull=True)),
                name="parked_nominations_have_a_day",
            ),
            models.CheckConstraint(condition=Q(state__in=NominationState.values), name="nomination_state_known"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state__in=OPEN_STATES), name="one_open_nomination_per_customer"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=OPEN_STATES) & Q(closed_at__isnull=True))
                | (~Q(state__in=OPEN_STATES) & Q(closed_at__isnull=False)),
                name="ended_nominations_have_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="nomination_due"),
            models.Index(fields=["owner"], condition=Q(state__in=OPEN_STATES), name="nomination_turns"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(state="enrolled"), name="nomination_enrolled"),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.proposed_customer)

    def can_become(self, state: str) -> bool:
        """Whether the nomination may come into this state from where it is."""
        return may_move(self.state, state)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has accepted or ended it, so that what it says can be completed; also while it is parked."""
        return self.state in UNDECIDED or (self.state == NominationState.PARKED and self.accepted_at is None)

    @property
    def is_waiting(self) -> bool:
        """Whether it takes up a place in the plan."""
        return self.state in WAITING

    @property
    def comes_back_as(self) -> NominationState:
        """Where a parked one was, and is again once it is taken up."""
        if self.invited_at:
            return NominationState.INVITED
        return NominationState.ACCEPTED if self.accepted_at else NominationState.SUBMITTED

    def left_on(self, today: date) -> date | None:
        """Since when the customer of an open nomination is gone."""
        customer = self.customer if self.is_open else None
        return customer.churned_on if customer is not None and customer.has_left(today) else None

    def leaves_on(self, today: date) -> date | None:
        """The day to come on which the customer of an open nomination leaves, if it has given notice."""
        customer = self.customer if self.is_open else None
        return customer.churned_on if customer is not None and customer.is_leaving(today) else None

    def has_lost_customer(self, today: date) -> bool:
        """Whether the customer is gone and nobody has been asked: the program withdraws it with its next run."""
        return self.state != NominationState.INVITED and self.left_on(today) is not None

    def planned_for(self, today: date) -> date | None:
        """The month of the invitation, while it is still to come; none that begins when the customer has left."""
        if not self.is_waiting or self.planned_month is None or self.has_lost_customer(today):
            return None
        leaves = self.leaves_on(today)
        return self.planned_month if leaves is None or leaves > self.planned_month else None

    def due_for(self, today: date) -> date | None:
        """By when somebody should have acted. Nobody has to where the customer leaves before the month that was
        planned, or has left unasked: what was due then stays in the row until the program looks at it next."""
        leaves = self.leaves_on(today)
        has_lost_month = self.planned_month is not None and leaves is not None and leaves <= self.planned_month
        return None if has_lost_month or self.has_lost_customer(today) else self.due_while_here

    @property
    def due_while_here(self) -> date | None:
        """The day that is due, or the last one before the customer leaves: nobody does anything with it later."""
        leaves = self.customer.churned_on if self.customer is not None else None
        if self.due_on is None or leaves is None:
            return self.due_on
        return min(self.due_on, leaves - timedelta(days=1))

    def awaits_month(self, today: date) -> bool:
        """Whether the program plans its month with its next run, as of a customer that stays after all."""
        is_here = self.leaves_on(today) is None and self.left_on(today) is None
        return self.is_waiting and self.planned_month is None and is_here

    @property
    def spokesperson(self) -> str:
        """Who would speak: a contact of the customer, or one who is not here yet."""
        return str(self.contact or self.contact_name)

    @property
    def speaker_left_on(self) -> date | None:
        """Since when who would speak is gone, while the nomination is open."""
        return self.contact.left_on if self.is_open and self.contact is not None else None


class NominatedDimension(models.Model):
    """One kind of reference that the contact would, might or would not give."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="dimensions")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="+")
    willingness = models.CharField(_("willingness"), max_length=9, choices=Willingness.choices)

    class Meta:
        ordering = ["dimension__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "dimension"], name="one_willingness_per_nominated_dimension")
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.get_willingness_display()}"


class NominationEvent(InsertOnlyModel):
    """One deed done to a nomination: who, when, from which state to which, and why.

    A lifted block names its `causes`, so that what comes afterwards blocks again; what came along with another
    nomination of the same customer names that one.
    """

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="events")
    deed = models.CharField(max_length=9, choices=NominationDeed.choices)
    state_before = models.CharField(max_length=9, choices=NominationState.choices, blank=True)
    state = models.CharField(max_length=9, choices=NominationState.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    block = models.CharField(max_length=10, choices=InvitationBlock.choices, blank=True)
    causes = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnlyModel.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_deed_display()

    @property
    def came_along(self) -> bool:
        """Whether somebody else's words came with their nomination: then who did it merged, and did not nominate."""
        return self.deed in (NominationDeed.JOINED, NominationDeed.COMPLETED) and bool(self.causes)
