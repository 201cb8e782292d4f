"""Both sides of a conflict: what somebody else saved meanwhile, and what this person typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customers.models import Contact, Customer
from customers.reports.wording import CONTACT, label_of, shown


@dataclass(frozen=True)
class Conflict:
    """One column in which the saved value and the typed one differ."""

    label: str
    theirs: str
    yours: str


def of_customer(current: Customer, typed: Mapping[str, Any]) -> list[Conflict]:
    return _differing(current, typed, prefix="")


def of_contact(current: Contact, typed: Mapping[str, Any]) -> list[Conflict]:
    return _differing(current, typed, prefix=f"{CONTACT}{current}: ")


def _differing(current: Customer | Contact, typed: Mapping[str, Any], *, prefix: str) -> list[Conflict]:
    names = {f"{prefix}{column}": (getattr(current, column), value) for column, value in typed.items()}
    return [
        Conflict(label_of(name).removeprefix(f"{current}: "), shown(name, theirs), shown(name, yours))
        for name, (theirs, yours) in names.items()
        if theirs != yours
    ]
