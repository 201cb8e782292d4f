"""What people type about webinars and briefings, and which guests they tick."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.versions import HIDDEN, VersionedForm
from customers.choices import GuestDeed, OccasionKind
from customers.forms.customers import DayInput, helper, one_line, row
from customers.forms.evangelists import TickedField
from customers.models import Occasion


class OccasionForm(VersionedForm, forms.ModelForm):
    """An occasion to which contacts are invited."""

    note = forms.CharField(
        label=_("What it is about"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Occasion
        fields = ("title", "kind", "held_on", "note")
        widgets = {"held_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(value, label) for value, label in OccasionKind.choices if value != OccasionKind.PERSONAL]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.helper = helper(*HIDDEN, row("title"), row("kind", "held_on"), "note")

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TickedForm(PlainTexts, forms.Form):
    """Rows of a list that were ticked, or everyone whom its filters show."""

    ticked = TickedField(required=False)
    everyone = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("ticked") and not values.get("everyone"):
            raise ValidationError(_("Tick somebody first."))
        return values


class SeenGuestsField(forms.MultipleChoiceField):
    """Ids of guests with what the page showed of each, `12:yes-none`; what is none names no guest."""

    def to_python(self, value: Any) -> dict[int, str]:  # type: ignore[override]
        found = (re.fullmatch(r"([0-9]{1,18}):([a-z]{2,5}-[a-z]{4,5})", one) for one in super().to_python(value))
        return {int(one[1]): one[2] for one in found if one}

    def validate(self, value: Any) -> None:
        """Which of the guests are there is asked of the database."""


class GuestForm(TickedForm):
    """What is noted of them, and what was seen of those whom the page showed."""

    deed = forms.ChoiceField(choices=GuestDeed.choices)
    seen = SeenGuestsField(required=False)


class OccasionChoiceForm(PlainTexts, forms.Form):
    """Which occasion a contact is invited to."""

    occasion = forms.ModelChoiceField(Occasion.objects.exclude(kind=OccasionKind.PERSONAL))
