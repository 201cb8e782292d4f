"""The settings of recruiting, and its target for a quarter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.models import User
from customers.forms.customers import helper
from references.actions.recruiting_targets import HIGHEST
from references.forms.quarters import QuarterForm
from references.forms.settings import SettingsForm
from references.models import RecruitingSettings


class RecruitingForm(SettingsForm, forms.ModelForm):
    """How many customers may be invited in a month, and how long each step may take."""

    class Meta:
        model = RecruitingSettings
        fields = (
            "capacity",
            "decider",
            "sponsor",
            "verify_after_days",
            "decide_within_days",
            "complete_within_days",
            "answer_within_days",
        )
        help_texts = {
            "capacity": _("More are never invited; the others wait for the following months."),
            "decider": _("Whose turn it is when a nomination comes in; left empty, every programme manager's."),
            "sponsor": _("Is named on the board and in the mails of drives, and is proposed to sign letters."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decider"].queryset = User.objects.active().with_role(Role.PROGRAMME_MANAGER)  # type: ignore[attr-defined]
        self.fields["decider"].empty_label = _("every programme manager")  # type: ignore[attr-defined]
        self.fields["sponsor"].queryset = User.objects.active().with_role(Role.EXECUTIVE)  # type: ignore[attr-defined]
        self.fields["sponsor"].empty_label = _("nobody")  # type: ignore[attr-defined]
        self.helper = helper()


class RecruitingTargetForm(QuarterForm):
    """How many new references the programme aims at."""

    replaces = ("count",)

    count = forms.IntegerField(label=_("New references"), min_value=1, max_value=HIGHEST)
    reason = forms.CharField(
        label=_("Why? (needed to change a target that was set)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].label = _("Quarter")
