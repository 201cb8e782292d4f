"""The customers that the rows of a file may mean, read once for thousands of rows, as tuples and not as models."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from customers.models import AttributeValue, Customer, ExternalId, ProductUse
from customers.models.customer import CustomerQuerySet
from customers.rules.matching import Candidate


class CustomerRow(NamedTuple):
    """A customer as it stands; the columns are called as on the model."""

    pk: int
    name: str
    name_key: str
    domain: str
    industry: str
    region: str
    country: str
    size_band: str
    recurring_revenue: Decimal | None
    is_well_known: bool
    lifecycle: str
    churned_on: date | None
    churn_reason: str
    in_production_since: date | None
    opener_id: int | None
    account_executive_id: int | None
    account_manager_id: int | None
    csm_id: int | None
    executive_sponsor_id: int | None
    has_open_follow_up: bool
    merged_into_id: int | None
    version: int


COLUMNS = CustomerRow._fields[1:]
DEFAULTS = {field.attname: field.get_default() for field in Customer._meta.concrete_fields}
BLANK = CustomerRow(0, *(DEFAULTS[column] for column in COLUMNS))


@dataclass
class KnownCustomers:
    """What the database holds about the customers that some rows may mean.

    `ends` and `external_ids` (those of the rows' own source), `products` and `attributes` are by the ids of customers,
    `former` by those of survivors. Of an attribute it is the number of the row that holds its value, and the value.
    """

    by_external_id: dict[str, CustomerRow] = field(default_factory=dict)
    by_name: dict[str, list[CustomerRow]] = field(default_factory=dict)
    ends: dict[int, CustomerRow] = field(default_factory=dict)
    former: dict[int, set[str]] = field(default_factory=dict)
    external_ids: dict[int, tuple[str, ...]] = field(default_factory=dict)
    products: dict[int, set[int]] = field(default_factory=dict)
    attributes: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)


@dataclass
class Written:
    """What a run has done so far, written or only tried: later rows meet the customers as earlier ones left them.

    `ids` are the external ids it gave, by value; `renamed` the customers that are now found under other words.
    """

    created: set[int] = field(default_factory=set)
    renamed: dict[int, CustomerRow] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    ids_of: dict[int, str] = field(default_factory=dict)

    def give(self, value: str, pk: int, known: KnownCustomers) -> None:
        """A customer that was there has another id now."""
        self.ids[value] = pk
        self.ids_of[pk] = value
        known.external_ids[pk] = (*known.external_ids.get(pk, ()), value)

    def rename(self, before: CustomerRow, after: CustomerRow, known: KnownCustomers) -> None:
        """A customer that was there goes by another name or domain now."""
        self.renamed[after.pk] = after
        known.ends |= {pk: after for pk, end in known.ends.items() if end.pk == after.pk}
        alike = [row for row in known.by_name.get(before.name_key, []) if row.pk != after.pk]
        known.by_name[before.name_key] = alike
        known.by_name[after.name_key] = [*known.by_name.get(after.name_key, []), after]


def known_customers(
    source: str,
    *,
    external_ids: set[str],
    name_keys: set[str],
    with_products: bool,
    with_attributes: Collection[int],
    written: Written,
    locked: bool,
) -> KnownCustomers:
    """The customers of these ids and names: a handful of statements, however many they are.

    `locked` ones are kept from any edit until the transaction ends, so nothing moves between comparing and writing.
    """
    given = ExternalId.objects.filter(source=source).order_by("pk")
    owned = dict(given.filter(value__in=external_ids - written.ids.keys()).values_list("value", "customer_id"))
    found = _found(set(owned.values()), name_keys, written, locked=locked)
    ends = survivors(found, locked=locked)
    known = KnownCustomers(ends={pk: written.renamed.get(end.pk, end) for pk, end in ends.items()})
    known.by_external_id = {value: known.ends[pk] for value, pk in owned.items()}
    for row in found:
        known.by_name.setdefault(row.name_key, []).append(row)
    living = {row.pk for row in known.ends.values()}
    known.external_ids = _ids_of(living, given, written)
    known.products = _products_of(living) if with_products else {}
    known.attributes = _attributes_of(living, with_attributes) if with_attributes else {}
    known.former = former_names(living)
    return known


def _ids_of(living: set[int], given: QuerySet[ExternalId], written: Written) -> dict[int, tuple[str, ...]]:
    """The ids of each customer as earlier rows left them: none that they gave to another, and those that it got."""
    ids: dict[int, tuple[str, ...]] = {}
    for pk, value in given.filter(customer__in=living).values_list("customer_id", "value"):
        if value not in written.ids:
            ids[pk] = (*ids.get(pk, ()), value)
    for pk in written.ids_of.keys() & living:
        ids[pk] = (*ids.get(pk, ()), written.ids_of[pk])
    return ids


def _products_of(living: set[int]) -> dict[int, set[int]]:
    products: dict[int, set[int]] = {}
    uses = ProductUse.objects.filter(customer__in=living).order_by()
    for pk, product in uses.values_list("customer_id", "product_id"):
        products.setdefault(pk, set()).add(product)
    return products


def _attributes_of(living: set[int], attributes: Collection[int]) -> dict[int, dict[int, tuple[int, str]]]:
    held: dict[int, dict[int, tuple[int, str]]] = {}
    said = AttributeValue.objects.filter(customer__in=living, attribute__in=attributes).order_by()
    for pk, attribute, number, value in said.values_list("customer_id", "attribute_id", "pk", "value"):
        held.setdefault(pk, {})[attribute] = (number, value)
    return held


def _found(pks: set[int], name_keys: set[str], written: Written, *, locked: bool) -> list[CustomerRow]:
    rows = Customer.objects.order_by("pk")
    rows = rows.select_for_update() if locked else rows
    by_id = customer_rows(rows.filter(pk__in=pks))
    by_name = [row for row in customer_rows(rows.filter(name_key__in=name_keys)) if row.pk not in pks]
    found = [row for row in by_id + by_name if row.pk not in written.created]
    if not written.renamed:
        return found
    now = {row.pk: written.renamed.get(row.pk, row) for row in found}
    return list((now | {pk: row for pk, row in written.renamed.items() if row.name_key in name_keys}).values())


def customer_rows(customers: CustomerQuerySet) -> list[CustomerRow]:
    return [CustomerRow._make(row) for row in customers.values_list(*CustomerRow._fields)]


def survivors(found: Iterable[CustomerRow], *, locked: bool) -> dict[int, CustomerRow]:
    """For each customer the one it was merged into in the end, itself if it was not; by the first one's id."""
    rows = Customer.objects.order_by("pk")
    rows = rows.select_for_update() if locked else rows
    by_pk = {customer.pk: customer for customer in found}
    ends = dict(by_pk)
    while missing := {row.merged_into_id for row in by_pk.values() if row.merged_into_id} - by_pk.keys():
        by_pk |= {row.pk: row for row in customer_rows(rows.filter(pk__in=missing))}
    for pk, row in ends.items():
        while row.merged_into_id:
            row = by_pk[row.merged_into_id]
        ends[pk] = row
    return ends


def candidates_of(
    found: Iterable[CustomerRow], ends: Mapping[int, CustomerRow], external_ids: Mapping[int, tuple[str, ...]]
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
        merged = list(
            Customer.objects.filter(merged_into__in=ends)
            .order_by()
            .values_list("pk", "merged_into_id", "name_key", "domain")
        )
        ends = {pk: ends[into] for pk, into, _name_key, _domain in merged if into}
        for pk, _into, name_key, domain in merged:
            former.setdefault(ends[pk], set()).update({name_key, domain} - {""})
    return former
