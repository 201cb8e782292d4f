"""What belongs to customers, from a file: matched by its key in its system, compared and written in sets."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.translation import gettext as _

from core.choices import ImportOutcome
from core.models import Programme, User
from core.tables import Row
from customers.actions.homes import Homes
from customers.actions.import_rows import CHUNK, ImportPlan, People, changed_since, read_row, text_of
from customers.actions.known_customers import CustomerRow
from customers.models import Invoice, SupportCase
from customers.reports.wording import label_of
from customers.rules import import_values as values
from customers.rules.import_outcomes import Outcome, refused
from customers.rules.matching import Wanted
from customers.rules.names import domain_of, name_key

Thing = TypeVar("Thing", SupportCase, Invoice)


@dataclass(frozen=True)
class Unknown:
    """Why nobody can tell whose a row is, in sentences."""

    told: tuple[str, ...]


@dataclass
class Entry:
    """A row understood: whose it is, by what its system knows it, what people call it, and its columns.

    `wrong` is what of it could not be understood; the row cannot be taken then. `company` is the customer as the file
    writes it.
    """

    row: int
    home: Wanted
    contact_id: str
    key: str
    name: str
    values: dict[str, Any]
    unknown_people: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    company: str = ""

    @property
    def fingerprint(self) -> int:
        return hash((self.home, self.contact_id, repr(sorted(self.values.items()))))


class BelongingImport(ABC, Generic[Thing]):
    """One run over a file of things that belong to customers. `write` False tells what would happen.

    A subclass names its `model`, the columns it writes, what `named_by` tells a row, and how a row is understood.
    """

    model: ClassVar[type[SupportCase] | type[Invoice]]
    columns: ClassVar[tuple[str, ...]]
    named_by: ClassVar[tuple[str, ...]]
    labels: ClassVar[Mapping[str, str]]

    def __init__(self, plan: ImportPlan, headers: list[str], *, write: bool, by: User | None, at: datetime) -> None:
        self.plan, self.write, self.by, self.at = plan, write, by, at
        self.positions = plan.positions(headers)
        self.checked = plan.checked if write else None
        self.people = People.known()
        self.today = Programme.current().calendar.day_of(at)
        self.seen: dict[str, tuple[int, int]] = {}
        self.met: dict[int, int] = {}
        self.readers = self.parsers()

    @abstractmethod
    def understood(self, number: int, cells: dict[str, str]) -> Entry: ...

    @abstractmethod
    def existing(self, entries: list[Entry]) -> dict[str, Thing]:
        """What is here already, by the keys of the rows."""

    @abstractmethod
    def blank(self, entry: Entry, customer_id: int) -> Thing: ...

    @abstractmethod
    def parsers(self) -> Mapping[str, Callable[[str], Any]]:
        """What reads each column."""

    @abstractmethod
    def untrue_days(self, values: Mapping[str, Any], today: date) -> list[str]:
        """In words what cannot be true of these days."""

    def homes_of_contacts(self, entries: Iterable[Entry], homes: Homes) -> dict[str, CustomerRow]:
        """By the id of a contact the customer it belongs to, for rows that name no customer; none by default."""
        return {}

    def run(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """The outcome of every row, in the order of the file, a chunk at a time."""
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            read = [read_row(row, self.positions, self.understood, named_by=self.named_by) for row in chunk]
            entries = [entry for entry in read if isinstance(entry, Entry)]
            homes = Homes.known((entry.home for entry in entries), source=self.plan.source, locked=self.write)
            self.by_contact = self.homes_of_contacts(entries, homes)
            known = self.existing([entry for entry in entries if not entry.wrong])
            self.elsewhere: dict[tuple[int, str], Thing] = self._of_any_system(entries, homes)
            written: list[Thing] = []
            for entry in read:
                yield entry if isinstance(entry, Outcome) else self._decide(entry, homes, known, written)
            if self.write and written:
                self._save(written)

    def _of_any_system(self, entries: list[Entry], homes: Homes) -> dict[tuple[int, str], Thing]:
        """By customer and number what some system has brought, for a file that names none: a list that was exported
        and comes back doubles nothing. Of a number that two systems use for one customer neither is guessed."""
        if self.plan.source:
            return {}
        numbers = {_number_of(entry) for entry in entries}
        rows: Any = self.model._default_manager.exclude(source="")
        alike: dict[tuple[int, str], list[Thing]] = {}
        for row in rows.filter(customer__in=homes.ids, number__in=numbers):
            alike.setdefault((row.customer_id, row.number), []).append(row)
        return {place: found[0] for place, found in alike.items() if len(found) == 1}

    def home_of(self, cells: Mapping[str, str]) -> Wanted:
        """What the row says about whose it is."""
        return Wanted(
            cells.get("customer_external_id", "") if self.plan.source else "",
            name_key(cells.get("customer_name", "")),
            domain_of(cells.get("customer_domain", "")),
        )

    def text(self, column: str) -> Callable[[str], str]:
        """Reads a column as it stands."""
        return text_of(self.model, column, self.labels[column])

    def day(self, text: str) -> date:
        return values.day(text, order=self.plan.day_order)

    def _decide(self, entry: Entry, homes: Homes, known: dict[str, Thing], written: list[Thing]) -> Outcome:
        customer = self._home(entry, homes)
        if entry.wrong or isinstance(customer, Unknown):
            unknown: tuple[str, ...] = customer.told if isinstance(customer, Unknown) else ()
            return refused(entry.row, entry.name, [*entry.wrong, *unknown, *self.untrue_days(entry.values, self.today)])
        if repeated := self._repeated(entry, customer):
            return repeated
        found = known.get(entry.key) or self.elsewhere.get((customer.pk, _number_of(entry)))
        if found is not None and self.met.setdefault(found.pk, entry.row) != entry.row:
            return refused(entry.row, entry.name, [_of_one_number(self.met[found.pk])], customer.pk)
        thing = found or self.blank(entry, customer.pk)
        if thing.customer_id != customer.pk:
            moved = _("What the row names belongs to another customer here; look which is right.")
            return refused(entry.row, entry.name, [moved, *self.untrue_days(entry.values, self.today)], customer.pk)
        fields = self._apply(entry, thing)
        told = f"{entry.name} ({customer.name})"
        if not fields:
            return Outcome(entry.row, ImportOutcome.UNCHANGED, told, customer.pk)
        if found is not None and self._is_unshown(entry, found):
            reason = changed_since(", ".join(label_of(name, self.model) for name in fields))
            late = len(fields)
            return Outcome(entry.row, ImportOutcome.PROBLEM, told, customer.pk, reason=reason, left_alone=late)
        days = {name: getattr(thing, name) for name in self.columns if name.endswith("_on")}
        if wrong := self.untrue_days(days, self.today):
            return refused(entry.row, told, wrong, customer.pk)
        written.append(thing)
        kind = ImportOutcome.UPDATED if found else ImportOutcome.CREATED
        return Outcome(entry.row, kind, told, customer.pk, fields, "", entry.unknown_people)

    def _is_unshown(self, entry: Entry, found: Thing) -> bool:
        """Whether the person who imports was not shown what the row replaces in what is here."""
        if self.checked is None:
            return False
        return found.updated_at > self.checked or self.plan.is_unshown(entry.row)

    def _home(self, entry: Entry, homes: Homes) -> CustomerRow | Unknown:
        """The customer, or why that cannot be told."""
        if entry.home != Wanted("", "", "") or not entry.contact_id:
            unsaid = _("The row does not say whose it is, and nothing is guessed.")
            found = homes.of(entry.home, complaint=unsaid, named=entry.company)
            return Unknown((found,)) if isinstance(found, str) else found
        if entry.contact_id in self.by_contact:
            return self.by_contact[entry.contact_id]
        only = _("The row names no customer, only the contact %s, who is not here.") % entry.contact_id[:80]
        help = _(
            "To take rows that name only an unknown contact, import the contacts together with their customers first, "
            "or add a column with the customer to this file."
        )
        return Unknown((only, help))

    def _repeated(self, entry: Entry, customer: CustomerRow) -> Outcome | None:
        if entry.key not in self.seen:
            self.seen[entry.key] = (entry.row, entry.fingerprint)
            return None
        first, fingerprint = self.seen[entry.key]
        if fingerprint == entry.fingerprint:
            reason = _("The same as row %(row)s.") % {"row": first}
            return Outcome(entry.row, ImportOutcome.UNCHANGED, entry.name, customer.pk, reason=reason)
        return Outcome(entry.row, ImportOutcome.PROBLEM, entry.name, customer.pk, reason=_of_one_number(first))

    def _apply(self, entry: Entry, thing: Thing) -> dict[str, list[Any]]:
        """Set what differs and tell it."""
        fields: dict[str, list[Any]] = {}
        for column, value in entry.values.items():
            before = getattr(thing, column)
            if before != value:
                fields[column.removesuffix("_id")] = [
                    self._plain(column, before) if thing.pk else None,
                    self._plain(column, value),
                ]
                setattr(thing, column, value)
        return fields

    def _plain(self, column: str, value: Any) -> Any:
        if column.endswith("_id") and value is not None:
            return self.people.names.get(value)
        return value if value is None or isinstance(value, bool) else str(value)

    def _save(self, written: list[Thing]) -> None:
        rows: Any = self.model._default_manager
        new = [thing for thing in written if not thing.pk]
        changed = [thing for thing in written if thing.pk]
        for thing in written:
            thing.updated_at = self.at
            thing.version += bool(thing.pk)
        rows.bulk_create(new, batch_size=1_000)
        if changed:
            columns = [*self.columns, "updated_at", "version"]
            rows.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=columns)


def _number_of(entry: Entry) -> str:
    return str(entry.values.get("number", entry.key))


def _of_one_number(row: int) -> str:
    words = _("Row %(row)s has the same number and says something else; keep one of them.")
    return words % {"row": row}
