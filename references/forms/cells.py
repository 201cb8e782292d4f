"""The panel of one cell: its status, note, next action, forecast and the evidence behind a Green."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import BigIntegerField, Q
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from references.choices import Confidence, EvidenceKind, Status
from references.formats import cell_comments
from references.formats.pasted_blocks import NOTE_LIMIT
from references.forms.evidence import WarnsOfShorter, check_evidence_file, problems_of_days, warned_field
from references.models import FORECAST, Cell
from references.reports.panels import in_words

NEW_CONTACT = "new"
TEXTS = {"note", "next_action", "blocker"}
# What nobody types who gives no evidence; form and day stand there beforehand.
PROOF = ("contact", "contact_name", "contact_title", "contact_email", "valid_until", "url", "file")
FIELDS = ("status", "note", "next_action", "next_action_due", "owner", "forecast_on", "forecast_confidence", "blocker")
KINDS = [choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.IMPORT]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class CellForm(WarnsOfShorter, forms.ModelForm):
    """Validates the panel. `contact` names who agreed: the id of a contact of the customer, or `new` with a name.

    `version` is the version the person saw; the action refuses the save if it is no longer the cell's.
    """

    version = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices, required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )
    next_action_due = day_field(_("Due"))
    forecast_on = day_field(_("Expected Green on"))
    take_up = forms.BooleanField(label=_("Let the Green stand on this consent again"), required=False, initial=True)
    contact = forms.ChoiceField(label=_("Who agreed"), required=False)
    contact_name = forms.CharField(label=_("Name"), required=False, max_length=200)
    contact_title = forms.CharField(label=_("Title"), required=False, max_length=200)
    contact_email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    kind = forms.ChoiceField(label=_("In what form"), choices=KINDS, required=False)
    agreed_on = day_field(_("Agreed on"))
    valid_until = day_field(_("Valid until"))
    url = forms.URLField(label=_("Link to the proof"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(label=_("Or a file"), required=False, validators=[check_evidence_file])
    warned_of = warned_field()

    class Meta:
        model = Cell
        fields = FIELDS
        labels = {"next_action": _("Next action to turn it Green"), "forecast_confidence": _("Confidence")}

    def __init__(self, data: Any, files: Any, *, cell: Cell, today: date, forecasts: bool) -> None:
        initial = {"version": cell.version, "agreed_on": today, "kind": EvidenceKind.CALL}
        # Validation writes into the instance; the caller's cell must stay as the database has it.
        copy = Cell(**{name: getattr(cell, name) for name in FIELDS})
        super().__init__(data, files, instance=copy, initial=initial)
        self.cell, self.today = cell, today
        people = Q(is_active=True) | Q(pk=cell.owner_id)
        self.fields["owner"].queryset = User.objects.filter(people)  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = "–"  # type: ignore[attr-defined]
        self.contacts = list(cell.customer.contacts.present())
        self.fields["contact"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((str(one.pk), f"{one.name}, {one.title}" if one.title else one.name) for one in self.contacts),
            (NEW_CONTACT, _("Somebody else: add a contact …")),
        ]
        self.fields["forecast_confidence"].choices = [("", "–"), *Confidence.choices]  # type: ignore[attr-defined]
        if not forecasts:
            for name in FORECAST:
                del self.fields[name]

    def _post_clean(self) -> None:
        """The action writes the cell and the database checks it; there is no instance to clean here."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in TEXTS & values.keys():
            values[name] = cell_comments.clean(values[name])
        proof_given = any(values.get(name) for name in PROOF)
        values["gives_evidence"] = proof_given
        if not proof_given:
            return values
        if values.get("status") != Status.GREEN:
            self.add_error(
                None, _("Evidence belongs to a Green; set the cell to Green together with it, or empty its fields.")
            )
            return values
        if not values.get("contact"):
            self.add_error("contact", _("Say which contact agreed."))
        if values.get("contact") == NEW_CONTACT and not values.get("contact_name"):
            self.add_error("contact_name", _("Give the name of the contact who agreed."))
        if "kind" in values and not values["kind"]:
            self.add_error("kind", _("Say in what form the contact agreed."))
        self._clean_days(values)
        return values

    def _clean_days(self, values: dict[str, Any]) -> None:
        agreed, until = values.get("agreed_on"), values.get("valid_until")
        if agreed is None and "agreed_on" not in self.errors:
            self.add_error("agreed_on", _("Say when the contact agreed."))
        for name, words in problems_of_days(agreed, until, today=self.today).items():
            self.add_error(name, words)
        if values.get("status") == Status.GREEN:
            self.warn_of_shorter(values)

    def stated_evidence(self) -> str:
        """In words the evidence that is given; empty if none is."""
        values = self.cleaned_data
        if not values["gives_evidence"]:
            return ""
        named = {str(one.pk): str(one) for one in self.contacts} | {NEW_CONTACT: values["contact_name"]}
        more = values["valid_until"], values["url"], values["file"].name if values["file"] else ""
        return in_words(named[values["contact"]], EvidenceKind(values["kind"]).label, values["agreed_on"], *more)

    @property
    def changes(self) -> dict[str, Any]:
        """The values of the cell itself, as the action takes them."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}


class StatusForm(PlainTexts, forms.Form):
    """One keypress: the status and the version of the cell it was pressed on."""

    status = forms.ChoiceField(choices=Status.choices, required=False)
    version = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT)
