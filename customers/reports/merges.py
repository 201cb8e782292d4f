"""Two customers side by side, as a merge of the one into the other will treat their columns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from customers.choices import OwnerRole
from customers.models import FACTS, Customer
from customers.reports.wording import label_of, shown

FIELDS: Final = (*FACTS, "lifecycle", *OwnerRole.values)


@dataclass(frozen=True)
class FieldChoice:
    """One column of both. Where both are filled and differ a person chooses; a blank one is filled."""

    name: str
    label: str
    ours: str
    theirs: str
    is_conflict: bool
    is_filled: bool


def field_choices(survivor: Customer, duplicate: Customer) -> list[FieldChoice]:
    """The columns in which the two differ."""
    choices = []
    for name in FIELDS:
        ours, theirs = getattr(survivor, name), getattr(duplicate, name)
        if ours != theirs:
            filled = is_blank(ours)
            conflict = not filled and not is_blank(theirs)
            choices.append(FieldChoice(name, label_of(name), shown(name, ours), shown(name, theirs), conflict, filled))
    return choices


def carried(survivor: Customer, duplicate: Customer, *, picked: Collection[str]) -> dict[str, Any]:
    """The values that the survivor takes from the duplicate: what it lacks, and what a person picked."""
    values = {}
    for name in FIELDS:
        ours, theirs = getattr(survivor, name), getattr(duplicate, name)
        if ours != theirs and not is_blank(theirs) and (is_blank(ours) or name in picked):
            values[name] = theirs
    if "lifecycle" in values:
        values |= {"churned_on": duplicate.churned_on, "churn_reason": duplicate.churn_reason}
    return values


def is_blank(value: Any) -> bool:
    """Whether there is nothing to lose; a “no” gives way to a “yes”."""
    return value is None or value == "" or value is False
