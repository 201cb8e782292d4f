"""A row of a file of customers understood: texts become values in columns of Customer, or a problem in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.tables import Row
from core.words import gettext_noop
from customers.actions import spellings
from customers.actions.import_rows import ImportPlan, People, fitting, read_row, subject_of, text_of, values_of
from customers.actions.imported_attributes import ImportedAttributes
from customers.actions.spellings import WORDY
from customers.choices import Lifecycle
from customers.formats.customer_columns import LABELS, OWNERS
from customers.models import Customer, Product
from customers.rules import import_values as values
from customers.rules.import_outcomes import Outcome
from customers.rules.import_values import Unreadable
from customers.rules.matching import Wanted
from customers.rules.names import domain_of, name_key

TEXTS = ("name", "churn_reason")
NAMED_BY = ("name", "external_id")


@dataclass(slots=True)
class Entry:
    """A row understood: what it says about a customer, in columns of Customer, and in attributes by their ids.

    `wrong` is what of it could not be understood; the row cannot be taken then.
    """

    row: int
    wanted: Wanted
    values: dict[str, Any]
    products: list[int] = field(default_factory=list)
    attributes: dict[int, str] = field(default_factory=dict)
    unknown_owners: tuple[str, ...] = ()
    unknown_products: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    subject: str = ""
    is_new_id: bool = False


class CustomerReader:
    """Reads rows as a plan says. People and products are looked up in what was known when it was made."""

    def __init__(self, plan: ImportPlan, headers: list[str]) -> None:
        self.plan, self.positions = plan, plan.positions(headers)
        self.people = People.known()
        self.product_names: dict[int, str] = dict(Product.objects.values_list("pk", "name"))
        self.product_ids = {name.casefold(): pk for pk, name in self.product_names.items()}
        self.attributes = ImportedAttributes(plan)
        self.parsers = self._parsers()

    def read(self, row: Row) -> Entry | Outcome:
        return read_row(row, self.positions, self._understood, named_by=NAMED_BY)

    def _understood(self, number: int, cells: dict[str, str]) -> Entry:
        external_id = cells.get("external_id", "") if self.plan.source else ""
        wrong: list[str] = []
        found = values_of(cells, self.parsers, wrong)
        found.pop("external_id", None)
        if not cells.get("name") and not external_id:
            wrong.append(_("The row names no customer."))
        unknown = []
        for role in sorted(OWNERS & cells.keys()):
            owner = self.people.find(cells[role])
            if owner is None:
                unknown.append(cells[role][:200])
            else:
                found[f"{role}_id"] = owner
        products, strange = self._products(cells.get("products", ""))
        said = self.attributes.read(cells, wrong)
        wrong += _settle_lifecycle(found)
        wanted = Wanted(external_id, name_key(found.get("name", "")), found.get("domain", ""))
        subject = subject_of(cells, NAMED_BY) if wrong else ""
        return Entry(number, wanted, found, products, said, tuple(unknown), strange, tuple(wrong), subject)

    def _parsers(self) -> dict[str, Callable[[str], Any]]:
        def day(text: str) -> Any:
            return values.day(text, order=self.plan.day_order)

        meant = set(self.plan.columns.values())
        # Values that thousands of customers share are worked out once.
        shared: dict[str, Callable[[str], Any]] = {
            "size_band": values.size_band,
            "recurring_revenue": values.revenue,
            "is_well_known": values.yes_or_no,
            "lifecycle": values.lifecycle,
            "churned_on": day,
            "in_production_since": day,
        }
        return {
            **({"external_id": _external_id} if self.plan.source else {}),
            **{column: text_of(Customer, column, LABELS[column]) for column in TEXTS},
            **{column: self._word_of(column) for column in WORDY if column in meant},
            "domain": _domain,
            **{column: lru_cache(maxsize=4_096)(parse) for column, parse in shared.items()},
        }

    def _word_of(self, column: str) -> Callable[[str], str]:
        """Reads a word by which customers are told apart: a filter and a line of the dashboard. It is spelled as most
        customers have it where a file has other capitals."""
        known, read = spellings.here(column), text_of(Customer, column, LABELS[column])
        return lru_cache(maxsize=4_096)(lambda text: known.of(read(text)))

    def _products(self, text: str) -> tuple[list[int], tuple[str, ...]]:
        named = values.parts(text)
        known = [self.product_ids[name.casefold()] for name in named if name.casefold() in self.product_ids]
        return known, tuple(name[:120] for name in named if name.casefold() not in self.product_ids)


def _external_id(text: str) -> str:
    return fitting(text, longest=200, label=gettext_noop("The id"))


def _domain(text: str) -> str:
    found = domain_of(text)
    if not found:
        raise Unreadable(gettext_noop("“%(text)s” is not a web address."), text=text[:80])
    return found


def _settle_lifecycle(found: dict[str, Any]) -> list[str]:
    """A day of leaving alone says that the customer left; with another stage it contradicts, which is returned."""
    if found.get("churned_on") and found.setdefault("lifecycle", Lifecycle.CHURNED.value) != Lifecycle.CHURNED:
        return [_("The row names a day of leaving for a customer that did not leave.")]
    return []
