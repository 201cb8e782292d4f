"""Support cases from a file."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from customers.actions.belonging_imports import BelongingImport, Entry
from customers.actions.homes import COMPANY, Homes
from customers.actions.import_rows import subject_of, values_of
from customers.actions.known_customers import CustomerRow, customer_rows, survivors
from customers.actions.support_cases import untrue_days
from customers.formats.case_columns import LABELS
from customers.models import Contact, Customer, SupportCase
from customers.rules import import_values as values


class CaseImport(BelongingImport[SupportCase]):
    """A case is known by its id in its system, else by its number. What contradicts itself is a problem of its row."""

    model = SupportCase
    columns = (
        "number", "subject", "severity", "is_escalated", "opened_on", "closed_on", "satisfaction", "solver_id",
    )  # fmt: skip
    named_by = ("number", "external_id", "subject")
    labels = LABELS

    def understood(self, number: int, cells: dict[str, str]) -> Entry:
        wrong: list[str] = []
        if key := cells.get("external_id", "") or cells.get("number", ""):
            cells.setdefault("number", key)
        else:
            wrong.append(_("The row names no case: it has neither a number nor an id."))
        found = values_of(cells, self.readers, wrong)
        unknown: tuple[str, ...] = ()
        if "solver" in cells and (solver := self.people.find(cells["solver"])):
            found["solver_id"] = solver
        elif "solver" in cells:
            unknown = (cells["solver"],)
        if "opened_on" not in cells:
            wrong.append(_("The row does not say when the case was opened."))
        if (is_open := found.pop("state", None)) is not None:
            wrong += _contradiction(cells, is_open=is_open)
            found.setdefault("closed_on", None)
        contact = cells.get("contact_external_id", "") if self.plan.source else ""
        name = subject_of(cells, self.named_by)
        company = subject_of(cells, COMPANY)
        return Entry(number, self.home_of(cells), contact, key[:200], name, found, unknown, tuple(wrong), company)

    def parsers(self) -> Mapping[str, Callable[[str], Any]]:
        return {
            "number": self.text("number"),
            "subject": self.text("subject"),
            "severity": values.case_severity,
            "is_escalated": values.yes_or_no,
            "satisfaction": values.satisfaction,
            "opened_on": self.day,
            "closed_on": self.day,
            "state": values.is_open_case,
        }

    def existing(self, entries: list[Entry]) -> dict[str, SupportCase]:
        """By the id, else by the number among those that a person has entered."""
        ids, numbers = {entry.key for entry in entries}, {entry.values["number"] for entry in entries}
        entered = {case.number: case for case in SupportCase.objects.filter(source_id="", number__in=numbers)}
        found = {entry.key: entered[number] for entry in entries if (number := entry.values["number"]) in entered}
        rows = SupportCase.objects.filter(source=self.plan.source, source_id__in=ids)
        return found | {case.source_id: case for case in rows}

    def blank(self, entry: Entry, customer_id: int) -> SupportCase:
        return SupportCase(customer_id=customer_id, source=self.plan.source, source_id=entry.key)

    def untrue_days(self, values: Mapping[str, Any], today: date) -> list[str]:
        return untrue_days(values.get("opened_on"), values.get("closed_on"), today)

    def homes_of_contacts(self, entries: Iterable[Entry], homes: Homes) -> dict[str, CustomerRow]:
        ids = {entry.contact_id for entry in entries} - {""}
        rows = Contact.objects.filter(source=self.plan.source, source_id__in=ids)
        owners = dict(rows.values_list("source_id", "customer_id"))
        customers = Customer.objects.filter(pk__in=set(owners.values())).order_by("pk")
        found = customer_rows(customers.select_for_update() if self.write else customers)
        # The contact may have been read before a merge that its customer was waited for.
        ends = survivors(found, locked=self.write)
        return {contact: ends[pk] for contact, pk in owners.items()}


def _contradiction(cells: Mapping[str, str], *, is_open: bool) -> list[str]:
    """What is wrong where the state of a case and the day on which it was solved do not say the same."""
    if is_open and "closed_on" in cells:
        return [_("The case is open by its state, and solved on a day; say which is right.")]
    if not is_open and "closed_on" not in cells:
        return [_("The case is closed, and the row does not say since when.")]
    return []
