"""Contacts from a file: each belongs to a customer that is here; matched, compared and written in sets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from core.choices import ImportOutcome
from core.models import Programme, User
from core.tables import Row
from core.words import gettext_noop
from customers.actions.early_days import slips
from customers.actions.homes import COMPANY, Homes
from customers.actions.import_rows import (
    CHUNK,
    ImportPlan,
    append_changes,
    changed_since,
    fitting,
    read_row,
    subject_of,
    text_of,
    values_of,
)
from customers.actions.known_customers import CustomerRow
from customers.actions.later_contacts import LaterContacts
from customers.choices import EvangelistLevel
from customers.formats.contact_columns import LABELS
from customers.models import Contact
from customers.reports.wording import label_of
from customers.rules import import_values as values
from customers.rules.import_outcomes import Outcome, refused
from customers.rules.import_values import Unreadable
from customers.rules.matching import Wanted
from customers.rules.names import domain_of, name_key

WRITTEN = ["name", "title", "email", "phone", "roles", "evangelist_level", "evangelist_scope", "left_on", "version"]
WRITTEN += ["source", "source_id", "refusal_reason", "asked_on", "adoption"]
NAMED_BY = ("name", "email", "external_id")


@dataclass
class Entry:
    """A row understood: whose contact it is, what the other system calls it, and its columns of Contact.

    `wrong` is what of it could not be understood; the row cannot be taken then. `company` is the customer as the file
    writes it.
    """

    row: int
    customer: Wanted
    source_id: str
    values: dict[str, Any]
    wrong: tuple[str, ...] = ()
    subject: str = ""
    company: str = ""

    @property
    def fingerprint(self) -> int:
        said = self.values | {"name": self.values["name"].casefold(), "email": self.values.get("email", "").casefold()}
        return hash((self.customer, self.source_id, repr(sorted(said.items()))))


@dataclass
class Known:
    """What the database holds about the customers and contacts that the rows of a chunk may mean."""

    homes: Homes
    by_source_id: dict[str, Contact]
    by_customer: dict[int, list[Contact]]


class ContactImport:
    """One run over a file. `write` False tells what would happen and touches nothing."""

    def __init__(self, plan: ImportPlan, headers: list[str], *, write: bool, by: User | None, at: datetime) -> None:
        self.plan, self.write, self.by, self.at = plan, write, by, at
        self.positions = plan.positions(headers)
        self.today = Programme.current().calendar.day_of(at)
        self.seen: dict[tuple[Any, ...], tuple[int, int]] = {}
        self.met: dict[int, int] = {}
        self.parsers = self._parsers()
        self.later = LaterContacts(plan, plan.checked if write else None)

    def run(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """The outcome of every row, in the order of the file, a chunk at a time."""
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            read = [self._read(row) for row in chunk]
            known = self._known([entry for entry in read if isinstance(entry, Entry)])
            written: list[tuple[Contact, CustomerRow, dict[str, list[Any]]]] = []
            for entry in read:
                yield entry if isinstance(entry, Outcome) else self._decide(entry, known, written)
            if self.write and written:
                self._save(written)

    def _read(self, row: Row) -> Entry | Outcome:
        return read_row(row, self.positions, self._understood, named_by=NAMED_BY)

    def _understood(self, number: int, cells: dict[str, str]) -> Entry:
        if full_name := " ".join(filter(None, [cells.get("first_name"), cells.get("last_name")])):
            cells.setdefault("name", full_name)
        wrong: list[str] = []
        found = values_of(cells, self.parsers, wrong)
        found.setdefault("name", found.get("email", ""))
        if not cells.keys() & {"name", "email"}:
            wrong.append(_("The row names nobody: it has neither a name nor an e-mail address."))
        source_id = cells.get("external_id", "") if self.plan.source else ""
        customer = Wanted(
            cells.get("customer_external_id", "") if self.plan.source else "",
            name_key(cells.get("customer_name", "")),
            domain_of(cells.get("customer_domain", "")),
        )
        found.pop("external_id", None)
        subject = subject_of(cells, NAMED_BY) if wrong else ""
        return Entry(number, customer, source_id, found, tuple(wrong), subject, subject_of(cells, COMPANY))

    def _parsers(self) -> dict[str, Callable[[str], Any]]:
        texts = {column: text_of(Contact, column, LABELS[column]) for column in ("name", "title", "phone")}
        own_id = partial(fitting, longest=200, label=gettext_noop("The id"))
        return {
            **texts,
            "email": _email,
            "roles": values.contact_roles,
            "evangelist_level": values.evangelist_level,
            "evangelist_scope": values.evangelist_scope,
            "adoption": values.adoption,
            "left_on": partial(values.day, order=self.plan.day_order),
            **({"external_id": own_id} if self.plan.source else {}),
        }

    def _known(self, entries: list[Entry]) -> Known:
        """Three statements for a chunk, however many rows, customers and contacts it has."""
        homes = Homes.known(map(_home, entries), source=self.plan.source, locked=self.write)
        self.later.look(homes.ids)
        known = Known(homes, {}, {})
        mine = Q(source=self.plan.source, source_id__in={entry.source_id for entry in entries} - {""})
        for contact in Contact.objects.filter(mine | Q(customer__in=homes.ids)):
            known.by_customer.setdefault(contact.customer_id, []).append(contact)
            if contact.source_id and contact.source == self.plan.source:
                known.by_source_id[contact.source_id] = contact
        return known

    def _decide(self, entry: Entry, known: Known, written: list[Any]) -> Outcome:
        name = entry.values["name"]
        unsaid = _("The row does not say whose contact this is; fill in its customer, or map the column that names it.")
        customer = known.homes.of(_home(entry), complaint=unsaid, own_domain=entry.customer.domain, named=entry.company)
        if entry.wrong or isinstance(customer, str):
            unknown = [customer] if isinstance(customer, str) else []
            return refused(entry.row, entry.subject or name, [*entry.wrong, *unknown, *self._slips(entry.values)])
        if repeated := self._repeated(entry, customer):
            return repeated
        found = self._contact(entry, customer, known)
        if found is not None and not isinstance(found, str) and self.met.setdefault(found.pk, entry.row) != entry.row:
            found = _of_one_contact(self.met[found.pk])
        if isinstance(found, str):
            return refused(entry.row, name, [found, *self._slips(entry.values)], customer.pk)
        contact = found or Contact(customer_id=customer.pk, created_at=self.at)
        fields, late = self._apply(entry, contact)
        wrong = self._slips(entry.values if "left_on" in fields else {})
        if contact.evangelist_scope and contact.evangelist_level == EvangelistLevel.NONE:
            wrong.insert(0, _("Only an evangelist refers inside or outside the company."))
        if wrong:
            return refused(entry.row, name, wrong, customer.pk)
        told = f"{contact.name} ({customer.name})"
        remark = changed_since(", ".join(label_of(column, Contact) for column in late)) if late else ""
        if not fields:
            kind = ImportOutcome.PROBLEM if late else ImportOutcome.UNCHANGED
            return Outcome(entry.row, kind, told, customer.pk, reason=remark, left_alone=len(late))
        written.append((contact, customer, fields))
        kind = ImportOutcome.UPDATED if found else ImportOutcome.CREATED
        return Outcome(entry.row, kind, told, customer.pk, fields, remark, left_alone=len(late))

    def _slips(self, said: Mapping[str, Any]) -> list[str]:
        """What is wrong with the day on which the contact left; one that stands here already is nobody's slip now."""
        left_on = said.get("left_on")
        is_ahead = left_on is not None and left_on > self.today
        ahead = [_("The day lies ahead; enter it when the contact has left.")] if is_ahead else []
        return ahead + slips(past=[left_on], today=self.today)

    def _repeated(self, entry: Entry, customer: CustomerRow) -> Outcome | None:
        """The row as a repetition of an earlier one of this file, if it is one."""
        name, mail = entry.values["name"], entry.values.get("email", "").casefold()
        key = (entry.source_id,) if entry.source_id else (customer.pk, mail or name.casefold())
        if key not in self.seen:
            self.seen[key] = (entry.row, entry.fingerprint)
            return None
        first, fingerprint = self.seen[key]
        if fingerprint == entry.fingerprint:
            return Outcome(
                entry.row,
                ImportOutcome.UNCHANGED,
                name,
                customer.pk,
                reason=_("The same as row %(row)s.") % {"row": first},
            )
        return Outcome(entry.row, ImportOutcome.PROBLEM, name, customer.pk, reason=_of_one_contact(first))

    def _contact(self, entry: Entry, customer: CustomerRow, known: Known) -> Contact | str | None:
        """The contact that is meant, none if it is new, or why that cannot be told."""
        if entry.source_id in known.by_source_id:
            contact = known.by_source_id[entry.source_id]
            home = known.homes.survivors.get(contact.customer_id)
            if contact.customer_id != customer.pk and (home is None or home.pk != customer.pk):
                return _("The contact belongs to another customer here; mark it as left there and enter it anew.")
            return contact
        mail, name = entry.values.get("email", "").casefold(), entry.values["name"].casefold()
        others = [
            contact
            for contact in known.by_customer.get(customer.pk, [])
            if not (entry.source_id and contact.source == self.plan.source and contact.source_id)
        ]
        alike = [contact for contact in others if mail and contact.email.casefold() == mail] or [
            contact
            for contact in others
            if contact.name.casefold() == name and not (mail and contact.email and contact.email.casefold() != mail)
        ]
        if len(alike) > 1:
            words = _("%(count)s contacts of this customer could be meant; add the e-mail address.")
            return words % {"count": len(alike)}
        return alike[0] if alike else None

    def _apply(self, entry: Entry, contact: Contact) -> tuple[dict[str, list[Any]], list[str]]:
        """Set what differs and tell it, and what was changed after the check and stays; a contact that has no id of
        another system takes this one's."""
        wanted = dict(entry.values)
        if entry.source_id and not contact.source_id:
            wanted |= {"source": self.plan.source, "source_id": entry.source_id}
        is_here_already = contact.pk and wanted["name"].casefold() == contact.name.casefold()
        if is_here_already or (wanted["name"] == entry.values.get("email") and contact.name):
            # Two systems write a name in other capitals; neither of them respells it on every import.
            del wanted["name"]
        fields: dict[str, list[Any]] = {}
        differing = [column for column, value in wanted.items() if getattr(contact, column) != value]
        unshown = self.later.unshown(entry.row, contact, differing)
        late = [column for column in differing if column in unshown]
        for column, value in wanted.items():
            before = getattr(contact, column)
            if before != value and column not in unshown:
                fields[column] = [_plain(before) if contact.pk else None, _plain(value)]
                setattr(contact, column, value)
        if contact.refusal_reason and contact.evangelist_level != EvangelistLevel.NONE:
            fields |= {name: [_plain(getattr(contact, name)), None] for name in ("refusal_reason", "asked_on")}
            contact.refusal_reason, contact.asked_on = "", None
        return fields, late

    def _save(self, written: list[tuple[Contact, CustomerRow, dict[str, list[Any]]]]) -> None:
        changed = [contact for contact, _customer, _fields in written if contact.pk]
        new = [contact for contact, _customer, _fields in written if not contact.pk]
        self.later.own.update(contact.pk for contact in Contact.objects.bulk_create(new))
        for contact in changed:
            contact.version += 1
        if changed:
            Contact.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
        customers: dict[int, CustomerRow] = {}
        history: dict[int, dict[str, Any]] = {}
        for contact, customer, fields in written:
            customers[customer.pk] = customer
            told = history.setdefault(customer.pk, {})
            told |= {f"contact {contact.name}: {column}": pair for column, pair in fields.items()}
        append_changes(list(customers.values()), fields=history, reason=self.plan.reason, by=self.by, at=self.at)


def _home(entry: Entry) -> Wanted:
    """The customer as the row tells it; the company's own domain, else the one of the e-mail address."""
    wanted = entry.customer
    return Wanted(wanted.external_id, wanted.name_key, wanted.domain or domain_of(entry.values.get("email", "")))


def _of_one_contact(row: int) -> str:
    words = _("Row %(row)s is about the same contact and says something else; keep one of them.")
    return words % {"row": row}


def _email(text: str) -> str:
    address = text.split(",")[0].strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Unreadable(gettext_noop("“%(text)s” is not an e-mail address."), text=text[:80])
    return fitting(address, longest=254, label=LABELS["email"])


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return value if value is None else str(value)
