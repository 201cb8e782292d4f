"""Both sides of a conflict: what somebody else saved meanwhile, and what this person typed."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from customers.models import Attribute, Customer
from customers.reports.wording import label_of, shown


@dataclass(frozen=True)
class Conflict:
    """One column in which the saved value and the typed one differ."""

    label: str
    theirs: str
    yours: str


def of_customer(
    current: Customer, typed: Mapping[str, Any], attributes: Mapping[str, str], *, among: Container[str]
) -> list[Conflict]:
    """Those of the facts, and of the attributes by their keys, `among` the fields of a form."""
    known = {one.key: one for one in Attribute.objects.filter(key__in=attributes)}
    held = dict(current.attribute_values.values_list("attribute__key", "value"))
    return of_row(current, typed, among=among) + [
        Conflict(attribute.name, held.get(key, ""), attributes[key])
        for key, attribute in known.items()
        if attribute.field_name in among and held.get(key, "") != attributes[key]
    ]


def of_row(
    current: Model, typed: Mapping[str, Any], *, among: Container[str], labels: Mapping[str, str] | None = None
) -> list[Conflict]:
    """Those of any other row, `among` its columns; `labels` where a form calls its fields otherwise than the model."""
    model = type(current)
    called = {name: label_of(name, model) for name in typed} | dict(labels or {})
    return [
        Conflict(called[name], shown(name, getattr(current, name), model), shown(name, value, model))
        for name, value in typed.items()
        if name in among and getattr(current, name) != value
    ]
