"""What the people of a drive may be narrowed by: the same for the page and its export."""

from datetime import date
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from references.choices import DriveAnswer
from references.models import CohortMember, Drive
from references.models.drive import CohortMemberQuerySet
from references.reports import drives as report

SILENT = Q(asked_at__isnull=False, answered_at__isnull=True, nominated=0)
SHOWN = {
    DriveAnswer.NOT_ASKED: Q(asked_at__isnull=True, cohort__isnull=False),
    DriveAnswer.SILENT: SILENT,
    DriveAnswer.NOMINATED: Q(nominated__gt=0),
    DriveAnswer.NOTHING: Q(answered_at__isnull=False, nominated=0),
    DriveAnswer.LEFT_OUT: Q(cohort__isnull=True),
}


def _month(value: str) -> date:
    """The first day of `2026-01`; refuses what is written otherwise."""
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError as problem:
        raise ValidationError(_("Write the month like 2026-11.")) from problem


class CohortMemberFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """The people of one drive, without those who were left out unless they are asked for."""

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    month = django_filters.CharFilter(method="filter_month", label=_("Month"), validators=[_month])
    answer = django_filters.ChoiceFilter(choices=DriveAnswer.choices, method="filter_answer", label=_("Answer"))

    class Meta:
        model = CohortMember
        fields: list[str] = []

    def __init__(self, data: Any, *, drive: Drive) -> None:
        super().__init__(data, queryset=report.members(drive))

    @cached_property
    def rows(self) -> QuerySet[CohortMember]:
        """The people who are asked for, in no order."""
        self.form.is_valid()
        rows: CohortMemberQuerySet = self.filter_queryset(self.queryset).order_by()
        is_about_left_out = self.form.cleaned_data.get("answer") == DriveAnswer.LEFT_OUT
        return rows if is_about_left_out else rows.filter(cohort__isnull=False)

    def filter_text(self, rows: CohortMemberQuerySet, name: str, value: str) -> CohortMemberQuerySet:
        for word in value.split():
            rows = rows.filter(
                Q(person__name__icontains=word) | Q(person__email__icontains=word) | Q(person__team__icontains=word)
            )
        return rows

    def filter_month(self, rows: CohortMemberQuerySet, name: str, value: str) -> CohortMemberQuerySet:
        return rows.filter(cohort__month=_month(value))

    def filter_answer(self, rows: CohortMemberQuerySet, name: str, value: str) -> CohortMemberQuerySet:
        return rows.filter(SHOWN[DriveAnswer(value)])
