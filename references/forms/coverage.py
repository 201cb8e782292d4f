"""What is typed into the coverage matrix."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts, Switch
from references.actions.coverage import MOST_WANTED
from references.models.coverage import VALUE_LENGTH
from references.rules.coverage import MOST_WEIGHT


class MatrixSearch(PlainTexts, forms.Form):
    """How much of the matrix is shown. Which matrix it is, the program says in words of its own."""

    q = forms.CharField(label=_("Find a row"), required=False, max_length=100)
    all = Switch(label=_("What is hidden (weight 0)"), required=False)
    edit = Switch(label=_("Edit targets and weights"), required=False)
    places = forms.ChoiceField(label=_("Where to recruit next"), required=False, choices=[("all", _("All"))])

    @property
    def text(self) -> str:
        """The words that are looked for in the names of the rows."""
        return str(self._valid("q") or "")

    @property
    def shows_hidden(self) -> bool:
        return self._valid("all") is True

    @property
    def is_edited(self) -> bool:
        return self._valid("edit") is True

    @property
    def shows_all_places(self) -> bool:
        return bool(self._valid("places"))

    def _valid(self, name: str) -> object:
        self.is_valid()
        return self.cleaned_data.get(name)


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
