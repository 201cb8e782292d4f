"""What narrows the ranking of nominators."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import PlainTexts, TeamField
from core.quarters import Quarter
from references.choices import RankedBy
from references.reports.rankings import Wanted


class RankingSearch(PlainTexts, forms.Form):
    """The filters of the ranking; `quarters` are those that can be looked at, newest first."""

    quarter = forms.ChoiceField(label=_("Quarter"), required=False)
    by = forms.ChoiceField(label=_("People or teams"), required=False, choices=RankedBy.choices)
    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=Role.choices)
    team = TeamField(label=_("Team"), required=False, max_length=100)

    def __init__(self, data: Any, *, quarters: Sequence[Quarter]) -> None:
        super().__init__(data)
        self.quarters = quarters
        self.fields["quarter"].choices = [(one.label, one.label) for one in quarters]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Quarter:
        """The quarter that is asked for; the running one if it is none."""
        label = self._valid().get("quarter")
        return Quarter.parse(label) if label else self.quarters[0]

    @property
    def wanted(self) -> Wanted:
        """What the valid fields ask for."""
        found = self._valid()
        return Wanted(
            text=found.get("q", ""),
            role=found.get("role", ""),
            team=found.get("team", ""),
            by=found.get("by") or RankedBy.PERSON,
        )

    def _valid(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data
