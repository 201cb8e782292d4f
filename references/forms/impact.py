"""What people say of a customer's impact, and the weights of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from customers.forms.customers import helper
from references.choices import Characteristic
from references.forms.settings import SettingsForm
from references.models import ImpactSettings

POINTS = [
    ("0", _("0: not at all")),
    ("1", _("1: a little")),
    ("2", _("2: clearly")),
    ("3", _("3: fully")),
]


class RatingForm(PlainTexts, forms.Form):
    """The points of one characteristic, and what they stand on; without points an earlier rating is taken back."""

    points = forms.TypedChoiceField(label=_("Points"), choices=POINTS, required=False, coerce=int, empty_value=None)
    seen = forms.IntegerField(
        min_value=0, max_value=BigIntegerField.MAX_BIGINT, required=False, widget=forms.HiddenInput
    )
    evidence = forms.CharField(
        label=_("What it stands on"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A number, a quote, an address: what a colleague needs to agree."),
    )

    def __init__(self, *args: Any, is_computed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unsaid = _("as computed") if is_computed else _("not rated")
        self.fields["points"].choices = [("", unsaid), *POINTS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if found.get("points") is not None and not found.get("evidence", "").strip():
            self.add_error("evidence", _("Say what the rating stands on, so that others can follow it."))
        return found


class ImpactSettingsForm(SettingsForm, forms.ModelForm):
    """The weight of each characteristic, and where the tiers begin."""

    class Meta:
        model = ImpactSettings
        fields: Sequence[str] = (*Characteristic.values, "a_from", "b_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("a_from") and found.get("b_from") and found["b_from"] >= found["a_from"]:
            self.add_error("a_from", _("Tier A must begin above tier B."))
        if len(found) == len(self.fields) and not any(found[name] for name in Characteristic.values):
            self.add_error(None, _("Give at least one characteristic a weight."))
        return found
