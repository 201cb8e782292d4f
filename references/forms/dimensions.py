"""The catalogue of dimensions and the numbers of the evidence rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.customers import helper
from references.choices import DimensionGroup
from references.forms.settings import SettingsForm
from references.models import Dimension, EvidenceSettings


class DimensionForm(SettingsForm, forms.ModelForm):
    """Validates a dimension; what the programme forbids is refused by the action."""

    class Meta:
        model = Dimension
        fields = ("name", "group", "definition", "position", "needs_evidence", "evidence_days", "is_active")
        widgets = {"definition": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "definition": _("Shown where people score the cell. Say what Green means, in words that leave no doubt."),
            "position": _("The place within its group, counted from the left."),
            "needs_evidence": _("Who agreed, when, in what form; without it the cell cannot turn Green."),
            "evidence_days": _("Left empty, evidence has no end. People can enter another day."),
            "is_active": _("Taken out of use, the column disappears from the grid; its cells and history are kept."),
        }

    evidence_days = forms.IntegerField(
        label=_("Evidence is valid for (days)"), required=False, min_value=1, max_value=3_650
    )
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=99)
    group = forms.ChoiceField(label=_("Group"), choices=[("", _("Choose a group")), *DimensionGroup.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in self.Meta.help_texts.items():
            self.fields[name].help_text = text
        self.helper = helper()

    def _post_clean(self) -> None:
        """The action writes the dimension; there is no instance to clean here."""


class EvidenceSettingsForm(SettingsForm, forms.ModelForm):
    """Validates the numbers of the evidence rules."""

    warn_days = forms.IntegerField(
        label=_("Warn the CSM so many days before evidence ends"), min_value=0, max_value=365
    )
    default_days = forms.IntegerField(
        label=_("Validity that a dimension gets when it becomes the pay trigger (days)"), min_value=1, max_value=3_650
    )

    class Meta:
        model = EvidenceSettings
        fields = ("warn_days", "default_days", "import_until_quarter_end")
        help_texts = {
            "import_until_quarter_end": _("Otherwise they are valid as long as evidence of their dimension usually is.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def _post_clean(self) -> None:
        """The action writes the settings; there is no instance to clean here."""
