"""A block that is laid over the grid: what was copied, where it lands, and what stands behind its Greens."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from references.actions.shared_evidence import SharedEvidence
from references.choices import ChangeSource, EvidenceKind
from references.forms.cells import KINDS, day_field
from references.models import Dimension

MODES = [("auto", "auto"), ("status", "status"), ("note", "note")]
SOURCES = [(ChangeSource.PASTE.value, "paste"), (ChangeSource.FILL.value, "fill")]
MOST_ROWS = 5_000
LONGEST = 2_000_000


class BlockForm(forms.Form):
    """The clipboard's text and its place: customers and dimensions in the grid's order, from the selected cell on."""

    text = forms.CharField(max_length=LONGEST, strip=False, widget=forms.HiddenInput)
    customers = forms.CharField(widget=forms.HiddenInput)
    dimensions = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=MODES, widget=forms.HiddenInput)
    source = forms.ChoiceField(choices=SOURCES, widget=forms.HiddenInput)

    def clean_customers(self) -> list[int]:
        ids = self.cleaned_data["customers"].split(",")
        if len(ids) > MOST_ROWS or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
            raise forms.ValidationError(_("These are no rows of the grid."))
        return [int(one) for one in ids]

    def clean_dimensions(self) -> list[int]:
        ids = dict(Dimension.objects.shown().values_list("key", "pk"))
        return [ids[key] for key in self.cleaned_data["dimensions"].split(",") if key in ids]


class PasteForm(BlockForm):
    """The block with the versions that the preview showed, and one evidence entry for all Greens that need one."""

    seen = forms.CharField(widget=forms.HiddenInput)
    greens = forms.ChoiceField(
        choices=[("evidence", _("One entry for all")), ("amber", _("Set them to Amber"))],
        required=False,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("In what form"), choices=KINDS, required=False, initial=EvidenceKind.EMAIL)
    agreed_on = day_field(_("Agreed on"))
    valid_until = day_field(_("Valid until"))
    contact = forms.CharField(label=_("Contact (name or e-mail)"), required=False, max_length=200)
    url = forms.URLField(label=_("Link to the proof"), required=False, max_length=500, assume_scheme="https")

    def clean_seen(self) -> dict[tuple[int, int], int]:
        try:
            return {(int(row), int(column)): int(version) for row, column, version in json.loads(self.data["seen"])}
        except (ValueError, TypeError):
            raise forms.ValidationError(_("The preview is incomplete; paste the block again."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("greens") == "evidence" and not values.get("agreed_on") and "agreed_on" not in self.errors:
            self.add_error("agreed_on", _("Say when the contacts agreed."))
        return values

    @property
    def shared_evidence(self) -> SharedEvidence | None:
        """The entry for all Greens, None where Amber was chosen instead."""
        values = self.cleaned_data
        if values["greens"] != "evidence":
            return None
        return SharedEvidence(
            kind=values["kind"] or EvidenceKind.EMAIL,
            agreed_on=values["agreed_on"],
            valid_until=values["valid_until"],
            contact=values["contact"],
            url=values["url"],
        )
