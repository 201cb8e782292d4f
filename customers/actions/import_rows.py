"""What imports of customers and of contacts share: the plan, the cells of a row, and the people they may name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext

from core import bulk
from core.choices import ImportOutcome
from core.exports import as_typed
from core.models import User
from core.tables import Row
from core.words import gettext_noop
from customers.actions.importers import Plan
from customers.actions.known_customers import CustomerRow
from customers.choices import ChangeKind, ImportKind
from customers.models import KEPT, Customer, CustomerChange, ProductUse
from customers.rules.import_outcomes import Outcome, refused
from customers.rules.import_values import Unreadable, cleaned, yes_or_no

CHUNK = 5_000
# What was understood of a text is kept for the next row, of short texts only: they are few, and memory stays bounded.
OFTEN_THE_SAME = 80
kept_of = attrgetter(*KEPT)
Understood = TypeVar("Understood")


@dataclass(frozen=True, kw_only=True)
class ImportPlan(Plan):
    """Columns by {header: field}, the system the file comes from, and how its days are written."""

    kind: str = ImportKind.CUSTOMERS.value
    source: str = ""
    day_order: str = "auto"

    def positions(self, headers: Sequence[str]) -> list[tuple[int, str]]:
        """Which column holds which field; only these are ever looked at."""
        return [(number, self.columns[header]) for number, header in enumerate(headers) if header in self.columns]


@lru_cache(maxsize=8_192)
def _plain(text: str) -> str:
    return as_typed(cleaned(text))


def cells_of(row: Row, positions: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The texts of a row that are mapped and not blank. What was made harmless by an export is taken as it was."""
    cells: dict[str, str] = {}
    for position, name in positions:
        text = row.values[position]
        if text and (text := _plain(text) if len(text) <= OFTEN_THE_SAME else as_typed(cleaned(text))):
            cells[name] = f"{cells[name]}; {text}" if name in cells else text
    return cells


def read_row(
    row: Row,
    positions: Iterable[tuple[int, str]],
    understood: Callable[[int, dict[str, str]], Understood],
    *,
    named_by: Sequence[str],
) -> Understood | Outcome:
    """The row as `understood` takes its cells, or why it cannot be taken; `named_by` tells whom it is about."""
    cells = cells_of(row, positions)
    if row.problem:
        return Outcome(row.number, ImportOutcome.PROBLEM, subject_of(cells, named_by), reason=row.problem)
    try:
        if "is_deleted" not in cells or not yes_or_no(cells["is_deleted"]):
            return understood(row.number, cells)
    except Unreadable as complaint:
        return refused(row.number, subject_of(cells, named_by), [str(complaint)])
    reason = gettext("It is deleted in its system.")
    return Outcome(row.number, ImportOutcome.SKIPPED, subject_of(cells, named_by), reason=reason)


def subject_of(cells: Mapping[str, str], named_by: Iterable[str]) -> str:
    """Whom or what a row is about, as the file writes it."""
    return next((cells[name][:200] for name in named_by if name in cells), "")


def values_of(
    cells: Mapping[str, str], parsers: Mapping[str, Callable[[str], Any]], wrong: list[str]
) -> dict[str, Any]:
    """The columns that say something, as `parsers` read them. What cannot be read goes into `wrong`, all of it."""
    found: dict[str, Any] = {}
    for column, parse in parsers.items():
        if column in cells:
            try:
                found[column] = parse(cells[column])
            except Unreadable as complaint:
                wrong.append(str(complaint))
    return found


def text_of(model: type[Model], column: str, label: str) -> Callable[[str], str]:
    """Reads a text that is not longer than the database holds."""
    return partial(fitting, longest=longest(model, column), label=label)


def fitting(text: str, *, longest: int, label: str) -> str:
    if len(text) > longest:
        words = gettext_noop("%(label)s is longer than %(count)s characters.")
        raise Unreadable(words, label=gettext(label), count=longest)
    return text


@cache
def longest(model: type[Model], column: str) -> int:
    """How many characters the column holds."""
    return int(getattr(model._meta.get_field(column), "max_length", 0) or 0)


def changed_since(names: str) -> str:
    """What is said of values that somebody changed between the check of an import and the import itself."""
    words = gettext("%(names)s: changed here since the check, so it stays as it is. Import the file again to see both.")
    return words % {"names": names}


def later_changes(ids: Iterable[int], checked: datetime | None) -> dict[int, set[str]]:
    """By customer the names of what was changed after the check, as its history calls them; nothing without one."""
    later: dict[int, set[str]] = {}
    if checked is None:
        return later
    rows = CustomerChange.objects.filter(customer__in=ids, recorded_at__gt=checked).order_by()
    for pk, fields in rows.values_list("customer_id", "fields"):
        later.setdefault(pk, set()).update(name.removesuffix("_id") for name in fields)
    return later


def entered_since(ids: Iterable[int], checked: datetime | None) -> set[int]:
    """Which of these customers nobody knew at the check; none without one."""
    if checked is None:
        return set()
    return set(Customer.objects.filter(pk__in=ids, created_at__gt=checked).order_by().values_list("pk", flat=True))


def says_nothing(value: Any) -> bool:
    """Whether a value may be filled in without loss, whoever left it so."""
    return value in (None, "", [])


@dataclass
class People:
    """Colleagues by e-mail address and by full name. A name that two of them bear means nobody."""

    by_text: dict[str, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def known(cls) -> "People":
        people = cls()
        for pk, name, email, is_active in User.objects.order_by("is_active", "pk").values_list(
            "pk", "name", "email", "is_active"
        ):
            people.names[pk] = name or email
            people.by_text[email.casefold()] = pk
            key = " ".join(name.casefold().split())
            # Active colleagues come last and take a name from those who left; nobody has what two of them bear.
            is_shared = key in people.by_text and people.by_text[key] in {*people._active, None}
            people.by_text[key] = None if is_active and is_shared else pk
            if is_active:
                people._active.add(pk)
        return people

    _active: set[int] = field(default_factory=set)

    def find(self, text: str) -> int | None:
        return self.by_text.get(" ".join(text.casefold().split()))


def append_changes(
    customers: Sequence[CustomerRow],
    *,
    fields: Mapping[int, dict[str, Any]],
    kind: ChangeKind = ChangeKind.IMPORTED,
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    """Append customers as they stand to their history, in three statements however many they are."""
    ids = [customer.pk for customer in customers]
    latest = dict(
        CustomerChange.objects.filter(customer__in=ids)
        .order_by()
        .values_list("customer")
        .annotate(latest=Max("recorded_at"))
    )
    products: dict[int, list[str]] = {}
    uses: QuerySet[ProductUse, tuple[int, str]] = ProductUse.objects.filter(
        customer__in=ids, until__isnull=True
    ).values_list("customer_id", "product__name")
    for customer_id, name in uses.order_by():
        products.setdefault(customer_id, []).append(name)
    columns = ("customer_id", "recorded_at", "fields", "products", *KEPT, "by_id", "kind", "reason")
    told = (by.pk if by else None, kind, reason)
    rows = (
        # A clock that was set back must not put this change before the one it follows.
        (pk, max(at, latest.get(pk, at)), fields.get(pk, {}), sorted(products.get(pk, [])), *kept_of(customer), *told)
        for pk, customer in zip(ids, customers, strict=True)
    )
    bulk.insert(CustomerChange, columns, rows)
