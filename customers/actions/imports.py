"""Customers from a file: every row matched, compared and written in sets, whether it is tried or meant."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core import bulk
from core.choices import ImportOutcome
from core.models import Programme, User
from core.tables import Row
from customers.actions import imported_attributes
from customers.actions.customer_rows import CustomerReader, Entry
from customers.actions.earlier_rows import EarlierRows
from customers.actions.early_days import slips
from customers.actions.import_remarks import ImportRemarks
from customers.actions.import_rows import (
    CHUNK,
    ImportPlan,
    append_changes,
    changed_since,
    entered_since,
    later_changes,
    says_nothing,
)
from customers.actions.imported_attributes import Held
from customers.actions.known_customers import (
    BLANK,
    COLUMNS,
    CustomerRow,
    KnownCustomers,
    Written,
    candidates_of,
    known_customers,
)
from customers.choices import Lifecycle
from customers.models import Customer, ExternalId, ProductUse
from customers.reports.wording import label_of
from customers.rules.import_outcomes import Outcome, refused
from customers.rules.matching import Candidate, match
from customers.rules.names import name_key

# What a history says of a product that is in use since nobody knows when.
IN_USE = {"since": None, "until": None}
LEAVING = frozenset(["lifecycle", "churned_on", "churn_reason"])
Fields = dict[str, list[Any]]


class CustomerImport:
    """One run over a file. `write` False tells what would happen and touches nothing.

    Rows of the same customer are compared within the whole file: the first counts, a repetition is reported.
    """

    def __init__(self, plan: ImportPlan, headers: list[str], *, write: bool, by: User | None, at: datetime) -> None:
        self.plan, self.write, self.by, self.at = plan, write, by, at
        self.today = Programme.current().calendar.day_of(at)
        self.reader = CustomerReader(plan, headers)
        self.checked = plan.checked if write else None
        self.remarks = ImportRemarks()
        self.seen = EarlierRows(plan.source, self.reader.attributes.names)
        self.written = Written()
        self.new_by_name: dict[str, list[Candidate]] = {}

    def run(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """The outcome of every row, in the order of the file, a chunk at a time."""
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            read = [self.reader.read(row) for row in chunk]
            entries = [entry for entry in read if isinstance(entry, Entry)]
            self.remarks.read(entry.values for entry in entries if not entry.wrong)
            known = self._known(entries)
            living = {end.pk for end in known.ends.values()}
            self.later, self.entered = later_changes(living, self.checked), entered_since(living, self.checked)
            self.held = known.attributes
            created: list[Entry] = []
            updated: list[tuple[Entry, CustomerRow, Fields]] = []
            for entry in read:
                yield entry if isinstance(entry, Outcome) else self._decide(entry, known, created, updated)
            if self.write:
                self._create(created)
                self._update(updated)

    def _known(self, entries: list[Entry]) -> KnownCustomers:
        return known_customers(
            self.plan.source,
            external_ids={entry.wanted.external_id for entry in entries} - {""},
            name_keys={entry.wanted.name_key for entry in entries} - {""},
            with_products=any(entry.products for entry in entries),
            with_attributes={pk for entry in entries for pk in entry.attributes},
            written=self.written,
            locked=self.write,
        )

    def _decide(self, entry: Entry, known: KnownCustomers, created: list[Any], updated: list[Any]) -> Outcome:
        wanted = entry.wanted
        same_name = known.by_name.get(wanted.name_key, []) if wanted.name_key else []
        candidates = candidates_of(same_name, known.ends, known.external_ids)
        by_id = known.by_external_id.get(wanted.external_id) if wanted.external_id else None
        found = match(
            wanted,
            by_external_id=by_id.pk if by_id else self.written.ids.get(wanted.external_id),
            candidates=candidates + self.new_by_name.get(wanted.name_key, []),
        )
        name = entry.values.get("name", "") or (by_id.name if by_id else wanted.external_id)
        if entry.wrong or found.problem:
            wrong = [*entry.wrong, *([str(found.problem)] if found.problem else []), *self._slips(entry.values)]
            return refused(entry.row, entry.subject or name, wrong)
        if found.pk is not None and (found.pk < 0 or found.pk in self.seen):
            return self._repeated(entry, name, found.pk)
        if found.pk is None:
            return self._new(entry, created)
        customer = by_id or next(end for row in same_name if (end := known.ends[row.pk]).pk == found.pk)
        return self._compared(entry, customer, known, updated)

    def _repeated(self, entry: Entry, name: str, pk: int) -> Outcome:
        told: dict[str, Any] = {"row": self.seen.number(pk)}
        if differing := self.seen.differing(pk, entry):
            told["columns"] = ", ".join(map(label_of, differing))
            words = _("Row %(row)s is about the same customer and says something else: %(columns)s; keep one of them.")
            if self.seen.leaves_blank(pk, differing):
                words = _("Row %(row)s is about the same customer and leaves this blank: %(columns)s; put it there.")
            return Outcome(entry.row, ImportOutcome.PROBLEM, name, reason=words % told)
        reason = _("It says nothing that row %(row)s does not say.") % told
        return Outcome(entry.row, ImportOutcome.UNCHANGED, name, None, {}, reason, *_unknown(entry))

    def _new(self, entry: Entry, created: list[Any]) -> Outcome:
        wanted, name = entry.wanted, entry.values.get("name", "")
        if not name:
            unnamed = _("No customer has this id yet, and a new one needs a name.")
            return refused(entry.row, wanted.external_id, [unnamed, *self._complaints(entry.values, entry.values)])
        if wrong := self._complaints(entry.values, entry.values):
            return refused(entry.row, name, wrong)
        ids = (wanted.external_id,) if wanted.external_id else ()
        entry.is_new_id = bool(ids)
        self.seen.keep(-entry.row, entry)
        self.written.ids |= dict.fromkeys(ids, -entry.row)
        self.new_by_name.setdefault(wanted.name_key, []).append(Candidate(-entry.row, name, wanted.domain, ids))
        created.append(entry)
        self.remarks.entered(entry.values)
        fields = {column: [None, self._plain(column, value)] for column, value in entry.values.items()}
        fields |= {f"product {self.reader.product_names[pk]}": [None, dict(IN_USE)] for pk in entry.products}
        fields |= self.reader.attributes.told(entry.attributes, {})
        return Outcome(entry.row, ImportOutcome.CREATED, name, None, fields, "", *_unknown(entry))

    def _compared(self, entry: Entry, customer: CustomerRow, known: KnownCustomers, updated: list[Any]) -> Outcome:
        self.seen.keep(customer.pk, entry)
        changes = self._changes(entry, customer, known.former.get(customer.pk, set()))
        held = self.held.get(customer.pk, {})
        later = self._unshown(entry, customer, held)
        late = [column for column in changes if column.removesuffix("_id") in later]
        if not LEAVING.isdisjoint(late):
            # Whether a customer left, when and why are one thing.
            late += [column for column in changes if column in LEAVING and column not in late]
        changes = {column: value for column, value in changes.items() if column not in late}
        state = {"lifecycle": customer.lifecycle, "churned_on": customer.churned_on} | changes
        if wrong := self._complaints(state, changes):
            return refused(entry.row, customer.name, wrong, customer.pk)
        self._keep_new(entry, customer, known)
        entry.attributes, late_attributes = self.reader.attributes.changed(entry.attributes, held, later)
        late += late_attributes
        fields = self._told(entry, customer, changes) | self.reader.attributes.told(entry.attributes, held)
        warning = _swap(customer, changes) if fields else ""
        if fields:
            updated.append((entry, self._renewed(customer, changes, known), fields))
        if late:
            warning = f"{warning} {changed_since(', '.join(map(label_of, late)))}".strip()
        kind = ImportOutcome.UPDATED if fields else ImportOutcome.PROBLEM if late else ImportOutcome.UNCHANGED
        name = changes.get("name", customer.name)
        return Outcome(entry.row, kind, name, customer.pk, fields, warning, *_unknown(entry), left_alone=len(late))

    def _unshown(self, entry: Entry, customer: CustomerRow, held: Held) -> set[str]:
        """What the person who imports was not shown, as the history calls it: what was changed after the check, and
        all that a customer says of which the check did not know that the row means it."""
        later = self.later.get(customer.pk, set())
        if not (self.write and (customer.pk in self.entered or self.plan.is_unshown(entry.row))):
            return later
        said = {name.removesuffix("_id") for name in COLUMNS if not says_nothing(getattr(customer, name))}
        return later | said | self.reader.attributes.called(held)

    def _keep_new(self, entry: Entry, customer: CustomerRow, known: KnownCustomers) -> None:
        """Of the id and the products that a row names, leave only what the customer does not have yet."""
        entry.is_new_id = bool(entry.wanted.external_id) and entry.wanted.external_id not in known.by_external_id
        if entry.is_new_id:
            self.written.give(entry.wanted.external_id, customer.pk, known)
        entry.products = [pk for pk in entry.products if pk not in known.products.get(customer.pk, set())]

    def _told(self, entry: Entry, customer: CustomerRow, changes: dict[str, Any]) -> Fields:
        """What the history says of a row: columns before and after, the id and the products that are new."""
        fields = {
            column: [self._plain(column, getattr(customer, column)), self._plain(column, value)]
            for column, value in changes.items()
        }
        if entry.is_new_id:
            fields[f"external id {self.plan.source}"] = [None, entry.wanted.external_id]
        return fields | {f"product {self.reader.product_names[pk]}": [None, dict(IN_USE)] for pk in entry.products}

    def _renewed(self, customer: CustomerRow, changes: dict[str, Any], known: KnownCustomers) -> CustomerRow:
        after = customer._replace(version=customer.version + 1, **changes)
        after = after._replace(name_key=name_key(after.name))
        if (after.name_key, after.domain) != (customer.name_key, customer.domain):
            self.written.rename(customer, after, known)
        return after

    def _complaints(self, state: dict[str, Any], changes: dict[str, Any]) -> list[str]:
        """What is wrong with where the customer would stand; a day that stands there already is nobody's slip now."""
        wrong = self._slips(changes)
        if state.get("lifecycle") == Lifecycle.CHURNED and state.get("churned_on") is None:
            wrong.insert(0, _("A churned customer needs the day on which it left."))
        return wrong

    def _slips(self, changes: dict[str, Any]) -> list[str]:
        """A file may bring departures of long ago, which nobody enters by hand."""
        live, left = changes.get("in_production_since"), changes.get("churned_on")
        return slips(past=[live], future=[left, live], today=self.today)

    def _changes(self, entry: Entry, customer: CustomerRow, former: set[str]) -> dict[str, Any]:
        changes = {column: value for column, value in entry.values.items() if getattr(customer, column) != value}
        if "name" in changes and name_key(changes["name"]) in former | {customer.name_key}:
            # Two systems write the name differently; neither of them renames the customer on every import.
            del changes["name"]
        if customer.domain and changes.get("domain") in former:
            # What was decided when a duplicate was merged is not undone by the system that still has it.
            del changes["domain"]
        if changes.get("lifecycle", Lifecycle.CHURNED) != Lifecycle.CHURNED and customer.churned_on:
            changes |= {"churned_on": None, "churn_reason": ""}
        return changes

    def _plain(self, column: str, value: Any) -> Any:
        if column.endswith("_id"):
            return self.reader.people.names.get(value) if value else None
        return value if value is None or isinstance(value, bool) else str(value)

    def _create(self, created: list[Entry]) -> None:
        numbers = bulk.numbers(Customer, len(created))
        self.written.created.update(numbers)
        customers = [
            BLANK._replace(pk=number, name_key=entry.wanted.name_key, **entry.values)
            for number, entry in zip(numbers, created, strict=True)
        ]
        bulk.insert(Customer, ("id", *COLUMNS, "created_at"), ((*customer, self.at) for customer in customers))
        self._attach(zip(created, customers, strict=True))
        # What is no column of the customer, and so not kept as it stood.
        said = {pk: entry.attributes for pk, entry in zip(numbers, created, strict=True) if entry.attributes}
        fields = {pk: self.reader.attributes.told(values, {}) for pk, values in said.items()}
        append_changes(customers, fields=fields, reason=self.plan.reason, by=self.by, at=self.at)

    def _update(self, updated: list[tuple[Entry, CustomerRow, Fields]]) -> None:
        customers = [customer for _entry, customer, _fields in updated]
        bulk.update(Customer, COLUMNS, customers)
        self._attach((entry, customer) for entry, customer, _fields in updated)
        fields = {customer.pk: fields for _entry, customer, fields in updated}
        append_changes(customers, fields=fields, reason=self.plan.reason, by=self.by, at=self.at)

    def _attach(self, pairs: Iterable[tuple[Entry, CustomerRow]]) -> None:
        ids: list[tuple[int, str, str]] = []
        uses: list[tuple[int, int]] = []
        said: list[tuple[int, dict[int, str]]] = []
        for entry, customer in pairs:
            if entry.is_new_id:
                ids.append((customer.pk, self.plan.source, entry.wanted.external_id))
            uses += [(customer.pk, product) for product in entry.products]
            said.append((customer.pk, entry.attributes))
        bulk.insert(ExternalId, ("customer_id", "source", "value"), ids)
        bulk.insert(ProductUse, ("customer_id", "product_id"), uses)
        imported_attributes.write(said, self.held)


def _swap(customer: CustomerRow, changes: dict[str, Any]) -> str:
    """What is to be said where the opener of a customer with open follow-up business is replaced; empty elsewhere."""
    if "opener_id" not in changes or customer.opener_id is None or not customer.has_open_follow_up:
        return ""
    return _("Follow-up business is open, and the opener is replaced: customers buy again from people they know.")


def _unknown(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return entry.unknown_owners, entry.unknown_products
