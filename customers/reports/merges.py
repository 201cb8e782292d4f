"""Two customers side by side, as a merge of the one into the other will treat their columns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from customers.choices import OwnerRole
from customers.models import FACTS, Attribute, AttributeValue, Customer
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
    return choices + [
        FieldChoice(attribute.field_name, str(attribute), ours, theirs, bool(ours and theirs), not ours)
        for attribute, ours, theirs in attribute_pairs(survivor, duplicate)
        if ours != theirs
    ]


def attribute_pairs(survivor: Customer, duplicate: Customer) -> list[tuple[Attribute, str, str]]:
    """Every attribute that says something of either, retired ones included, with what it says of both."""
    pairs: dict[Attribute, list[str]] = {}
    rows = AttributeValue.objects.filter(customer__in=[survivor, duplicate]).select_related("attribute")
    for row in rows.order_by("attribute__position", "attribute"):
        pairs.setdefault(row.attribute, ["", ""])[row.customer_id == duplicate.pk] = row.value
    return [(attribute, ours, theirs) for attribute, (ours, theirs) in pairs.items()]


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
