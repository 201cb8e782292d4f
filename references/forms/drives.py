"""What people enter about a drive, and what those who are asked answer."""

from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import BigIntegerField, Model
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import PlainTexts
from core.models import User
from customers.forms.customers import helper
from references.choices import DriveSplit
from references.forms.settings import SeenForm
from references.models import Drive
from references.models.drive import MOST_MONTHS
from references.rules.drives import months_from

ASKED_ROLES: Final = (Role.SALES_REP, Role.ACCOUNT_MANAGER, Role.CSM, Role.SUPPORT)
INTRODUCTION: Final = _(
    "This month it is your turn: which customer would speak for us? Nominating one takes less than a minute, you hear "
    "of every step, and the credit is yours."
)
MONTHS_AHEAD: Final = 18
SPLITTING: Final = ("first_month", "months", "split", "roles")


def month_field(label: Any, months: list[date], *, leave_out: bool = False) -> forms.TypedChoiceField:
    """One of the months; or none, if that means to leave somebody out."""
    choices: list[tuple[str, Any]] = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
    return forms.TypedChoiceField(
        label=label,
        choices=[*choices, ("", _("leave out"))] if leave_out else choices,
        coerce=lambda text: date.fromisoformat(f"{text}-01"),
        required=not leave_out,
        empty_value=None,
    )


class DriveForm(SeenForm, forms.Form):
    """A drive: who is asked, over which months, split by what; with its `drive`, only what may still change."""

    seen_name = "version"
    name = forms.CharField(label=_("Name"), max_length=120)
    split = forms.ChoiceField(
        label=_("Split by"),
        choices=DriveSplit.choices,
        help_text=_("Last names give neighbouring letters to each month; teams and regions stay whole."),
    )
    months = forms.IntegerField(label=_("Over how many months"), min_value=1, max_value=MOST_MONTHS)
    roles = forms.MultipleChoiceField(
        label=_("Who is asked"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, initial=ASKED_ROLES
    )
    introduction = forms.CharField(
        label=_("How the mail begins"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        initial=INTRODUCTION,
        help_text=_("The person's customers without a reference follow, each with its link, and how to answer."),
    )
    version = forms.IntegerField(
        min_value=0, max_value=BigIntegerField.MAX_BIGINT, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, today: date, drive: Drive | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = months_from(today, MONTHS_AHEAD)
        if drive is not None and drive.first_month not in months:
            months = [drive.first_month, *months]
        self.fields["first_month"] = month_field(_("First month"), months)
        self.order_fields(["name", "split", "first_month", "months", "roles", "introduction", "version"])
        is_begun = drive is not None and not drive.is_prepared
        self.settled = {name: self.fields.pop(name) for name in SPLITTING if is_begun}
        self.helper = helper()

    @property
    def settings(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "shown")]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.settings}

    def seen_now(self, current: Model) -> str:
        return str(current.version)  # type: ignore[attr-defined]

    def filled_in(self, current: Any, name: str) -> Any:
        month = super().filled_in(current, name)
        return f"{month:%Y-%m}" if name == "first_month" else month

    def in_words(self, name: str, value: Any) -> str:
        return date_format(value, "YEAR_MONTH_FORMAT") if name == "first_month" else super().in_words(name, value)

    def not_taken(self) -> list[tuple[Any, str]]:
        """What was chosen for the months on a page that was opened before the drive began, by its label."""
        data: Any = self.data
        sent = [(field, data.getlist(self.add_prefix(name))) for name, field in self.settled.items() if self.is_bound]
        found = [(field.label, dict(getattr(field, "choices", ())), chosen) for field, chosen in sent if chosen]
        return [(label, ", ".join(str(names.get(one, one))[:80] for one in some)) for label, names, some in found]

    def asked(self) -> tuple[list[str], date] | None:
        """Who is asked from which month on, as the form says now; None where it does not say."""
        if "roles" not in self.fields:
            return None
        if self.is_bound:
            said = {} if self.errors else self.cleaned_data
            return (said["roles"], said["first_month"]) if said else None
        return list(self["roles"].initial), date.fromisoformat(f"{self['first_month'].initial}-01")


class SeenMonthsForm(PlainTexts, forms.Form):
    """What the page showed of the months that begin, or are split anew."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class EndDriveForm(PlainTexts, forms.Form):
    """Why a drive ends before its time."""

    reason = forms.CharField(
        label=_("Why does it end?"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"required": _("Say why the drive ends; its people may ask.")},
    )


class MoveForm(PlainTexts, forms.Form):
    """In which month a person is asked; in none is to leave the person out."""

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"] = month_field(_("Month"), months, leave_out=True)
        self.fields["month"].error_messages["invalid_choice"] = _("This month is none of the drive's.")


class AddMemberForm(PlainTexts, forms.Form):
    """A colleague who was not there when the drive was split."""

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = forms.ModelChoiceField(User.objects.active(), label=_("Person"))
        self.fields["month"] = month_field(_("Month"), months)


class TurnForm(PlainTexts, forms.Form):
    """Nothing to nominate this time."""

    note = forms.CharField(
        label=_("Why, if it matters"),
        max_length=500,
        required=False,
        help_text=_("“All of mine are in the middle of a migration” tells when it makes sense to ask again."),
    )
