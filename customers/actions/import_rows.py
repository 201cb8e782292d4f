"""What imports of customers and of contacts share: the plan, the cells of a row, and the people they may name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext

from core.choices import ImportOutcome
from core.exports import as_typed
from core.models import User
from core.tables import Row
from core.words import gettext_noop
from customers.actions.importers import Plan
from customers.choices import ChangeKind, ImportKind
from customers.models import KEPT, Customer, CustomerChange, ProductUse
from customers.rules.import_outcomes import Outcome
from customers.rules.import_values import Unreadable, cleaned, yes_or_no
from customers.rules.matching import Candidate

CHUNK = 500
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


def cells_of(row: Row, positions: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The texts of a row that are mapped and not blank. What was made harmless by an export is taken as it was."""
    cells: dict[str, str] = {}
    for position, name in positions:
        text = as_typed(cleaned(row.values[position]))
        if text:
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
    if row.problem:
        return Outcome(row.number, ImportOutcome.PROBLEM, reason=row.problem)
    cells = cells_of(row, positions)
    subject = next((cells[name][:200] for name in named_by if name in cells), "")
    try:
        if "is_deleted" in cells and yes_or_no(cells["is_deleted"]):
            return Outcome(row.number, ImportOutcome.SKIPPED, subject, reason=gettext("It is deleted in its system."))
        return understood(row.number, cells)
    except Unreadable as complaint:
        return Outcome(row.number, ImportOutcome.PROBLEM, subject, reason=str(complaint))


def fitting(text: str, *, longest: int, label: str) -> str:
    if len(text) > longest:
        words = gettext_noop("%(label)s is longer than %(count)s characters.")
        raise Unreadable(words, label=gettext(label), count=longest)
    return text


@cache
def longest(model: type[Model], column: str) -> int:
    """How many characters the column holds."""
    return int(getattr(model._meta.get_field(column), "max_length", 0) or 0)


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
            # Active colleagues come last and take a name from those who left.
            taken = people.by_text.get(key)
            people.by_text[key] = None if is_active and taken in people._active else pk
            if is_active:
                people._active.add(pk)
        return people

    _active: set[int] = field(default_factory=set)

    def find(self, text: str) -> int | None:
        return self.by_text.get(" ".join(text.casefold().split()))


def append_changes(
    customers: Sequence[Customer],
    *,
    fields: Mapping[int, dict[str, Any]],
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
    for customer_id, name in uses:
        products.setdefault(customer_id, []).append(name)
    CustomerChange.objects.bulk_create(
        CustomerChange(
            customer=customer,
            # A clock that was set back must not put this change before the one it follows.
            recorded_at=max(at, latest.get(customer.pk, at)),
            by=by,
            kind=ChangeKind.IMPORTED,
            reason=reason,
            fields=fields.get(customer.pk, {}),
            products=sorted(products.get(customer.pk, [])),
            **{name: getattr(customer, name) for name in KEPT},
        )
        for customer in customers
    )


def survivors(found: Iterable[Customer]) -> dict[int, Customer]:
    """For each customer the one it was merged into in the end, itself if it was not; by the first one's id."""
    by_pk = {customer.pk: customer for customer in found}
    ends = dict(by_pk)
    while missing := {row.merged_into_id for row in by_pk.values() if row.merged_into_id} - by_pk.keys():
        by_pk |= {row.pk: row for row in Customer.objects.filter(pk__in=missing)}
    for pk, row in ends.items():
        while row.merged_into_id:
            row = by_pk[row.merged_into_id]
        ends[pk] = row
    return ends


def candidates_of(
    found: Iterable[Customer], ends: Mapping[int, Customer], external_ids: Mapping[int, tuple[str, ...]]
) -> list[Candidate]:
    """The customers that these rows mean now; a merged one is still known under the domain it had."""
    candidates = []
    for row in found:
        end = ends[row.pk]
        domains = dict.fromkeys([end.domain, row.domain or end.domain])
        candidates += [Candidate(end.pk, end.name, domain, external_ids.get(end.pk, ())) for domain in domains]
    return candidates


def former_names(ids: Iterable[int]) -> dict[int, set[str]]:
    """Under which names, as they are compared, and domains each customer was here before duplicates were merged."""
    former: dict[int, set[str]] = {}
    ends = {pk: pk for pk in ids}
    while ends:
        merged = Customer.objects.filter(merged_into__in=ends)
        ends = {row.pk: ends[row.merged_into_id] for row in merged if row.merged_into_id}
        for row in merged:
            former.setdefault(ends[row.pk], set()).update({row.name_key, row.domain} - {""})
    return former
