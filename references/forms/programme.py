"""The settings of the whole programme."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.models import Programme
from references.forms.settings import SettingsForm


class ProgrammeForm(SettingsForm, forms.ModelForm):
    """What a programme manager may set; the action says what may still change."""

    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"^[A-Z]{3}$",
        error_messages={"invalid": _("Write the three letters, like EUR or USD.")},
    )
    first_month = forms.TypedChoiceField(
        label=_("First month of the fiscal year"), choices=list(MONTHS.items()), coerce=int
    )
    upload_limit_mb = forms.IntegerField(
        label=_("Largest upload, in MB"),
        min_value=1,
        max_value=1000,
        help_text=_("Import files. A file that stands behind a Green has at most 10 MB."),
    )
    second_factor_roles = forms.MultipleChoiceField(
        label=_("A second factor is required of"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Who has none is led to set it up at the next page. Tokens of the API go on working."),
    )

    class Meta:
        model = Programme
        fields = (
            "company",
            "currency",
            "first_month",
            "time_zone",
            "colleagues_may_edit",
            "ownership_mode",
            "upload_limit_mb",
            "second_factor_roles",
        )
        help_texts = {"time_zone": _("Quarters end at midnight here. Write it like Europe/Berlin.")}

    def __init__(self, *args: Any, is_calendar_fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_month", "time_zone"):
            self.fields[name].disabled = is_calendar_fixed
