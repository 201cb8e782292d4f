"""What narrows the entries of a closing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from references.choices import Reason
from references.reports.entries import EntryFilter


class EntrySearch(PlainTexts, forms.Form):
    """Customers of a closed quarter by name, verdict and reason."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    counts = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("yes", _("Counts")), ("no", _("Does not count"))]
    )
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=Reason.choices)

    @property
    def wanted(self) -> EntryFilter:
        """What the valid fields ask for."""
        self.is_valid()
        found = self.cleaned_data
        return EntryFilter(found.get("q", ""), found.get("counts", ""), found.get("reason", ""))
