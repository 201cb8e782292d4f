"""What people type about attributes themselves; their values are typed in the customer's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from customers.forms.customers import helper, one_line


class AttributeForm(PlainTexts, forms.Form):
    """The name of an attribute."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Such as “Deployment”. A column of a file with this header is taken as this attribute."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class ValueForm(PlainTexts, forms.Form):
    """How a value is to be spelled."""

    value = forms.CharField(
        label=_("New value"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "known-values", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean_value(self) -> str:
        return one_line(self.cleaned_data["value"])
