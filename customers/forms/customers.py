"""What people type about customers and contacts: checked here, saved by the actions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from core.versions import HIDDEN, SharedForm, VersionedForm
from customers.actions.products import use_mark
from customers.choices import ENTERED, Adoption, ContactRole, EvangelistScope, Lifecycle, OwnerRole, SizeBand
from customers.models import FACTS, Attribute, Contact, Customer, Product, ProductUse
from customers.rules.names import domain_of

SUGGESTED = {"industry": "known-industries", "region": "known-regions", "country": "known-countries"}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), help_text=help_text)


class DayInput(forms.DateInput):
    """The browser's own date field, which speaks ISO whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def helper(*layout: Any) -> FormHelper:
    """Crispy's settings of every form: the page brings the form element, its token and its buttons."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    if layout:
        made.layout = Layout(*layout)
    return made


def row(*names: str) -> Div:
    return Div(*(Field(name) for name in names), css_class="form-row")


class CustomerForm(VersionedForm, forms.ModelForm):
    """The facts of a customer."""

    class Meta:
        model = Customer
        fields: Sequence[str] = FACTS
        widgets = {"in_production_since": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, source in SUGGESTED.items():
            self.fields[name].widget.attrs |= {"list": source, "autocomplete": "off"}
        self.fields["domain"].widget.attrs["placeholder"] = "acme.com"
        self.fields["recurring_revenue"].widget.attrs["min"] = "0"
        self.fields["size_band"].choices = without_dashes(SizeBand.choices)  # type: ignore[attr-defined]
        self.fields["has_open_follow_up"].help_text = _("Replacing the opener then asks for a confirmation.")
        self.attributes = list(Attribute.objects.active())
        self._ask_for_attributes()
        self.helper = helper(*self.layout())

    def _ask_for_attributes(self) -> None:
        """A field for every attribute in use, with what it says of the customer now."""
        held: dict[str, str] = {}
        if self.instance.pk:
            held = dict(self.instance.attribute_values.values_list("attribute__key", "value"))
        for attribute in self.attributes:
            typed = forms.TextInput(attrs={"list": f"known-{attribute.field_name}", "autocomplete": "off"})
            self.fields[attribute.field_name] = forms.CharField(
                label=attribute.name, max_length=200, required=False, initial=held.get(attribute.key, ""), widget=typed
            )

    def layout(self) -> list[Any]:
        return [
            *HIDDEN,
            row("name", "domain"),
            row("industry", "size_band"),
            row("region", "country"),
            row("recurring_revenue", "in_production_since"),
            *(row(*pair) for pair in in_pairs([attribute.field_name for attribute in self.attributes])),
            Field("is_well_known"),
            Field("has_open_follow_up"),
        ]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_domain(self) -> str:
        return checked_domain(self.cleaned_data["domain"])

    def clean_recurring_revenue(self) -> Any:
        return checked_revenue(self.cleaned_data["recurring_revenue"])

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    def attribute_values(self) -> dict[str, str]:
        """What was typed of the attributes, by key. One that the form did not ask for when it was sent is left out."""
        asked = [attribute for attribute in self.attributes if self.add_prefix(attribute.field_name) in self.data]
        return {attribute.key: one_line(self.cleaned_data[attribute.field_name]) for attribute in asked}


class NewCustomerForm(CustomerForm):
    """The facts of a new customer, where it stands, and who owns it. `is_different` answers the look-alikes."""

    lifecycle = forms.ChoiceField(label=_("Lifecycle"), choices=ENTERED, initial=Lifecycle.LIVE)
    is_different = forms.BooleanField(label=_("None of these; it is a different company"), required=False)

    class Meta(CustomerForm.Meta):
        fields: Sequence[str] = (*FACTS, *OwnerRole.values)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in OwnerRole.values:
            self.fields[role].queryset = User.objects.active()  # type: ignore[attr-defined]
            self.fields[role].empty_label = gettext("nobody")  # type: ignore[attr-defined]

    def layout(self) -> list[Any]:
        owners = HTML(f"<h2>{gettext('Owners')}</h2>")
        return [
            *super().layout()[:6],
            row("lifecycle"),
            *super().layout()[6:],
            owners,
            row("csm", "account_executive"),
            row("account_manager", "opener"),
            row("executive_sponsor"),
        ]

    def values(self) -> dict[str, Any]:
        facts = {name: value for name, value in self.facts().items() if name != "name"}
        owners = {role: self.cleaned_data[role] for role in OwnerRole.values}
        return {**facts, **owners, "lifecycle": self.cleaned_data["lifecycle"]}


class ContactForm(VersionedForm, forms.ModelForm):
    """A person at the customer."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=ContactRole.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Contact
        fields = ("name", "title", "email", "phone", "roles", "evangelist_level", "evangelist_scope", "adoption")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evangelist_scope"].choices = without_dashes(EvangelistScope.choices)  # type: ignore[attr-defined]
        self.fields["evangelist_scope"].help_text = _("Only for evangelists.")
        self.fields["adoption"].choices = [("", _("Not known")), *Adoption.choices]  # type: ignore[attr-defined]
        self.fields["adoption"].help_text = _("Whether they wanted us, or somebody else decided.")
        self.helper = helper(
            *HIDDEN,
            row("name", "title"),
            row("email", "phone"),
            Field("roles"),
            row("evangelist_level", "evangelist_scope"),
            row("adoption"),
        )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ProductUseForm(SharedForm, forms.ModelForm):
    """A product in use since a day and, where it was given up, until a day."""

    class Meta:
        model = ProductUse
        fields = ("product", "since", "until")
        widgets = {"since": DayInput(), "until": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].label = _("Product")
        self.fields["product"].empty_label = _("Choose a product")  # type: ignore[attr-defined]
        self.fields["product"].disabled = self.instance.pk is not None
        self.helper = helper(*HIDDEN, row("product"), row("since", "until"))

    def version_of(self, row: ProductUse) -> int:
        return use_mark(row)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("A product is given up after it was taken into use."))
        return cleaned


class ExternalIdForm(PlainTexts, forms.Form):
    """What another system calls the customer."""

    source = forms.SlugField(
        label=_("System"),
        max_length=40,
        help_text=_("One word, such as salesforce."),
        error_messages={"invalid": _("Write one word of letters, digits, hyphens and underscores.")},
    )
    value = forms.CharField(label=_("Id in that system"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(row("source", "value"))


class ProductForm(PlainTexts, forms.ModelForm):
    """The name of a product of the catalogue."""

    class Meta:
        model = Product
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()


def checked_domain(typed: str) -> str:
    """The bare domain; what is no domain is refused rather than dropped."""
    if typed and not domain_of(typed):
        raise forms.ValidationError(_("This is not a web domain; write it like acme.com, or leave it empty."))
    return domain_of(typed)


def checked_revenue(amount: Decimal | None) -> Decimal | None:
    if amount is not None and amount < 0:
        raise forms.ValidationError(_("Revenue cannot be negative."))
    return amount


def one_line(text: str) -> str:
    """The text without line breaks and doubled spaces."""
    return " ".join(text.split())


def in_pairs(names: Sequence[str]) -> list[Sequence[str]]:
    """Two fields side by side in each row."""
    return [names[start : start + 2] for start in range(0, len(names), 2)]


def without_dashes(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices with a quiet empty one in front."""
    return [("", "–"), *choices]
