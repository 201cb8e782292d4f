"""What sales management enters about quotas."""

from typing import Any

from crispy_forms.layout import Column, Div, Layout, Row
from django import forms
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import PlainTexts
from customers.forms.customers import helper
from references.actions.quotas import MOST
from references.choices import QuotaMode, QuotaPeriod
from references.forms.settings import ReplacingForm
from references.models import QuotaPolicy


class QuotaForm(ReplacingForm):
    """The mode, the period, and a number for each role."""

    replaces = ("mode", "period", *(f"number-{role}" for role in Role.values))

    mode = forms.ChoiceField(label=_("What follows"), choices=QuotaMode.choices)
    period = forms.ChoiceField(label=_("Period"), choices=QuotaPeriod.choices)
    reason = forms.CharField(
        label=_("Why"), max_length=500, required=False, help_text=_("Stands with the change for everybody to read.")
    )
    seen = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: QuotaPolicy, **kwargs: Any) -> None:
        initial = {"mode": policy.mode, "period": policy.period, "seen": policy.pk or 0}
        super().__init__(*args, **{"initial": initial} | kwargs)
        for role in Role:
            self.fields[f"number-{role}"] = forms.IntegerField(
                label=role.label,
                min_value=0,
                max_value=MOST,
                error_messages={"required": _("Enter a number; 0 says that there is no quota.")},
                initial=policy.numbers.get(role, 0),
            )
        self.helper = helper()
        self.helper.layout = Layout(
            Row(Column("mode"), Column("period")),
            Div(*(f"number-{role}" for role in Role), css_class="quota-numbers"),
            "reason",
            "seen",
            "shown",
        )

    def held(self, current: QuotaPolicy, name: str) -> Any:
        kind, _hyphen, role = name.partition("-")
        return current.numbers.get(role, 0) if kind == "number" else super().held(current, name)

    def numbers(self) -> dict[str, int]:
        return {role: self.cleaned_data[f"number-{role}"] for role in Role.values}

    def values(self) -> dict[str, Any]:
        names = ("seen", "mode", "period", "reason")
        return {name: self.cleaned_data[name] for name in names} | {"numbers": self.numbers()}


class OverrideForm(PlainTexts, forms.Form):
    """Why one person may ask in spite of the quota."""

    reason = forms.CharField(
        label=_("Why is the quota lifted?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the report and in the audit trail."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()
