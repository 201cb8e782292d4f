"""What the report of the quotas may be narrowed and sorted by: the same for the page and its export."""

from datetime import datetime
from typing import Any, Final

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import TeamField
from core.models import RoleGrant, User
from references.models import QuotaOverride
from references.reports import quotas as report

SHOWN: Final = [
    ("", _("Everybody with a quota")),
    ("missing", _("Under quota")),
    ("met", _("Reached")),
    ("lifted", _("Lifted")),
]
SORTS: Final = {
    "": ("name", "pk"),
    "team": ("team", "name", "pk"),
    "missing": ("-missing", "name", "pk"),
    "percent": ("share", "name", "pk"),
    "-percent": ("-share", "name", "pk"),
}
SORT_LABELS: Final = [
    ("", _("By name")),
    ("team", _("By team")),
    ("missing", _("Most missing first")),
    ("percent", _("Lowest percent first")),
    ("-percent", _("Highest percent first")),
]


class TeamFilter(django_filters.CharFilter):  # type: ignore[misc]
    """People of a team that there is."""

    field_class = TeamField


class QuotaFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """The people with a quota, or a lifted one, in the period that is asked for, else in the running one.

    Values that mean nothing are passed over; so is a period that is not among `periods`, those that can be looked at:
    in one that has not begun everybody would be under quota.
    """

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    role = django_filters.ChoiceFilter(choices=Role.choices, method="filter_role", label=_("Role"))
    team = TeamFilter(field_name="team", label=_("Team"))
    period = django_filters.ChoiceFilter(method="pass_over", label=_("Period"))
    show = django_filters.ChoiceFilter(choices=SHOWN[1:], method="filter_show", label=_("Show"))
    sort = django_filters.ChoiceFilter(choices=SORT_LABELS[1:], method="pass_over", label=_("Order"))

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, data: Any, *, at: datetime) -> None:
        self.periods = report.periods(at)
        wanted = (period for period in self.periods if period.label == data.get("period"))
        self.sheet = report.quota_standings(next(wanted, self.periods[0]), at=at)
        super().__init__(data, queryset=self.sheet.people)
        self.filters["period"].extra["choices"] = [(period.label, period.label) for period in self.periods]

    @cached_property
    def rows(self) -> QuerySet[User]:
        """The people who are asked for, in no order."""
        self.form.is_valid()
        rows: QuerySet[User] = self.filter_queryset(self.queryset).order_by()
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        self.form.is_valid()
        return SORTS[self.form.cleaned_data.get("sort") or ""]

    def filter_text(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        for word in value.split():
            rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return rows

    def filter_role(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(pk__in=RoleGrant.objects.filter(role=value, revoked_at__isnull=True).values("user_id"))

    def filter_show(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "lifted":
            lifted = QuotaOverride.objects.filter(period=self.sheet.period.label)
            return rows.filter(pk__in=lifted.values("person_id"))
        return rows.filter(Q(missing__gt=0) if value == "missing" else Q(missing=0, quota__gt=0))

    def pass_over(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows
