"""What is typed into the coverage matrix."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from references.actions.coverage import MOST_WANTED
from references.models.coverage import VALUE_LENGTH
from references.rules.coverage import MOST_WEIGHT


class TargetForm(PlainTexts, forms.Form):
    """How many references are wanted at one place; empty takes the target away."""

    row = forms.CharField(max_length=VALUE_LENGTH, required=False, strip=False, widget=forms.HiddenInput)
    column = forms.CharField(max_length=VALUE_LENGTH, required=False, strip=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    target = forms.IntegerField(label=_("Target"), required=False, min_value=0, max_value=MOST_WANTED)

    @property
    def problem(self) -> str:
        """The first complaint about what was sent, empty if there is none: a place of the matrix has room for one."""
        return next((str(words) for found in self.errors.values() for words in found), "")


class WeightForm(PlainTexts, forms.Form):
    """How much one value of an axis matters."""

    value = forms.CharField(max_length=VALUE_LENGTH, required=False, strip=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, max_value=MOST_WEIGHT, widget=forms.HiddenInput)
    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=MOST_WEIGHT)
