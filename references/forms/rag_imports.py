"""The forms of a sheet's import: the file, and what its columns mean."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from customers.forms.imports import MappingForm


class SheetUploadForm(PlainTexts, forms.Form):
    """A workbook or CSV file with customers down and dimensions across."""

    file = forms.FileField(label=_("File"))


class SheetColumnsForm(MappingForm):
    """What each column means, and whether customers nobody knows are entered."""

    create_unknown = forms.BooleanField(
        label=_("Enter customers that are not here yet"),
        required=False,
        help_text=_(
            "Otherwise their rows are listed as problems. A customer you enter this way is yours if you are a CSM."
        ),
    )
