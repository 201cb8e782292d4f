"""Support cases from a file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from core.words import gettext_noop
from customers.actions.belonging_imports import BelongingImport, Entry
from customers.actions.homes import Homes
from customers.actions.known_customers import CustomerRow, customer_rows
from customers.actions.support_cases import refuse_nonsense
from customers.formats.case_columns import LABELS
from customers.models import Contact, Customer, SupportCase
from customers.rules import import_values as values
from customers.rules.import_values import Unreadable

NO_END = gettext_noop("The case is closed, and the row does not say since when.")
NOT_OVER = gettext_noop("The case is open by its state, and solved on a day; say which is right.")
NO_BEGIN = gettext_noop("The row does not say when the case was opened.")
NO_NUMBER = gettext_noop("The row names no case: it has neither a number nor an id.")


class CaseImport(BelongingImport[SupportCase]):
    """A case is known by its id in its system, else by its number. What contradicts itself is a problem of its row."""

    model = SupportCase
    columns = (
        "number", "subject", "severity", "is_escalated", "opened_on", "closed_on", "satisfaction", "solver_id",
    )  # fmt: skip
    named_by = ("number", "external_id", "subject")
    labels = LABELS

    def understood(self, number: int, cells: dict[str, str]) -> Entry:
        key = cells.get("external_id", "") or cells.get("number", "")
        if not key:
            raise Unreadable(NO_NUMBER)
        cells.setdefault("number", key)
        found: dict[str, Any] = self.texts(cells, "number", "subject")
        unknown: tuple[str, ...] = ()
        if "severity" in cells:
            found["severity"] = values.case_severity(cells["severity"])
        if "is_escalated" in cells:
            found["is_escalated"] = values.yes_or_no(cells["is_escalated"])
        if "satisfaction" in cells:
            found["satisfaction"] = values.satisfaction(cells["satisfaction"])
        if "solver" in cells:
            found["solver_id"] = self.people.find(cells["solver"])
            unknown = () if found["solver_id"] else (cells["solver"],)
        found |= self._days(cells)
        contact = cells.get("contact_external_id", "") if self.plan.source else ""
        return Entry(number, self.home_of(cells), contact, key[:200], found, unknown)

    def _days(self, cells: dict[str, str]) -> dict[str, Any]:
        """When it was opened and solved; the state must not say otherwise."""
        days: dict[str, Any] = {
            name: values.day(cells[name], order=self.plan.day_order)
            for name in ("opened_on", "closed_on")
            if name in cells
        }
        if "opened_on" not in days:
            raise Unreadable(NO_BEGIN)
        if "state" in cells:
            is_open = values.is_open_case(cells["state"])
            if is_open and "closed_on" in days:
                raise Unreadable(NOT_OVER)
            if not is_open and "closed_on" not in days:
                raise Unreadable(NO_END)
            days.setdefault("closed_on", None)
        return days

    def existing(self, entries: list[Entry]) -> dict[str, SupportCase]:
        """By the id, else by the number among those that a person has entered."""
        ids, numbers = {entry.key for entry in entries}, {entry.values["number"] for entry in entries}
        entered = {case.number: case for case in SupportCase.objects.filter(source_id="", number__in=numbers)}
        found = {entry.key: entered[number] for entry in entries if (number := entry.values["number"]) in entered}
        rows = SupportCase.objects.filter(source=self.plan.source, source_id__in=ids)
        return found | {case.source_id: case for case in rows}

    def blank(self, entry: Entry, customer_id: int) -> SupportCase:
        return SupportCase(customer_id=customer_id, source=self.plan.source, source_id=entry.key)

    def refuse_nonsense(self, thing: SupportCase, today: date) -> None:
        refuse_nonsense(thing, today)

    def homes_of_contacts(self, entries: Iterable[Entry], homes: Homes) -> dict[str, CustomerRow]:
        ids = {entry.contact_id for entry in entries} - {""}
        rows = Contact.objects.filter(source=self.plan.source, source_id__in=ids)
        owners = dict(rows.values_list("source_id", "customer_id"))
        customers = Customer.objects.filter(pk__in=set(owners.values())).order_by("pk")
        found = {row.pk: row for row in customer_rows(customers.select_for_update() if self.write else customers)}
        return {contact: found[pk] for contact, pk in owners.items()}
