"""What a person enters about a consent, its end, and the departure of the one who gave it."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import BigIntegerField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from customers.forms.customers import helper
from customers.models import Contact
from references.actions import cells
from references.choices import EvidenceKind
from references.formats import evidence_files
from references.models import Cell
from references.reports import cells as report
from references.rules import evidence as evidence_rule

EVIDENCE = ("contact", "kind", "agreed_on", "valid_until", "url", "file", "note")
NEEDED = ("contact", "kind", "agreed_on")
WHO_LEFT = _("Who was chosen has left meanwhile or is no contact here; choose who agreed.")
if TYPE_CHECKING:
    AnyForm = forms.BaseForm
else:
    AnyForm = object

KINDS = [choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.IMPORT]
# None stands there beforehand: in what form somebody agreed is said by a person.
STATED_KINDS = [("", _("Choose …")), *KINDS]


def check_evidence_file(file: UploadedFile) -> None:
    """A validator for every field that takes a file as evidence."""
    start = file.read(4096)
    file.seek(0)
    problem = evidence_files.refusal(file.name or "", size=file.size or 0, start=start)
    if problem:
        raise ValidationError(problem)


def problems_of_days(agreed: date | None, until: date | None, *, today: date) -> dict[str, Any]:
    """What is wrong with the days of a consent, by field."""
    if agreed is None:
        return {}
    if agreed > today:
        return {"agreed_on": _("This day is still to come; evidence is what was agreed already.")}
    if not evidence_rule.has_plausible_start(agreed):
        return {"agreed_on": _("Look at the year of the day on which the contact agreed.")}
    if until is not None and until < agreed:
        return {"valid_until": _("The evidence ends before the day on which the contact agreed.")}
    if until is not None and until < today:
        return {"valid_until": _("This day is past; evidence behind a Green is valid today.")}
    if until is not None and not evidence_rule.has_plausible_end(agreed, until):
        return {"valid_until": _("A consent is valid for ten years at most; look at the year.")}
    return {}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def changed_meanwhile(cell: Cell) -> str:
    """Who changed a cell while it was open elsewhere, and why, if that was said."""
    why = report.reason_of_last_change(cell)
    words = _("%(who)s changed this cell meanwhile (%(why)s).") if why else _("%(who)s changed this cell meanwhile.")
    return words % {"who": cell.updated_by or _("The program"), "why": why}


def warned_field() -> forms.CharField:
    """The days of evidence of which its person was told that it ends earlier than what is there."""
    return forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class WarnsOfShorter(PlainTexts, AnyForm):
    """A form of evidence for its `cell`: what ends earlier replaces a longer one by a second press alone."""

    cell: Cell

    def warn_of_shorter(self, values: dict[str, Any]) -> None:
        """Once for each day: a Green may end earlier, but not by a slip."""
        agreed_on, until = values.get("agreed_on"), values.get("valid_until")
        if agreed_on is None:
            return
        named = f"{agreed_on} {until or ''}".strip()
        is_shorter = cells.would_shorten(self.cell, agreed_on=agreed_on, valid_until=until)
        if is_shorter and values.get("warned_of") != named:
            self.send_along("warned_of", named)
            words = _("This evidence ends earlier. Save again if it is to replace the present one all the same.")
            self.add_error("valid_until", f"{_holds(self.cell)} {words}")

    def send_along(self, name: str, value: str) -> None:
        sent = cast(QueryDict, self.data).copy()
        sent[name] = value
        self.data = sent


class EvidenceFields(PlainTexts, forms.Form):
    """Who agreed, when, in what form, until when. What of it is needed says each form."""

    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=_("Who agreed"),
        empty_label=_("Choose a contact"),
        required=False,
        error_messages={"required": _("Say which contact agreed."), "invalid_choice": WHO_LEFT},
    )
    kind = forms.ChoiceField(
        label=_("In what form"),
        choices=STATED_KINDS,
        required=False,
        error_messages={"required": _("Say in what form the contact agreed.")},
    )
    agreed_on = forms.DateField(
        label=_("Agreed on"),
        required=False,
        widget=day_input(),
        error_messages={"required": _("Say when the contact agreed.")},
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty, the dimension's usual validity is taken."),
    )
    url = forms.URLField(label=_("Link to the proof"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        validators=[check_evidence_file],
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(evidence_files.ACCEPTED)}),
        help_text=_("A document, a picture or a mail of at most 10 MB."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))


class EvidenceForm(WarnsOfShorter, EvidenceFields):
    """Evidence for one cell. What a colleague gave meanwhile, and evidence that ends later, is replaced by a second
    press alone."""

    version = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)
    warned_of = warned_field()

    def __init__(self, *args: Any, cell: Cell, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": cell.version, "agreed_on": today}
        super().__init__(*args, **kwargs)
        self.cell, self.today = cell, today
        for name in NEEDED:
            self.fields[name].required = True
        self.fields["contact"].queryset = cell.customer.contacts.present()  # type: ignore[attr-defined]
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        found = problems_of_days(values.get("agreed_on"), values.get("valid_until"), today=self.today)
        for name, words in found.items():
            self.add_error(name, words)
        if values.get("version") not in (None, self.cell.version):
            self.look_at(self.cell)
        elif not found:
            self.warn_of_shorter(values)
        return values

    def look_at(self, cell: Cell) -> None:
        """A colleague changed the cell meanwhile: say how it stands, which the next press has seen."""
        self.send_along("version", str(cell.version))
        stands = _("It is %(status)s now.") % {"status": cell.get_status_display() or _("blank")}
        holds = f" {_holds(cell)}" if cell.evidence_id else ""
        again = _("Save again if yours is to replace it.")
        self.add_error(None, f"{changed_meanwhile(cell)} {stands}{holds} {again}")

    def evidence(self) -> dict[str, Any]:
        """What `NewEvidence` calls it."""
        return {name: self.cleaned_data[name] for name in EVIDENCE}


def _holds(cell: Cell) -> str:
    if cell.evidence_valid_until is None:
        return str(_("Its present evidence has no end."))
    return str(_("Its present evidence holds until %(day)s.") % {"day": date_format(cell.evidence_valid_until)})


class WithdrawalForm(PlainTexts, forms.Form):
    """Why a consent was taken back."""

    reason = forms.CharField(label=_("Why is the consent withdrawn?"), max_length=400)


class DepartureForm(PlainTexts, forms.Form):
    """When a contact left the customer."""

    left_on = forms.DateField(label=_("Left on"), widget=day_input())
    reason = forms.CharField(label=_("What is known about it"), required=False, max_length=400)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["left_on"].initial = today
        self.helper = helper()

    def clean_left_on(self) -> date:
        day: date = self.cleaned_data["left_on"]
        if day > self.today:
            raise ValidationError(_("The day lies ahead; enter it when the contact has left."))
        return day
