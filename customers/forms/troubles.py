"""What people type about support cases and invoices."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts, refuse_passed_over
from core.models import User
from core.versions import HIDDEN, VersionedForm
from customers.choices import CaseSeverity
from customers.forms.customers import DayInput, helper, one_line, row, without_dashes
from customers.models import Customer, Invoice, SupportCase


class Numbered:
    """What both forms answer; the number stands on one line."""

    cleaned_data: dict[str, Any]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        return one_line(self.cleaned_data["number"])


class SupportCaseForm(Numbered, VersionedForm, forms.ModelForm):
    """A case of a customer."""

    class Meta:
        model = SupportCase
        fields = (
            "number", "subject", "severity", "is_escalated", "opened_on", "closed_on", "satisfaction", "solver",
            "contact",
        )  # fmt: skip
        widgets = {"opened_on": DayInput(), "closed_on": DayInput()}

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solver"].queryset = User.objects.active()  # type: ignore[attr-defined]
        self.fields["solver"].empty_label = "–"  # type: ignore[attr-defined]
        self.fields["contact"].queryset = customer.contacts.all()  # type: ignore[attr-defined]
        self.fields["contact"].empty_label = "–"  # type: ignore[attr-defined]
        self.fields["severity"].choices = without_dashes(CaseSeverity.choices)  # type: ignore[attr-defined]
        self.fields["satisfaction"].help_text = _("From 1 (bad) to 5 (very good).")
        self.fields["closed_on"].help_text = _("Empty while it is open.")
        self.helper = helper(
            *HIDDEN,
            row("number", "subject"),
            row("severity", "is_escalated"),
            row("opened_on", "closed_on"),
            row("satisfaction", "solver"),
            row("contact"),
        )


class InvoiceForm(Numbered, VersionedForm, forms.ModelForm):
    """An invoice to a customer."""

    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"^[A-Z]{3}$",
        required=False,
        error_messages={"invalid": _("Write the three letters, like EUR or USD.")},
    )

    class Meta:
        model = Invoice
        fields = ("number", "amount", "currency", "issued_on", "due_on", "paid_on", "is_disputed")
        widgets = {"issued_on": DayInput(), "due_on": DayInput(), "paid_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("A credit note is negative.")
        self.fields["paid_on"].help_text = _("Empty while it is unpaid.")
        self.helper = helper(
            *HIDDEN,
            row("number", "amount", "currency"),
            row("issued_on", "due_on", "paid_on"),
            row("is_disputed"),
        )


class TroubleSearch(PlainTexts, forms.Form):
    """What narrows a list of cases, invoices, thanks or guests; anything unknown in an address narrows nothing.

    `choices` are those that the list offers; the first one, "", is what it shows unless it is asked for another.
    """

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    show = forms.ChoiceField(label=_("Show"), required=False)

    def __init__(self, data: Any, *, choices: Iterable[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["show"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> tuple[str, str]:
        """The words and what is shown."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("show", "")

    def wanted_exactly(self) -> tuple[str, str]:
        """The same for a file or a deed, which is refused where the list would pass something over."""
        refuse_passed_over(self)
        return self.wanted()
