"""Both sides of a conflict: what somebody else saved meanwhile, and what this person typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customers.models import Contact, Customer
from customers.reports.timeline import label_of, shown


@dataclass(frozen=True)
class Conflict:
    """One column in which the saved value and the typed one differ."""

    label: str
    theirs: str
    yours: str


def of_customer(current: Customer, typed: Mapping[str, Any]) -> list[Conflict]:
    return [
        Conflict(label_of(name), shown(name, getattr(current, name)), shown(name, value))
        for name, value in typed.items()
        if getattr(current, name) != value
    ]


def of_contact(current: Contact, typed: Mapping[str, Any]) -> list[Conflict]:
    return [
        Conflict(label_of(f"contact : {name}").removeprefix(": "), _words(getattr(current, name)), _words(value))
        for name, value in typed.items()
        if getattr(current, name) != value
    ]


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
