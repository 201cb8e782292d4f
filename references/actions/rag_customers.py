"""Which customers the rows of a sheet mean: by the number that this program exported, else by name and domain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.models import User
from customers.actions.known_customers import CustomerRow, candidates_of, customer_rows, survivors
from customers.models import Customer
from customers.rules.matching import Wanted, match
from references.formats.rag_sheets import ReadCell
from references.permissions import customers_editable_by


@dataclass
class Entry:
    """A row understood: whom it means, and what it says about the cells, by dimension.

    `remark` says what is to be known of how its customer was found, `unread` what of it the file does not say.
    """

    row: int
    name: str
    wanted: Wanted
    identifier: int | None
    cells: dict[int, ReadCell]
    customer: CustomerRow | None = None
    remark: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """The customer that is meant, none if nobody is known, or why that cannot be told."""

    pk: int | None = None
    problem: str = ""


@dataclass
class KnownCustomers:
    """The customers that the rows of a chunk may mean, as they were before the import."""

    by_number: dict[int, CustomerRow]
    by_name: dict[str, list[CustomerRow]] = field(default_factory=dict)
    ends: dict[int, CustomerRow] = field(default_factory=dict)
    living: dict[int, CustomerRow] = field(default_factory=dict)
    editable: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Sequence[Entry], *, without: set[int], by: User | None, locked: bool) -> "KnownCustomers":
        """Every edit of a cell locks its customer first, so with `locked` nothing moves before the write."""
        rows = Customer.objects.order_by("pk")
        rows = rows.select_for_update() if locked else rows
        by_name = rows.filter(name_key__in={entry.wanted.name_key for entry in entries})
        by_number = rows.filter(pk__in={entry.identifier for entry in entries if entry.identifier})
        known = {row.pk: row for row in [*customer_rows(by_name), *customer_rows(by_number)] if row.pk not in without}
        found = cls(known, ends=survivors(known.values(), locked=locked))
        for row in known.values():
            found.by_name.setdefault(row.name_key, []).append(row)
        found.living = {row.pk: row for row in found.ends.values()}
        found.editable = _editable(found.living, by)
        return found

    def find(self, entry: Entry) -> Found:
        """The number counts, whatever the customer is called now; a number that nobody has is said."""
        numbered = self.by_number.get(entry.identifier) if entry.identifier else None
        by_name = match(
            entry.wanted,
            by_external_id=None,
            candidates=candidates_of(self.by_name.get(entry.wanted.name_key, []), self.ends, {}),
        )
        if numbered is None:
            if entry.identifier:
                entry.remark = _("No customer has the RefProgram id %d; the row goes by its name.") % entry.identifier
            return Found(by_name.pk, str(by_name.problem or ""))
        end = self.ends[numbered.pk]
        if entry.wanted.name_key in (numbered.name_key, end.name_key) or by_name.pk == end.pk:
            return Found(end.pk)
        told = {"id": entry.identifier, "customer": end.name, "name": entry.name}
        if by_name.problem or by_name.pk is not None:
            words = _(
                "The RefProgram id %(id)s is that of %(customer)s, and “%(name)s” is another customer; look again."
            )
            return Found(problem=words % told)
        entry.remark = _("“%(name)s” is called %(customer)s here; the RefProgram id %(id)s counts.") % told
        return Found(end.pk)


def _editable(ids: Iterable[int], by: User | None) -> set[int]:
    if by is None:
        return set(ids)
    return set(customers_editable_by(by).filter(pk__in=ids).values_list("pk", flat=True))
