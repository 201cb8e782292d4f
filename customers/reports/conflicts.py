"""Both sides of a conflict: what somebody else saved meanwhile, and what this person typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from customers.models import Attribute, Contact, Customer
from customers.reports.wording import label_of, shown


@dataclass(frozen=True)
class Conflict:
    """One column in which the saved value and the typed one differ."""

    label: str
    theirs: str
    yours: str


def of_customer(current: Customer, typed: Mapping[str, Any], attributes: Mapping[str, str]) -> list[Conflict]:
    """Those of the facts, and of the attributes by their keys."""
    names = dict(Attribute.objects.filter(key__in=attributes).values_list("key", "name"))
    held = dict(current.attribute_values.values_list("attribute__key", "value"))
    return _differing(current, typed) + [
        Conflict(names.get(key, key), held.get(key, ""), value)
        for key, value in attributes.items()
        if held.get(key, "") != value
    ]


def of_contact(current: Contact, typed: Mapping[str, Any]) -> list[Conflict]:
    return _differing(current, typed)


def of_row(current: Model, typed: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[Conflict]:
    """The same of a case or an invoice; `labels` where a form calls its fields otherwise than the model."""
    return _differing(current, typed, labels)


def _differing(current: Model, typed: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[Conflict]:
    model = type(current)
    called = {name: label_of(name, model) for name in typed} | dict(labels or {})
    return [
        Conflict(called[name], shown(name, getattr(current, name), model), shown(name, value, model))
        for name, value in typed.items()
        if getattr(current, name) != value
    ]
