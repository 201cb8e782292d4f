"""How we mean to win the customers that matter most: whom to meet, by which way, with which offer."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.models import Customer
from references.choices import PlanState
from references.models.dimension import Dimension


class RecruitingPlanQuerySet(models.QuerySet["RecruitingPlan"]):
    def visible_to(self, user: User) -> "RecruitingPlanQuerySet":
        """Everyone with a role reads every plan, as everyone reads every nomination."""
        return self if user.is_active and user.roles else self.none()

    def open(self) -> "RecruitingPlanQuerySet":
        """Those that somebody still follows."""
        return self.filter(state=PlanState.OPEN)

    def overdue(self, today: date) -> "RecruitingPlanQuerySet":
        """Open ones whose next step should have been done before the day."""
        return self._pursued(today).filter(due_on__lt=today)

    def due_to(self, user: User, today: date) -> "RecruitingPlanQuerySet":
        """The person's open ones whose next step is due on the day, or was."""
        return self._pursued(today).filter(owner=user, due_on__lte=today)

    def _pursued(self, today: date) -> "RecruitingPlanQuerySet":
        """Open ones of customers that are still here: no step is due with one that has left."""
        return self.open().exclude(customer__churned_on__lte=today)


class RecruitingPlan(models.Model):
    """One customer, what we would like from it, and how we get there. Neither the count nor pay looks at it.

    `people` is whom we need to meet, `way` who introduces whom, `offer` what we propose to do together. A person says
    that a plan is won or given up, and why; a customer has one open plan at a time.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="recruiting_plans", verbose_name=_("customer")
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who follows it"))
    dimensions = models.ManyToManyField(Dimension, related_name="+", verbose_name=_("what we want"))
    people = models.TextField(_("whom we need to meet"), blank=True)
    way = models.TextField(_("how we get there"), blank=True)
    offer = models.TextField(_("what we offer"), blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PlanState.choices, default=PlanState.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    close_reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = RecruitingPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.UniqueConstraint(fields=["customer"], condition=Q(state="open"), name="one_open_plan_per_customer"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, close_reason="")
                | (~Q(state="open") & Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="plans_end_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, next_step="") | (Q(due_on__isnull=False) & ~Q(next_step="")),
                name="plan_step_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="plan_due"),
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="plan_of_owner"),
        ]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def is_open(self) -> bool:
        return self.state == PlanState.OPEN

    def is_late(self, today: date) -> bool:
        """Whether its next step should have been done before the day."""
        is_over = self.due_on is not None and self.due_on < today
        return self.is_open and is_over and not self.customer.has_left(today)
