"""Filters of customers: one set for the list, the grid and the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from core.models import User
from customers.choices import Lifecycle, SizeBand
from customers.models import Attribute, AttributeValue, Customer, Product, ProductUse
from customers.models.attribute import FIELD_PREFIX
from customers.models.customer import CustomerQuerySet
from customers.reports import customers as report
from customers.reports.attributes import known_attributes

YES = forms.CheckboxInput


class AttributeFilter(CharFilter):  # type: ignore[misc]  # the library has no types
    """Customers of whom an attribute says just this."""

    def __init__(self, attribute: Attribute) -> None:
        super().__init__(label=attribute.name)
        self.attribute = attribute

    def filter(self, rows: CustomerQuerySet, value: str) -> CustomerQuerySet:
        if not value:
            return rows
        having = AttributeValue.objects.filter(attribute=self.attribute, value=value)
        return rows.filter(pk__in=having.values("customer_id"))


def attribute_filters(data: Iterable[str] | None) -> dict[str, AttributeFilter]:
    """A filter for every attribute that the address names, as in `attribute_use_case=Fraud detection`.

    No query where it names none. A retired attribute still narrows: an old address must not show everybody.
    """
    keys = [name.removeprefix(FIELD_PREFIX) for name in data or () if name.startswith(FIELD_PREFIX)]
    if not keys:
        return {}
    return {row.field_name: AttributeFilter(row) for row in Attribute.objects.filter(key__in=keys)}


class CustomerFilter(FilterSet):  # type: ignore[misc]  # the library has no types
    """Narrows a CustomerQuerySet by the query string. Needs `request` for “mine”."""

    q = CharFilter(method="filter_search", label=_("Search"))
    mine = BooleanFilter(method="filter_mine", label=_("My customers"), widget=YES)
    owner = ModelChoiceFilter(method="filter_owner", label=_("Owner"), queryset=User.objects.active())
    region = CharFilter(label=_("Region"))
    industry = CharFilter(label=_("Industry"))
    country = CharFilter(label=_("Country"))
    product = ModelChoiceFilter(method="filter_product", label=_("Product"), queryset=Product.objects.all())
    size = ChoiceFilter(field_name="size_band", label=_("Employees"), choices=SizeBand.choices)
    lifecycle = ChoiceFilter(label=_("Lifecycle"), choices=Lifecycle.choices)
    well_known = BooleanFilter(method="filter_well_known", label=_("Well-known brand"), widget=YES)

    base_filters: Any

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(self, data: Any = None, *arguments: Any, **options: Any) -> None:
        self.base_filters = {**self.base_filters, **attribute_filters(data)}
        super().__init__(data, *arguments, **options)

    def filter_search(self, rows: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        return rows.search(value)

    def filter_mine(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        return rows.owned_by(self.request.user) if value else rows

    def filter_owner(self, rows: CustomerQuerySet, name: str, value: User) -> CustomerQuerySet:
        return rows.owned_by(value)

    def filter_product(self, rows: CustomerQuerySet, name: str, value: Product) -> CustomerQuerySet:
        """Customers that use the product today."""
        used = ProductUse.objects.filter(product=value).filter(
            Q(until__isnull=True) | Q(until__gte=timezone.localdate())
        )
        return rows.filter(pk__in=used.values("customer_id"))

    def filter_well_known(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        return rows.filter(is_well_known=True) if value else rows


@dataclass(frozen=True)
class Chip:
    """One filter as a page shows it. Without choices it is a switch."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]

    @property
    def is_on(self) -> bool:
        return bool(self.value)


def chips(filters: CustomerFilter, names: Sequence[str]) -> list[Chip]:
    """The filters of these names and those of the attributes, with what people may choose and what is chosen now."""
    offered = _offered(filters.request.user)
    shown = [
        Chip(
            name,
            str(filters.filters[name].label),
            filters.data.get(name, ""),
            [(str(value), str(label)) for value, label in offered.get(name, [])],
        )
        for name in names
    ]
    return shown + [
        Chip(one.field_name, one.name, filters.data.get(one.field_name, ""), [(value, value) for value in one.values])
        for one in known_attributes(filters.request.user)
        if one.values
    ]


def _offered(user: User) -> dict[str, Iterable[tuple[Any, Any]]]:
    known = report.known_words(user)
    return {
        "region": [(word, word) for word in known.regions],
        "industry": [(word, word) for word in known.industries],
        "country": [(word, word) for word in known.countries],
        "product": Product.objects.values_list("pk", "name"),
        "size": SizeBand.choices,
        "lifecycle": Lifecycle.choices,
        "owner": User.objects.active().values_list("pk", "name"),
    }
