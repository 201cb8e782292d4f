"""What the list of recruiting plans may be narrowed by: the same for the page, its export and the API."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.filters import RowFilter, SwitchFilter
from references.choices import ImpactTier, PlanState
from references.models import RecruitingPlan
from references.models.recruiting_plan import RecruitingPlanQuerySet

STATES = [("all", _("All")), *PlanState.choices]


class RecruitingPlanFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """Plans, the open ones unless `state` says otherwise. Values that mean nothing are passed over.

    `mine` are those the person follows; `overdue` have a next step whose day has passed.
    """

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    state = django_filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    owner = RowFilter(field_name="owner_id", label=_("Who follows it"))
    tier = django_filters.ChoiceFilter(
        field_name="customer__impact__tier", choices=ImpactTier.choices, label=_("Impact")
    )
    mine = SwitchFilter(method="filter_mine", label=_("Mine"))
    overdue = SwitchFilter(method="filter_overdue", label=_("Overdue"))
    customer = RowFilter(field_name="customer_id", label=_("Customer"))

    class Meta:
        model = RecruitingPlan
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, queryset=RecruitingPlan.objects.visible_to(user))
        self.user, self.today = user, today

    @cached_property
    def rows(self) -> RecruitingPlanQuerySet:
        """The plans that are asked for, in no order."""
        self.form.is_valid()
        rows: RecruitingPlanQuerySet = self.filter_queryset(self.queryset).order_by()
        return rows if self.form.cleaned_data.get("state") else rows.open()

    def filter_text(self, rows: RecruitingPlanQuerySet, name: str, value: str) -> RecruitingPlanQuerySet:
        words = value.strip()
        named = Q(customer__name__icontains=words) | Q(owner__name__icontains=words)
        said = Q(people__icontains=words) | Q(next_step__icontains=words)
        return rows.filter(named | said) if words else rows

    def filter_state(self, rows: RecruitingPlanQuerySet, name: str, value: str) -> RecruitingPlanQuerySet:
        return rows if value == "all" else rows.filter(state=value)

    def filter_mine(self, rows: RecruitingPlanQuerySet, name: str, value: bool) -> RecruitingPlanQuerySet:
        return rows.filter(owner=self.user) if value else rows

    def filter_overdue(self, rows: RecruitingPlanQuerySet, name: str, value: bool) -> RecruitingPlanQuerySet:
        return rows.overdue(self.today) if value else rows
