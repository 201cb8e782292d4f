"""What people type about contacts who speak for us, what they referred, and how they are thanked."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import StaleVersion
from core.forms import PlainTexts
from core.models import User
from core.versions import HIDDEN, VersionedForm, version_field
from customers.choices import EvangelistLevel, EvangelistScope, ReferralOutcome
from customers.forms.customers import DayInput, day_field, helper, one_line, row, without_dashes
from customers.models import Contact, Customer, Referral
from customers.rules.names import domain_of, name_key

LONGEST_MAIL = 1500


class EvangelistForm(VersionedForm, forms.ModelForm):
    """Whether a contact refers us; if not, why not."""

    class Meta:
        model = Contact
        fields = ("evangelist_level", "evangelist_scope", "refusal_reason", "asked_on")
        widgets = {"asked_on": DayInput(), "refusal_reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evangelist_scope"].choices = without_dashes(EvangelistScope.choices)  # type: ignore[attr-defined]
        self.fields["evangelist_scope"].help_text = _("Only for evangelists.")
        self.fields["refusal_reason"].label = _("If not, why not?")
        self.fields["refusal_reason"].help_text = _("Ask them, and write down what they say.")
        self.helper = helper(*HIDDEN, row("evangelist_level", "evangelist_scope"), "refusal_reason", row("asked_on"))

    def clean(self) -> dict[str, Any]:
        """The old reason of somebody who refers us now is dropped here and stays in the history."""
        values = super().clean() or self.cleaned_data
        is_old = values.get("refusal_reason") == self.initial.get("refusal_reason")
        if values.get("evangelist_level", EvangelistLevel.NONE) != EvangelistLevel.NONE and is_old:
            values |= {"refusal_reason": "", "asked_on": None}
        self._mark_half_told(values)
        return values

    def _mark_half_told(self, values: dict[str, Any]) -> None:
        """Which of the fields of an answer is to be looked at; what is wrong with a field by itself stands there."""
        if self.errors:
            return
        reason, day = values["refusal_reason"], values["asked_on"]
        if values["evangelist_level"] != EvangelistLevel.NONE and reason:
            self.add_error("refusal_reason", _("Who refers us has no reason not to; leave the reason empty."))
        elif reason and day is None:
            self.add_error("asked_on", _("Say on which day they answered."))
        elif day is not None and not reason:
            self.add_error("refusal_reason", _("Write down what they answered on that day, or leave the day empty."))

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class BriefingForm(PlainTexts, forms.Form):
    """On which day a contact was briefed."""

    on = day_field(_("Day"))


class ReferralForm(VersionedForm, forms.ModelForm):
    """Who was told of us, and what came of it. Who may not read revenue is not asked for it."""

    customer_name = forms.CharField(
        label=_("Customer that came of it"),
        required=False,
        max_length=253,
        help_text=_("If it became one: its name as it stands here, or its web domain."),
        widget=forms.TextInput(
            attrs={
                "list": "customer-names",
                "autocomplete": "off",
                "hx-get": reverse_lazy("customers:customer_names"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#customer-names",
                "hx-swap": "innerHTML",
            }
        ),
    )

    note = forms.CharField(label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = Referral
        fields = (
            "referred_on", "told_name", "told_company", "is_prompted", "outcome", "decided_on", "revenue", "note",
        )  # fmt: skip
        widgets = {"referred_on": DayInput(), "decided_on": DayInput()}

    def __init__(self, *args: Any, reads_revenue: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reads_revenue = reads_revenue
        self.fields["decided_on"].help_text = _("Empty while it is open.")
        self.fields["revenue"].help_text = _("Of the first year; needed once it is won.")
        self.fields["revenue"].widget.attrs["min"] = "0"
        if not reads_revenue:
            del self.fields["revenue"]
        money = ("decided_on", "revenue") if reads_revenue else ("decided_on",)
        self.helper = helper(
            *HIDDEN, row("told_name", "told_company"), row("referred_on"), "is_prompted",
            row("outcome", *money), row("customer_name"), "note",
        )  # fmt: skip
        if self.instance.customer_id and "customer_name" not in self.initial:
            self.initial["customer_name"] = str(self.instance.customer)

    def clean_told_name(self) -> str:
        return one_line(self.cleaned_data["told_name"])

    def clean_told_company(self) -> str:
        return one_line(self.cleaned_data["told_company"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        outcome = values.get("outcome")
        # What an earlier outcome had left in the fields goes with it.
        for name, holds in (("revenue", ("won",)), ("decided_on", ("won", "lost"))):
            if name in values and outcome not in holds and values[name] == self.initial.get(name):
                values[name] = None
        is_won = values.get("outcome") == ReferralOutcome.WON
        if is_won and self.reads_revenue and values.get("revenue") is None and "revenue" not in self.errors:
            self.add_error("revenue", _("Write what it brings in the first year; an estimate will do."))
        self._mark_outcome(values)
        if "told_name" in values and "told_company" in values and not values["told_name"] + values["told_company"]:
            self.add_error("told_name", _("Say who was told of us: a name, a company, or both."))
        values["customer"] = self._customer(values.get("customer_name", ""))
        return values

    def _mark_outcome(self, values: dict[str, Any]) -> None:
        """What is wrong with the day and the revenue of the outcome, beside the fields."""
        revenue, outcome = values.get("revenue"), values.get("outcome")
        if revenue is not None and (revenue < 0 or outcome != ReferralOutcome.WON):
            below = _("Write what it brings in the first year, which is not below zero.")
            self.add_error("revenue", below if revenue < 0 else _("Only a referral that was won has revenue."))
        if "decided_on" not in values or outcome is None:
            return
        day, is_open = values["decided_on"], outcome == ReferralOutcome.OPEN
        if is_open and day is not None:
            self.add_error("decided_on", _("Leave it empty while the referral is open."))
        elif not is_open and day is None:
            self.add_error("decided_on", _("Say on which day it was won or came to nothing."))
        elif day is not None and values.get("referred_on") and day < values["referred_on"]:
            self.add_error("decided_on", _("A referral is won or lost after it was made; look at the two days."))

    def _customer(self, text: str) -> Customer | None:
        """The customer that is meant; the one that stands here already may go by a name that several have."""
        if not text.strip():
            return None
        present: Customer | None = self.instance.customer
        if present is not None and text.strip() == str(present):
            return present
        named = Q(name_key=name_key(text)) if name_key(text) else Q(pk__in=[])
        if domain_of(text):
            named |= Q(domain=domain_of(text))
        found = list(Customer.objects.unmerged().filter(named)[:2])
        if len(found) == 1:
            return found[0]
        several = _("Several customers have this name; write the web domain of the one you mean.")
        self.add_error("customer_name", several if found else _("No customer of this name is here."))
        return None

    def press_again(self, now: VersionedForm, stale: StaleVersion) -> set[str]:
        """As every form; who typed another name meant another customer."""
        both = super().press_again(now, stale)
        return both | ({"customer"} if "customer_name" in both else set())

    def values(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        return said | {"customer": self.cleaned_data["customer"]}


class WithdrawalForm(PlainTexts, forms.Form):
    """Why a referral does not count, and which version of it was seen."""

    reason = forms.CharField(
        label=_("Why does it not count?"),
        max_length=500,
        error_messages={"required": _("Write why the referral does not count.")},
    )
    version = version_field()


class ThankYouForm(PlainTexts, forms.Form):
    """Thanks to one colleague or, with a `contact`, to somebody at a customer. `is_sent`: it was said already."""

    colleague = forms.ModelChoiceField(User.objects.none(), label=_("To"), empty_label=_("Choose a colleague"))
    reason = forms.CharField(label=_("What for"), max_length=200, help_text=_("In a few words."))
    text = forms.CharField(
        label=_("Words of thanks"), max_length=LONGEST_MAIL, widget=forms.Textarea(attrs={"rows": 5})
    )
    gift = forms.CharField(
        label=_("What goes with it"),
        required=False,
        max_length=200,
        help_text=_("A pass to the conference, a donation in their name; mind what their company allows."),
    )
    is_sent = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, contact: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.fields["colleague"].queryset = User.objects.active().exclude(pk=user.pk)  # type: ignore[attr-defined]
        for name in ("colleague",) if contact else ("gift", "is_sent"):
            del self.fields[name]
        self.helper = helper(*([name for name in self.fields if name != "is_sent"]))

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    @property
    def mail(self) -> str:
        """The address that opens the person's own mail program with everything in it."""
        if self.contact is None or not self.contact.email:
            return ""
        said: Mapping[str, str] = self.cleaned_data
        words = f"subject={quote(said['reason'])}&body={quote(said['text'])}"
        return f"mailto:{quote(self.contact.email, safe='@+')}?{words}"

    def values(self) -> dict[str, Any]:
        """What `actions.thanks` calls it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "is_sent"}
        return said | ({"contact": self.contact} if self.contact else {})


class TickedField(forms.MultipleChoiceField):
    """Ids of rows that were ticked; what is no id is no row."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        return [int(one) for one in super().to_python(value) if re.fullmatch(r"[0-9]{1,18}", one)]

    def validate(self, value: Any) -> None:
        """Which of the rows are there is asked of the database."""
