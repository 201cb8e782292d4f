"""What the growth of revenue is looked at by."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.quarters import Quarter


class GrowthSearch(PlainTexts, forms.Form):
    """Since when revenue is compared; `quarters` are those whose beginning can be chosen."""

    since = forms.ChoiceField(label=_("Growth since"), required=False)

    def __init__(self, data: Any, *, quarters: Sequence[Quarter]) -> None:
        super().__init__(data)
        self.quarters = quarters
        self.fields["since"].choices = [(one.label, one.label) for one in quarters]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Quarter | None:
        """The quarter that is asked for; None, a year ago, if it is none of those."""
        self.is_valid()
        label = self.cleaned_data.get("since")
        return Quarter.parse(label) if label else None
