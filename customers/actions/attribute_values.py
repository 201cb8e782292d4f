"""What attributes say of one customer. The actions that change customers call these; a history row is theirs."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from customers.models import Attribute, AttributeValue, Customer
from customers.reports.wording import ATTRIBUTE

LONGEST = AttributeValue._meta.get_field("value").max_length or 0


class Said(NamedTuple):
    """What an attribute said of a customer and says now; empty where it says nothing."""

    attribute: Attribute
    before: str
    after: str


def differing(customer: Customer, wanted: Mapping[str, str]) -> list[Said]:
    """Of the values by their attributes' keys those that the customer does not have. Costs nothing for none."""
    if not wanted:
        return []
    attributes = {row.key: row for row in Attribute.objects.active().filter(key__in=wanted)}
    if unknown := sorted(wanted.keys() - attributes.keys()):
        raise RuleBroken(_("There is no attribute “%s” in use.") % unknown[0])
    held = dict(AttributeValue.objects.filter(customer=customer).values_list("attribute__key", "value"))
    values = {key: fitting(text, attributes[key]) for key, text in wanted.items()}
    return [
        Said(attributes[key], held.get(key, ""), value) for key, value in values.items() if held.get(key, "") != value
    ]


def fitting(text: str, attribute: Attribute) -> str:
    """The value on one line, refused if it is too long."""
    value = " ".join(text.split())
    if len(value) > LONGEST:
        told = {"attribute": attribute, "count": LONGEST}
        raise RuleBroken(_("%(attribute)s is longer than %(count)s characters.") % told)
    return value


def write(customer: Customer, said: Sequence[Said]) -> None:
    """Make it so, in two statements however many there are. The customer is locked or new."""
    gone = [one.attribute for one in said if not one.after]
    kept = [AttributeValue(customer=customer, attribute=one.attribute, value=one.after) for one in said if one.after]
    if gone:
        AttributeValue.objects.filter(customer=customer, attribute__in=gone).delete()
    if kept:
        AttributeValue.objects.bulk_create(
            kept, update_conflicts=True, unique_fields=["customer", "attribute"], update_fields=["value"]
        )


def history(said: Sequence[Said]) -> dict[str, Any]:
    """The same as the customer's history tells it."""
    return {f"{ATTRIBUTE}{one.attribute}": [one.before or None, one.after or None] for one in said}
