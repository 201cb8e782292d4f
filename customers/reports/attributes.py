"""Attributes of customers as pages, files and the API show them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Count, FilteredRelation, Q, QuerySet

from core.models import User
from customers.models import Attribute, AttributeValue, Customer
from customers.models.attribute import FIELD_PREFIX
from customers.reports.words import MOST

# Hops in the index from each value to the next, as for the words of a column; an attribute without values is one row.
STATEMENT: Final = f"""
    WITH RECURSIVE hop (attribute_id, value, number) AS (
        SELECT id, (SELECT MIN(value) FROM {{values}} WHERE attribute_id = {{attributes}}.id), 1
        FROM {{attributes}} WHERE is_active
        UNION ALL
        SELECT attribute_id, (
            SELECT MIN(value) FROM {{values}} WHERE attribute_id = hop.attribute_id AND value > hop.value
        ), number + 1 FROM hop WHERE value IS NOT NULL AND number < {MOST + 1}
    )
    SELECT {{attributes}}.key, {{attributes}}.name, hop.value FROM hop
    JOIN {{attributes}} ON {{attributes}}.id = hop.attribute_id
    ORDER BY {{attributes}}.position, {{attributes}}.id, hop.number
"""  # noqa: S608


@dataclass(frozen=True)
class KnownAttribute:
    """An attribute in use with the values that customers have, at most MOST of them."""

    field_name: str
    name: str
    values: list[str]


def known_attributes(user: User) -> list[KnownAttribute]:
    """The attributes in use, in their order, with what people have entered; one statement."""
    if Customer.objects.visible_to(user).query.is_empty():
        return []
    tables = {"attributes": Attribute._meta.db_table, "values": AttributeValue._meta.db_table}
    found: dict[str, KnownAttribute] = {}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(**tables))
        for key, name, value in cursor.fetchall():
            attribute = found.setdefault(key, KnownAttribute(f"{FIELD_PREFIX}{key}", name, []))
            if value is not None:
                attribute.values.append(value)
    return list(found.values())


def of_customer(customer: Customer) -> list[tuple[str, str]]:
    """Every attribute in use with what it says of the customer, empty where it says nothing."""
    mine = FilteredRelation("values", condition=Q(values__customer=customer))
    rows = Attribute.objects.active().annotate(mine=mine).values_list("name", "mine__value")
    return [(name, value or "") for name, value in rows]


def by_key(customers: Collection[int]) -> tuple[list[str], dict[int, dict[str, str]]]:
    """The keys of the attributes in use, and what they say of the customers; one statement."""
    theirs = FilteredRelation("values", condition=Q(values__customer__in=customers))
    rows = Attribute.objects.active().annotate(theirs=theirs)
    keys: dict[str, None] = {}
    found: dict[int, dict[str, str]] = {}
    for key, customer, value in rows.values_list("key", "theirs__customer", "theirs__value"):
        keys[key] = None
        if customer is not None:
            found.setdefault(customer, {})[key] = value
    return list(keys), found


def values_of(customers: Collection[int], attributes: Sequence[Attribute]) -> dict[int, dict[int, str]]:
    """What the attributes say of the customers: {customer: {attribute: value}}; no statement for no attribute."""
    found: dict[int, dict[int, str]] = {}
    if not attributes:
        return found
    rows = AttributeValue.objects.filter(customer__in=customers, attribute__in=attributes).order_by()
    for customer, attribute, value in rows.values_list("customer_id", "attribute_id", "value"):
        found.setdefault(customer, {})[attribute] = value
    return found


@dataclass(frozen=True)
class ListedAttribute:
    """A row of the catalogue: how many customers have a value, and how many values there are."""

    attribute: Attribute
    customers: int
    values: int


def catalogue() -> list[ListedAttribute]:
    """All attributes, those in use first."""
    rows = Attribute.objects.annotate(customers=Count("values"), spellings=Count("values__value", distinct=True))
    ordered = rows.order_by("-is_active", "position", "pk")
    return [ListedAttribute(row, row.customers, row.spellings) for row in ordered]


def customers_with(attribute: Attribute, value: str) -> int:
    """How many customers have the value."""
    return AttributeValue.objects.filter(attribute=attribute, value=value).count()


VALUE_ORDERS: Final = {
    "value": ("value",),
    "-value": ("-value",),
    "customers": ("customers", "value"),
    "-customers": ("-customers", "value"),
}


def value_order(sort: str) -> tuple[str, ...]:
    """The order that `?sort=` asks for, for keyset paging; by value where it asks for nothing known."""
    return VALUE_ORDERS.get(sort, VALUE_ORDERS["value"])


def values(attribute: Attribute, *, search: str = "") -> QuerySet[AttributeValue, Any]:
    """The values of an attribute, each with the number of customers that have it."""
    rows = AttributeValue.objects.filter(attribute=attribute)
    if search.strip():
        rows = rows.filter(value__icontains=search.strip())
    counted = rows.order_by().values("value").annotate(customers=Count("customer"))
    return counted.values_list("value", "customers", named=True)
