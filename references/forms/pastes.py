"""A block that is laid over the grid: what was copied, where it lands, and what stands behind its Greens."""

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.versions import send_instead
from customers.models import Contact
from references.actions.shared_evidence import SharedEvidence
from references.choices import ChangeSource
from references.formats.pasted_blocks import MOST_ROWS
from references.forms.cells import KINDS, day_field
from references.forms.evidence import problems_of_days
from references.models import Dimension

MODES = [("auto", "auto"), ("status", "status"), ("note", "note")]
SOURCES = [(ChangeSource.PASTE.value, "paste"), (ChangeSource.FILL.value, "fill")]
AGREED_BY = "agreed_by_"
LONGEST = 2_000_000


class BlockForm(PlainTexts, forms.Form):
    """The clipboard's text and its place: customers and dimensions in the grid's order, from the selected cell on.

    `customers` ends with the page. Where the block is longer, those `following` come next; before the first preview
    they are still to be found, after `next` in the grid that `query` shows.
    """

    text = forms.CharField(max_length=LONGEST, strip=False, required=False, widget=forms.HiddenInput)
    customers = forms.CharField(widget=forms.HiddenInput)
    following = forms.CharField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    dimensions = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=MODES, widget=forms.HiddenInput)
    source = forms.ChoiceField(choices=SOURCES, widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """As every form, but NUL is no reason to refuse what some program left in the clipboard."""
        text = self.data.get("text") or ""
        if "\0" in text:
            send_instead(self, {"text": [text.replace("\0", "")]})
        super().full_clean()

    def clean_customers(self) -> list[int]:
        return _ids(self.cleaned_data["customers"])

    def clean_following(self) -> list[int]:
        return _ids(self.cleaned_data["following"]) if self.cleaned_data["following"] else []

    def clean_dimensions(self) -> list[int]:
        ids = dict(Dimension.objects.shown().values_list("key", "pk"))
        return [ids[key] for key in self.cleaned_data["dimensions"].split(",") if key in ids]


def _ids(text: str) -> list[int]:
    ids = text.split(",")
    if len(ids) > MOST_ROWS or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
        raise forms.ValidationError(_("These are no rows of the grid."))
    return [int(one) for one in ids]


class PasteForm(BlockForm):
    """The block with the versions that the preview showed, and one evidence entry for all Greens that need one.

    Nothing of that entry is chosen beforehand: it is paid on, so a person says every part of it.
    """

    seen = forms.CharField(widget=forms.HiddenInput)
    greens = forms.ChoiceField(
        choices=[("evidence", _("Record who agreed")), ("amber", _("Set them to Amber"))],
        required=False,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("In what form"), choices=[("", "–"), *KINDS], required=False)
    agreed_on = day_field(_("Agreed on"))
    valid_until = day_field(_("Valid until"))
    url = forms.URLField(label=_("Link to the proof"), required=False, max_length=500, assume_scheme="https")
    rest_amber = forms.BooleanField(label=_("Set their Greens to Amber"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_seen(self) -> dict[tuple[int, int], tuple[int, bool]]:
        """By cell the version that was shown, and whether the block was said to change it."""
        try:
            seen = json.loads(self.cleaned_data["seen"])
            return {(int(row), int(column)): (int(version), bool(changes)) for row, column, version, changes in seen}
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise forms.ValidationError(_("The preview is incomplete; paste the block again."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("greens") != "evidence":
            return values
        if not values.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Say in what form the contacts agreed."))
        agreed = values.get("agreed_on")
        if agreed is None and "agreed_on" not in self.errors:
            self.add_error("agreed_on", _("Say when the contacts agreed."))
        for name, words in problems_of_days(agreed, values.get("valid_until"), today=self.today).items():
            self.add_error(name, words)
        return values

    @cached_property
    def agreed_by(self) -> dict[int, Contact]:
        """Whom the person chose for each customer, as far as they are still there."""
        wanted = {
            name.removeprefix(AGREED_BY): value
            for name, value in self.data.items()
            if name.startswith(AGREED_BY) and value.isascii() and value.isdigit() and len(value) < 19
        }
        found = Contact.objects.present().in_bulk([int(value) for value in wanted.values()])
        return {one.customer_id: one for one in found.values() if wanted.get(str(one.customer_id)) == str(one.pk)}

    @property
    def amber_instead(self) -> bool:
        """Whether a Green for which nobody agreed may become Amber."""
        return bool(self.cleaned_data["greens"] == "amber" or self.cleaned_data["rest_amber"])

    @property
    def shared_evidence(self) -> SharedEvidence | None:
        """The entry for all Greens, None where Amber was chosen instead."""
        values = self.cleaned_data
        if values["greens"] != "evidence":
            return None
        return SharedEvidence(
            kind=values["kind"],
            agreed_on=values["agreed_on"],
            valid_until=values["valid_until"],
            url=values["url"],
            agreed_by=self.agreed_by,
        )
