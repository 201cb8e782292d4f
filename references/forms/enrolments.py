"""What the customer agreed to when it was asked, kind by kind, and what proves it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.versions import version_field
from customers.forms.customers import helper
from customers.models import Contact
from references.actions import cells
from references.actions.nomination_history import refused
from references.choices import NominationState, Status, Willingness
from references.forms.evidence import EVIDENCE, NEEDED, EvidenceFields, changed_meanwhile, problems_of_days
from references.models import Cell, Dimension, Nomination

REFUSED = "no"


@dataclass(frozen=True)
class Kind:
    """One kind of reference on the form: its field, what the nominator believed, and its cell as it stands now."""

    dimension: Dimension
    field: forms.BoundField
    believed: str
    cell: Cell


class EnrolForm(EvidenceFields):
    """What the customer agreed to, kind by kind, and the evidence behind the Greens: some need it, each may have it.

    What a nominator believed is no agreement: no kind is chosen beforehand, and neither are the day and the form of the
    agreement, on which people are paid. Beside each kind stands its cell, and the form says which version of it was
    seen: what a colleague wrote meanwhile is not replaced unread.
    """

    def __init__(self, *args: Any, nomination: Nomination, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"contact": nomination.contact_id}
        super().__init__(*args, **kwargs)
        self.today, self.nomination = today, nomination
        if nomination.contact is not None and (left_on := nomination.speaker_left_on):
            told = {"contact": nomination.contact, "day": date_format(left_on)}
            self.fields["contact"].help_text = _("%(contact)s, whom the nomination names, left on %(day)s.") % told
        holder = nomination.customer
        self.fields["contact"].queryset = holder.contacts.present() if holder else Contact.objects.none()  # type: ignore[attr-defined]
        said: Mapping[int, str] = {row.dimension_id: row.willingness for row in nomination.dimensions.all()}
        self.dimensions = sorted(Dimension.objects.shown(), key=lambda one: one.pk not in said)
        self.said = {pk: str(Willingness(will).label) for pk, will in said.items()}
        for dimension in self.dimensions:
            self.fields[f"agreed-{dimension.pk}"] = _agreement(dimension, said.get(dimension.pk, ""))
            self.fields[f"seen-{dimension.pk}"] = version_field()
        self.cells = self._cells_now()
        self.helper = helper()

    def _cells_now(self) -> dict[int, Cell]:
        customer = self.nomination.customer
        rows = Cell.objects.filter(customer=customer).select_related("updated_by")
        written = {cell.dimension_id: cell for cell in rows}
        return {
            one.pk: written.get(one.pk) or Cell(customer=customer, dimension=one, version=0) for one in self.dimensions
        }

    def kinds(self) -> Iterator[Kind]:
        """Each kind of reference; those first that were spoken of."""
        for dimension in self.dimensions:
            pk = dimension.pk
            yield Kind(dimension, self[f"agreed-{pk}"], self.said.get(pk, ""), self.cells[pk])

    def look_again(self) -> None:
        """A cell was changed in the moment of enrolling: complain of each that was, and show it as it is."""
        self.cells = self._cells_now()
        self._refuse_changed()

    def _refuse_changed(self) -> None:
        """What the page shows next to the complaint is what the next press has seen."""
        for dimension, _status in self.agreed():
            cell = self.cells[dimension.pk]
            if self.seen_version(dimension) != cell.version:
                again = _("Look at it: if your answer holds, press again.")
                self.add_error(f"agreed-{dimension.pk}", f"{changed_meanwhile(cell)} {again}")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.nomination.state != NominationState.INVITED:
            raise ValidationError(str(refused(self.nomination)))
        for name, words in problems_of_days(
            values.get("agreed_on"), values.get("valid_until"), today=self.today
        ).items():
            self.add_error(name, words)
        is_answered = not any(name.startswith("agreed-") for name in self.errors)
        if is_answered and not self.agreed():
            raise ValidationError(_("Choose what the customer agreed to; if it is nothing, the customer declined."))
        self._clean_evidence(values, is_answered=is_answered)
        self._refuse_changed()
        return values

    def _clean_evidence(self, values: dict[str, Any], *, is_answered: bool) -> None:
        """Evidence is whole where a Green needs it or it is stated, and nothing of it is typed for nothing."""
        if self._has_evidence():
            for name in NEEDED:
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        elif is_answered and (typed := self._stated()):
            words = _(
                "Evidence belongs to a Green, and nothing here is Green. Leave it empty, or answer “Yes (Green)”."
            )
            self.add_error(typed[0], f"{words} {_('A note for what is on the way goes into its cell of the grid.')}")

    def _stated(self) -> list[str]:
        """What was typed or chosen of the evidence; the nomination's contact stands there beforehand."""
        said = [name for name in EVIDENCE if self.cleaned_data.get(name)]
        contact = self.cleaned_data.get("contact")
        is_another = contact is not None and contact.pk != self.initial["contact"]
        return said if is_another else [name for name in said if name != "contact"]

    def _has_evidence(self) -> bool:
        greens = [dimension for dimension, status in self.agreed() if status == Status.GREEN]
        return any(self._is_to_prove(one) for one in greens) or bool(greens and self._stated())

    def _is_to_prove(self, dimension: Dimension) -> bool:
        """Whether a Green needs evidence that it has not."""
        cell = self.cells[dimension.pk]
        return dimension.needs_evidence and (cell.status != Status.GREEN or cells.is_unproven(cell, today=self.today))

    def agreed(self) -> list[tuple[Dimension, str]]:
        said = [(dimension, self.cleaned_data.get(f"agreed-{dimension.pk}", "")) for dimension in self.dimensions]
        return [(dimension, status) for dimension, status in said if status in (Status.AMBER, Status.GREEN)]

    def seen_version(self, dimension: Dimension) -> int:
        return self.cleaned_data.get(f"seen-{dimension.pk}") or 0

    def evidence(self) -> dict[str, Any] | None:
        """What `NewEvidence` calls it; None where there is none."""
        return {name: self.cleaned_data[name] for name in EVIDENCE} if self._has_evidence() else None


def _agreement(dimension: Dimension, willingness: str) -> forms.ChoiceField:
    """Whether the contact agreed to one kind of reference. What the nominator believed in is neither yes nor no
    beforehand: the one would be counted, and the other lost, unsaid."""
    is_asked = willingness == Willingness.WILLING
    nothing = [("", _("Choose …")), (REFUSED, _("No"))] if is_asked else [("", _("No"))]
    return forms.ChoiceField(
        label=dimension.name,
        choices=[*nothing, (Status.AMBER, _("On the way (Amber)")), (Status.GREEN, _("Yes (Green)"))],
        required=is_asked,
        error_messages={"required": _("Say whether the contact agreed to it.")},
    )
