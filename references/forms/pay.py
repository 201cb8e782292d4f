"""What people enter about pay: the curve, the members of the team."""

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from core.quarters import Quarter
from core.versions import SharedForm
from customers.forms.customers import helper
from references.forms.settings import ReplacingForm
from references.rules.pay import Curve

QUARTERS_AHEAD = 4


def quarter_field(quarters: list[Quarter], label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[(quarter.label, quarter.label) for quarter in quarters], coerce=Quarter.parse
    )


def bonus_field() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Quarterly bonus at 100 % of target"), min_value=0, max_digits=10, decimal_places=2
    )


def ahead(running: Quarter, *, back: int = 0) -> list[Quarter]:
    """The running quarter and those after it, and so many before it."""
    return [running.shifted(number) for number in range(-back, QUARTERS_AHEAD + 1)]


class CurveForm(ReplacingForm):
    """The pay curve in percent of target and of target bonus."""

    replaces = ("threshold", "threshold_payout", "cap", "cap_payout")

    threshold = forms.IntegerField(label=_("Threshold, % of target"), min_value=1, max_value=100)
    threshold_payout = forms.IntegerField(label=_("Payout at the threshold, %"), min_value=0, max_value=100)
    cap = forms.IntegerField(label=_("Cap, % of target"), min_value=100, max_value=1000)
    cap_payout = forms.IntegerField(label=_("Payout at the cap, %"), min_value=100, max_value=1000)
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"] = quarter_field(quarters, _("Holds from"))
        self.helper = helper()
        self.helper.layout = Layout(
            "quarter",
            Row(Column("threshold"), Column("threshold_payout")),
            Row(Column("cap"), Column("cap_payout")),
            "reason",
            "seen",
            "shown",
        )

    def curve(self) -> Curve:
        return Curve(**{name: self.cleaned_data[name] for name in self.replaces})


class MemberForm(PlainTexts, forms.Form):
    """A person joins the team."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label="–")
    target_bonus = bonus_field()

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.fields["user"]
        assert isinstance(user, forms.ModelChoiceField)  # noqa: S101  # for mypy
        user.queryset = User.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["from_quarter"] = quarter_field(quarters, _("From quarter"))
        self.helper = helper()


class MemberChangeForm(SharedForm, forms.Form):
    """Another bonus from a quarter on."""

    target_bonus = bonus_field()

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_quarter"] = quarter_field(quarters, _("From quarter"))
        self.helper = helper()


class MemberEndForm(SharedForm, forms.Form):
    """The last quarter of a membership."""

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_quarter"] = quarter_field(quarters, _("Last quarter"))
        self.helper = helper()
