"""What people enter about a nomination, and about what is done with it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from core.versions import SeenField, version_field
from customers.choices import ENTERED, Lifecycle
from customers.forms.customers import helper
from customers.models import Contact, Customer
from customers.rules.names import name_key
from references.actions.nomination_invitations import SHORTEST_REASON
from references.choices import INVITERS, InvitationBlock, NominationSource, Willingness
from references.forms.evidence import day_input
from references.models import Dimension, Nomination
from references.models.nomination import LONGEST_TEXT

NEW = "new"
SAID = ("story", "results", "relationship", "relationship_holder", "source")


class SpeakerForm(PlainTexts, forms.Form):
    """Who would speak: a contact of the customer, or somebody who is not here yet."""

    contact = forms.ChoiceField(
        label=_("Who would speak?"),
        error_messages={
            "required": _("Choose who would speak; whoever is missing is “Somebody who is not here yet”."),
            "invalid_choice": _("Who was chosen has left meanwhile, or is no contact here; choose who would speak."),
        },
    )
    contact_name = forms.CharField(label=_("Name of the new contact"), required=False, max_length=200)
    contact_email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)

    def __init__(self, *args: Any, customer: Customer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.contacts = list(customer.contacts.present()) if customer else []
        people = [(str(contact.pk), str(contact)) for contact in self.contacts]
        if people:
            people.insert(0, ("", gettext("Choose who would speak")))
        self.fields["contact"].choices = [*people, (NEW, _("Somebody who is not here yet"))]  # type: ignore[attr-defined]
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("contact") == NEW and not values.get("contact_name"):
            self.add_error("contact_name", _("Say who would speak; the e-mail address may come later."))
        elif values.get("contact") == NEW and (
            words := self._known(values["contact_name"], values.get("contact_email"))
        ):
            self.add_error("contact_name", words)
        return values

    def _known(self, name: str, email: str | None) -> str:
        """In words that somebody of the name or the address is, or was, a contact of the customer."""
        contacts = self.customer.contacts.order_by("-pk") if self.customer else []
        named, mail = name_key(name), (email or "").casefold()
        same = [one for one in contacts if name_key(one.name) == named or (mail and one.email.casefold() == mail)]
        if here := next((one for one in same if one.left_on is None), None):
            return gettext("%(name)s is a contact already: choose that one above.") % {"name": here.name}
        for one in same:
            told = {"name": one.name, "day": date_format(one.left_on) if one.left_on else "–"}
            return gettext("%(name)s left on %(day)s; somebody else of that name is entered as a contact first.") % told
        return ""

    def tell_of(self, gone: Contact) -> None:
        """Say beside the choice why who was named is not in it."""
        told = {"contact": gone, "day": date_format(gone.left_on) if gone.left_on else "–"}
        self.fields["contact"].help_text = _("%(contact)s was named, and left on %(day)s.") % told

    def speaker(self) -> dict[str, Any]:
        """What `actions.nomination_speakers` calls it."""
        chosen = self.cleaned_data["contact"]
        if chosen == NEW:
            named = {"contact_name": self.cleaned_data["contact_name"], "contact": None}
            return named | {"contact_email": self.cleaned_data["contact_email"]}
        contact = next(one for one in self.contacts if str(one.pk) == chosen)
        return {"contact": contact, "contact_name": "", "contact_email": ""}


class NominationForm(SpeakerForm):
    """Who would speak, for what, why: about one customer, or a company that is not here yet."""

    story = forms.CharField(
        label=_("Why this customer?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they did with us, and what makes it worth telling."),
    )
    results = forms.CharField(
        label=_("Results in numbers"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("“Returns down by 48 % in half a year” is worth more than a page of praise."),
    )
    relationship = forms.CharField(
        label=_("How do we know them?"), required=False, max_length=500, help_text=_("Since when, and how well.")
    )
    relationship_holder = forms.ModelChoiceField(
        User.objects.none(), label=_("Who knows them best?"), required=False, empty_label=_("me")
    )
    source = forms.ChoiceField(label=_("Where does it come from?"), choices=NominationSource.choices)
    field_order = ("story", "results")
    version = version_field()
    seen = SeenField(required=False)

    def __init__(
        self, *args: Any, customer: Customer | None, nomination: Nomination | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, customer=customer, **kwargs)
        if nomination is not None and nomination.contact is not None and nomination.speaker_left_on:
            self.tell_of(nomination.contact)
        self._choose_holder(nomination)
        chosen = {row.dimension_id: row.willingness for row in nomination.dimensions.all()} if nomination else {}
        asked_for = self.initial.get("dimension")
        self.dimensions = list(Dimension.objects.shown())
        for dimension in self.dimensions:
            wanted = Willingness.MAYBE if dimension.key == asked_for else ""
            self.fields[f"will-{dimension.pk}"] = forms.ChoiceField(
                label=dimension.name,
                choices=[("", _("Not talked about")), *Willingness.choices],
                required=False,
                initial=chosen.get(dimension.pk, wanted),
            )

    def _choose_holder(self, nomination: Nomination | None) -> None:
        """Left empty it is "me" of who nominates anew, and nobody in what is said already, where the one who holds the
        relationship stays to be chosen when gone."""
        field: Any = self.fields["relationship_holder"]
        field.queryset = User.objects.active()
        if nomination is not None:
            field.queryset |= User.objects.filter(pk=nomination.relationship_holder_id)
            field.empty_label = _("nobody")

    def kinds(self) -> Iterator[tuple[Dimension, forms.BoundField]]:
        """Each kind of reference with its field."""
        for dimension in self.dimensions:
            yield dimension, self[f"will-{dimension.pk}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.willingness():
            self.add_error(None, _("Choose for at least one kind of reference whether they would give it."))
        return values

    def willingness(self) -> dict[Dimension, str]:
        said = {dimension: self.cleaned_data.get(f"will-{dimension.pk}", "") for dimension in self.dimensions}
        return {dimension: will for dimension, will in said.items() if will}

    def values(self) -> dict[str, Any]:
        """What `actions.nominations` calls it."""
        return {name: self.cleaned_data[name] for name in SAID} | self.speaker()


class ReasonForm(PlainTexts, forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(PlainTexts, forms.Form):
    """What is to be remembered of it, if anything."""

    note_text = forms.CharField(label=_("Note"), required=False, max_length=500)


class EmptyForm(PlainTexts, forms.Form):
    """A deed that needs no words."""


class AcceptForm(PlainTexts, forms.Form):
    """Which customer a company is that was proposed by name; empty: a new one, of which is said where it stands and who
    looks after it."""

    customer = forms.ModelChoiceField(Customer.objects.unmerged(), required=False, widget=forms.HiddenInput)
    lifecycle = forms.ChoiceField(label=_("Lifecycle"), choices=ENTERED, initial=Lifecycle.LIVE, required=False)
    csm = forms.ModelChoiceField(
        User.objects.active().with_role(*INVITERS), label=_("CSM"), required=False, empty_label=_("nobody")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        # The fields of a new customer are sent along although one that is here is chosen.
        return values | {"lifecycle": "", "csm": None} if values.get("customer") else values


class ParkForm(ReasonForm):
    """Until when a nomination is set aside."""

    until = forms.DateField(label=_("Until"), widget=day_input())
    field_order = ("until", "reason")

    def tell(self, leaves: date) -> None:
        """Say beside the day that the customer leaves on another."""
        words = _("The customer leaves on %(day)s; choose an earlier day.")
        self.fields["until"].help_text = words % {"day": date_format(leaves)}


class LiftForm(ReasonForm):
    """Which block is lifted, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "minlength": SHORTEST_REASON}),
        help_text=format_lazy(_("At least {count} letters; the nominators read it."), count=SHORTEST_REASON),
    )
    block = forms.ChoiceField(choices=InvitationBlock.choices, widget=forms.HiddenInput)
