"""Lists of customers: what a row shows, how it sorts, and what people have entered before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Case, Count, DecimalField, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_lazy

from core.models import User
from customers.choices import SizeBand
from customers.models import Attribute, Contact, Customer
from customers.models.customer import CustomerQuerySet
from customers.reports.attributes import values_of
from customers.reports.wording import standing
from customers.reports.words import occurring_in
from customers.rules.names import domain_of, name_key


@dataclass(frozen=True)
class Column:
    """A column of the list: what people read above it, its name in `?sort=`, and what it sorts by."""

    label: Any
    sort: str = ""
    order: str = ""
    is_number: bool = False


COLUMNS = (
    Column(gettext_lazy("Customer"), "name", "name_key"),
    Column(gettext_lazy("Industry"), "industry", "industry"),
    Column(gettext_lazy("Region"), "region", "region"),
    Column(gettext_lazy("Country"), "country", "country"),
    Column(gettext_lazy("Employees"), "size", "size_rank"),
    Column(gettext_lazy("CSM"), "csm", "csm_name"),
    Column(gettext_lazy("Evangelists"), "evangelists", "evangelists", is_number=True),
    Column(gettext_lazy("Revenue a year"), "revenue", "revenue", is_number=True),
    Column(gettext_lazy("Lifecycle"), "lifecycle", "lifecycle"),
)
CHUNK = 2_000
ORDERS = {column.sort: column.order for column in COLUMNS}


def listed(rows: CustomerQuerySet) -> CustomerQuerySet:
    """The rows with what the list shows and sorts by, in one query. Unknown revenue sorts below every other."""
    evangelists = (
        Contact.objects.evangelists()
        .filter(customer=OuterRef("pk"))
        .order_by()
        .values("customer")
        .annotate(n=Count("*"))
    )
    ranks = [When(size_band=band, then=Value(rank)) for rank, band in enumerate(SizeBand.values, start=1)]
    return rows.select_related("csm").annotate(
        csm_name=Coalesce("csm__name", Value("")),
        evangelists=Coalesce(Subquery(evangelists.values("n")), Value(0)),
        revenue=Coalesce("recurring_revenue", Value(Decimal(-1)), output_field=DecimalField()),
        size_rank=Case(*ranks, default=Value(0), output_field=IntegerField()),
    )


def order_of(sort: str) -> list[str]:
    """The order for keyset paging that `?sort=` asks for, by name where it asks for nothing known."""
    minus, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    column = ORDERS.get(name, "name_key")
    rest = [] if column == "name_key" else ["name_key"]
    return [f"{minus}{column}", *rest, "pk"]


def export_header(attributes: Sequence[Attribute]) -> list[str]:
    return [
        gettext("Customer"),
        gettext("Web domain"),
        *(str(column.label) for column in COLUMNS[1:]),
        gettext("Well-known brand"),
        *(attribute.name for attribute in attributes),
    ]


def export_rows(rows: QuerySet[Any, Customer], *, attributes: Sequence[Attribute], today: date) -> Iterator[list[Any]]:
    """The list's rows as they leave the program, read in chunks."""
    yes, no = gettext("yes"), gettext("no")
    waiting = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(waiting, CHUNK)):
        said = values_of([row.pk for row in chunk], attributes)
        for row in chunk:
            values = said.get(row.pk, {})
            yield [
                row.name,
                row.domain,
                row.industry,
                row.region,
                row.country,
                row.size_band,
                row.csm.name if row.csm else "",
                getattr(row, "evangelists", 0),
                row.recurring_revenue,
                standing(row, today),
                yes if row.is_well_known else no,
                *(values.get(attribute.pk, "") for attribute in attributes),
            ]


@dataclass(frozen=True)
class Known:
    """Words that stand in some customer already, for filters and for suggestions while typing."""

    industries: list[str]
    regions: list[str]
    countries: list[str]


def known_words(user: User) -> Known:
    """What stands in the three columns now."""
    words = occurring_in("industry", "region", "country", user=user)
    return Known(words["industry"], words["region"], words["country"])


def look_alikes(name: str, domain: str) -> list[Customer]:
    """Customers that have the same name, legal form aside, or the same web domain, or had them as a duplicate that was
    merged into them since."""
    rows = Customer.objects.select_related("csm", "merged_into__csm")
    same_name = list(rows.filter(name_key=name_key(name))[:5])
    bare = domain_of(domain)
    same_domain = list(rows.filter(domain=bare).exclude(pk__in=[row.pk for row in same_name])[:5]) if bare else []
    return list(dict.fromkeys(row.survivor for row in same_name + same_domain))
