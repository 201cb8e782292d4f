"""What the list of nominations may be narrowed by: the same for the page, its export and the API."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.filters import RowFilter, SwitchFilter
from references.choices import NominationSource, NominationState
from references.models import Nomination, RecruitingSettings
from references.models.nomination import NominationQuerySet
from references.reports import invitation_blocks

# What is accepted is planned in the same moment, so that it stands in the queue; old addresses ask for it by that name.
ACCEPTED, QUEUED = NominationState.ACCEPTED, NominationState.QUEUED
STATES = [("open", _("Open")), ("all", _("All")), *(one for one in NominationState.choices if one[0] != ACCEPTED)]


def offered(state: str) -> str:
    """The state under which the list offers the rows that an address asks for."""
    return QUEUED.value if state == ACCEPTED else state


class NominationFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """Nominations, the open ones unless `state` says otherwise. Values that mean nothing are passed over.

    `mine` are those the person has nominated, `turn` those in which it is the person's turn; `stale` wait for the
    confirmation of a nominator, `blocked` for a customer's escalation to be solved or an invoice to be paid, unless
    somebody has lifted that.
    """

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    state = django_filters.ChoiceFilter(
        choices=[*STATES, (ACCEPTED, ACCEPTED.label)], method="filter_state", label=_("State")
    )
    mine = SwitchFilter(method="filter_mine", label=_("I nominated"))
    turn = SwitchFilter(method="filter_turn", label=_("My turn"))
    overdue = SwitchFilter(method="filter_overdue", label=_("Overdue"))
    stale = SwitchFilter(method="filter_stale", label=_("To be confirmed"))
    blocked = SwitchFilter(method="filter_blocked", label=_("Blocked"))
    source = django_filters.ChoiceFilter(choices=NominationSource.choices, label=_("Source"))
    customer = RowFilter(field_name="customer_id", label=_("Customer"))

    class Meta:
        model = Nomination
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, queryset=Nomination.objects.visible_to(user))
        self.user, self.today = user, today

    @cached_property
    def rows(self) -> NominationQuerySet:
        """The nominations that are asked for, in no order."""
        self.form.is_valid()
        rows: NominationQuerySet = self.filter_queryset(self.queryset).order_by()
        return rows if self.form.cleaned_data.get("state") else rows.open()

    def filter_text(self, rows: NominationQuerySet, name: str, value: str) -> NominationQuerySet:
        words = value.strip()
        named = Q(customer__name__icontains=words) | Q(proposed_customer__icontains=words)
        return rows.filter(named | Q(submitted_by__name__icontains=words)) if words else rows

    def filter_state(self, rows: NominationQuerySet, name: str, value: str) -> NominationQuerySet:
        if value == "all":
            return rows
        if value in (ACCEPTED, QUEUED):
            return rows.waiting()
        return rows.open() if value == "open" else rows.filter(state=value)

    def filter_mine(self, rows: NominationQuerySet, name: str, value: bool) -> NominationQuerySet:
        return rows.nominated_by(self.user) if value else rows

    def filter_turn(self, rows: NominationQuerySet, name: str, value: bool) -> NominationQuerySet:
        return rows.turns_of(self.user, self.today) if value else rows

    def filter_overdue(self, rows: NominationQuerySet, name: str, value: bool) -> NominationQuerySet:
        return rows.overdue(self.today) if value else rows

    def filter_stale(self, rows: NominationQuerySet, name: str, value: bool) -> NominationQuerySet:
        days = RecruitingSettings.current().verify_after_days
        return rows.stale(self.today, days=days) if value else rows

    def filter_blocked(self, rows: NominationQuerySet, name: str, value: bool) -> NominationQuerySet:
        return rows.filter(pk__in=invitation_blocks.troubled_ones(self.today)) if value else rows
