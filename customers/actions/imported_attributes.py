"""What a file of customers says in columns that mean attributes: read, compared and written in sets."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from core import bulk
from customers.actions.import_rows import ImportPlan, fitting, longest, values_of
from customers.models import Attribute, AttributeValue
from customers.models.attribute import FIELD_PREFIX
from customers.reports.wording import ATTRIBUTE
from customers.rules.spellings import Spellings

Said = Mapping[int, str]
# Of an attribute the number of the row that holds its value, and the value.
Held = Mapping[int, tuple[int, str]]


class ImportedAttributes:
    """The attributes that a plan's columns mean, by their ids. Costs nothing where no column means one.

    Values that differ in capitals only are the same: a file never respells what is here, and what is new is spelled
    as at the customers that have it.
    """

    def __init__(self, plan: ImportPlan) -> None:
        meant = set(plan.columns.values())
        known = Attribute.objects.active() if any(name.startswith(FIELD_PREFIX) for name in meant) else []
        self.columns = {one.field_name: one.pk for one in known if one.field_name in meant}
        self.names = {one.pk: one.name for one in known}
        self.parsers = {name: partial(self._spelled, pk) for name, pk in self.columns.items()}
        self.spellings = {pk: Spellings(_values_of(pk)) for pk in self.columns.values()}

    def read(self, cells: Mapping[str, str], wrong: list[str]) -> dict[int, str]:
        """What the cells of a row say; a blank one says nothing, and what cannot be kept goes into `wrong`."""
        said = values_of(cells, self.parsers, wrong)
        return {self.columns[name]: value for name, value in said.items()}

    def _spelled(self, pk: int, text: str) -> str:
        value = fitting(" ".join(text.split()), longest=longest(AttributeValue, "value"), label=self.names[pk])
        return self.spellings[pk].of(value)

    def changed(self, said: Said, held: Held, later: Iterable[str]) -> tuple[dict[int, str], list[str]]:
        """What the row says anew, and the names in the history of what somebody else has changed since the check."""
        new = {pk: value for pk, value in said.items() if _held(held, pk).casefold() != value.casefold()}
        late = {pk: name for pk in new if (name := f"{ATTRIBUTE}{self.names[pk]}") in later}
        return {pk: value for pk, value in new.items() if pk not in late}, list(late.values())

    def called(self, pks: Iterable[int]) -> set[str]:
        """The names of these in the history."""
        return {f"{ATTRIBUTE}{self.names[pk]}" for pk in pks}

    def told(self, said: Said, held: Held) -> dict[str, list[Any]]:
        """The same as the history tells it."""
        return {f"{ATTRIBUTE}{self.names[pk]}": [_held(held, pk) or None, value] for pk, value in said.items()}


def write(pairs: Iterable[tuple[int, Said]], held: Mapping[int, Held]) -> None:
    """Give customers, who are new or locked, what their rows say: two statements for thousands."""
    new: list[tuple[int, int, str]] = []
    changed: list[tuple[int, str]] = []
    for customer, said in pairs:
        rows = held.get(customer, {})
        for attribute, value in said.items():
            if attribute in rows:
                changed.append((rows[attribute][0], value))
            else:
                new.append((customer, attribute, value))
    bulk.insert(AttributeValue, ("customer_id", "attribute_id", "value"), new)
    bulk.update(AttributeValue, ("value",), changed)


def _values_of(attribute: int) -> list[str]:
    rows = AttributeValue.objects.filter(attribute=attribute).order_by()
    return list(rows.values_list("value", flat=True).distinct())


def _held(held: Held, attribute: int) -> str:
    return held[attribute][1] if attribute in held else ""
