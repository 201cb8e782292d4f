"""What people type when a customer gets another owner, leaves or comes back."""

from typing import Any

from django import forms
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from customers.choices import Lifecycle
from customers.forms.customers import day_field, helper


class DayAndReasonForm(PlainTexts, forms.Form):
    """A day and a reason: what every change of owner or lifecycle is kept with.

    `seen` tells what the page showed of what is replaced; who sends none has seen it just now.
    """

    on = day_field(_("Day"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    seen: forms.Field = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def refuse(self, words: str, *, seen: Any) -> None:
        """What was typed stays; sent again it rests on what is `seen` now."""
        self.add_error(None, words)
        form: Any = self
        form.data = form.data.copy()
        form.data[self.add_prefix("seen")] = str(seen)


class OwnerForm(DayAndReasonForm):
    """The next owner of one side; `confirmed` appears when the opener of open business would be replaced.

    `seen` is the id of the owner whom the page showed, 0 for nobody.
    """

    owner = forms.ModelChoiceField(
        label=_("New owner"), queryset=User.objects.active(), required=False, empty_label=_("nobody")
    )
    seen = forms.IntegerField(
        required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput
    )
    confirmed = forms.BooleanField(label=_("Yes, replace the opener all the same"), required=False)
    field_order = ("owner", "on", "reason", "confirmed")

    def __init__(self, *args: Any, warns: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not warns:
            del self.fields["confirmed"]


class StayForm(DayAndReasonForm):
    """Why a customer that gave notice stays: as of today, so nobody types a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on"]


class LifecycleForm(DayAndReasonForm):
    """Where an active customer stands."""

    lifecycle = forms.ChoiceField(
        label=_("Lifecycle"),
        choices=[(value, label) for value, label in Lifecycle.choices if value != Lifecycle.CHURNED],
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    field_order = ("lifecycle", "on", "reason")
