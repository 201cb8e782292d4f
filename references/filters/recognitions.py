"""What the lists of letters may be narrowed by: the same for the pages, their exports and the API."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.filters import SwitchFilter
from references.choices import RecognitionState
from references.models import Recognition
from references.models.recognition import RecognitionQuerySet

STATES = [("all", _("All")), *RecognitionState.choices]


class RecognitionFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """Letters that the person may read, all but withdrawn ones unless `state` says otherwise.

    `mine` are those written to the person. Values that mean nothing are passed over.
    """

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    state = django_filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    mine = SwitchFilter(method="filter_mine", label=_("To me"))

    class Meta:
        model = Recognition
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, queryset=Recognition.objects.visible_to(user))
        self.user = user

    @cached_property
    def rows(self) -> RecognitionQuerySet:
        """The letters that are asked for, in no order."""
        self.form.is_valid()
        rows: RecognitionQuerySet = self.filter_queryset(self.queryset).order_by()
        return rows if self.form.cleaned_data.get("state") else rows.exclude(state=RecognitionState.WITHDRAWN)

    def filter_text(self, rows: RecognitionQuerySet, name: str, value: str) -> RecognitionQuerySet:
        words = value.strip()
        said = Q(subject__icontains=words) | Q(text__icontains=words)
        people = Q(person__name__icontains=words) | Q(signer__name__icontains=words)
        return rows.filter(said | people) if words else rows

    def filter_state(self, rows: RecognitionQuerySet, name: str, value: str) -> RecognitionQuerySet:
        return rows if value == "all" else rows.filter(state=value)

    def filter_mine(self, rows: RecognitionQuerySet, name: str, value: bool) -> RecognitionQuerySet:
        return rows.filter(person=self.user) if value else rows
