"""What a person enters about quarters: a definition, a target, a correction and its decision."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.quarters import Quarter
from customers.forms.customers import helper
from references.actions.corrections import SHORTEST_REASON
from references.forms.settings import ReplacingForm
from references.models import Dimension

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

YES, NO = "yes", "no"


def _reason(label: "StrOrPromise", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class QuarterForm(ReplacingForm):
    """A form that begins with the choice of the running or one of the next quarters."""

    quarter = forms.ChoiceField(label=_("From quarter"))

    def __init__(self, *args: Any, running: Quarter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [running.shifted(number).label for number in range(8)]
        words = {running.label: _("%(quarter)s (running)") % {"quarter": running.label}}
        self.fields["quarter"].choices = [(label, words.get(label, label)) for label in labels]  # type: ignore[attr-defined]
        self.helper = helper()

    def instead(self) -> str:
        """In words that the address names a quarter that cannot be chosen; empty if it can, or nothing is proposed."""
        wanted, choices = self.initial.get("quarter"), dict(self.fields["quarter"].choices)  # type: ignore[attr-defined]
        if self.is_bound or not wanted or wanted in choices:
            return ""
        told = {"quarter": wanted[:40], "first": next(iter(choices.values()))}
        return gettext("No target can be set for “%(quarter)s”; the form stands at %(first)s.") % told

    def clean_quarter(self) -> Quarter:
        return Quarter.parse(self.cleaned_data["quarter"])


class DefinitionForm(QuarterForm):
    """Which cell pays, and whether its Green needs evidence."""

    replaces = ("dimension", "evidence_needed")

    dimension = forms.ModelChoiceField(Dimension.objects.none(), label=_("Pay trigger"), empty_label=None)
    evidence_needed = forms.BooleanField(
        label=_("A Green counts only with valid evidence"),
        required=False,
        initial=True,
        help_text=_(
            "The dimension asks for evidence from today on, not from that quarter on only, so that no new Green is one "
            "that will not count. Its own page takes that back."
        ),
    )
    reason = _reason(_("Why does the definition change?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"].queryset = Dimension.objects.shown()  # type: ignore[attr-defined]


class TargetForm(QuarterForm):
    """How many reference-able customers the team aims at."""

    replaces = ("count",)

    count = forms.IntegerField(label=_("Target"), min_value=1, max_value=1_000_000)
    reason = _reason(_("Why? (needed to change a target that was set)"), required=False)

    def __init__(self, *args: Any, late: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quarter"]
        field.label = _("Quarter")
        late_choices = [(label, _("%(quarter)s (has no target)") % {"quarter": label}) for label in late or []]
        field.choices = [*field.choices, *late_choices]  # type: ignore[attr-defined]


class CorrectionForm(PlainTexts, forms.Form):
    """The verdict that should stand, and why."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=[(YES, _("counts")), (NO, _("does not count"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=format_lazy(
            _("At least {count} letters: what was known, since when, and where the proof is. A second person decides."),
            count=SHORTEST_REASON,
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()


class DecisionForm(PlainTexts, forms.Form):
    """Yes or no to a correction."""

    approve = forms.ChoiceField(choices=[(YES, _("Approve")), (NO, _("Refuse"))], widget=forms.HiddenInput)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1_000)
