"""Filters of customers, evangelists and referrals: one set for the list, the grid and the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter, NumberFilter
from django_filters.fields import ModelChoiceField as OneOfRows

from core.forms import RowNumber, Switch
from core.models import User
from core.quarters import FiscalCalendar, Quarter
from core.requests import programme_day
from customers.choices import LIFECYCLES, EvangelistLevel, EvangelistScope, ReferralOutcome, SizeBand
from customers.models import Attribute, AttributeValue, Contact, Customer, Product, ProductUse, Referral
from customers.models.attribute import FIELD_PREFIX
from customers.models.contact import ContactQuerySet
from customers.models.customer import CustomerQuerySet
from customers.models.referral import ReferralQuerySet
from customers.reports import customers as report
from customers.reports.attributes import known_attributes
from customers.reports.evangelists import POLICY


class SwitchFilter(BooleanFilter):  # type: ignore[misc]
    """On, off, or not asked for."""

    field_class = Switch


class RowFilter(NumberFilter):  # type: ignore[misc]
    """Rows of the one that is named by its id."""

    field_class = RowNumber

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=BigIntegerField.MAX_BIGINT, **options)


class RowChoiceField(OneOfRows):  # type: ignore[misc]
    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value not in (*self.empty_values, self.null_value):
            RowNumber().to_python(value)
        return super().to_python(value)


class RowChoiceFilter(ModelChoiceFilter):  # type: ignore[misc]
    """The same where the rows that may be named are known."""

    field_class = RowChoiceField


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
    mine = SwitchFilter(method="filter_mine", label=_("My customers"))
    owner = RowChoiceFilter(method="filter_owner", label=_("Owner"), queryset=User.objects.active())
    region = CharFilter(label=_("Region"))
    industry = CharFilter(label=_("Industry"))
    country = CharFilter(label=_("Country"))
    product = RowChoiceFilter(method="filter_product", label=_("Product"), queryset=Product.objects.all())
    size = ChoiceFilter(field_name="size_band", label=_("Employees"), choices=SizeBand.choices)
    lifecycle = ChoiceFilter(method="filter_lifecycle", label=_("Lifecycle"), choices=LIFECYCLES)
    well_known = SwitchFilter(method="filter_well_known", label=_("Well-known brand"))

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
            Q(until__isnull=True) | Q(until__gt=programme_day(self.request))
        )
        return rows.filter(pk__in=used.values("customer_id"))

    def filter_lifecycle(self, rows: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        return rows.standing(value, programme_day(self.request))

    def filter_well_known(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        return rows.filter(is_well_known=True) if value else rows


LEVELS = [
    (EvangelistLevel.UNPROMPTED.value, _("Unprompted")),
    (EvangelistLevel.PROMPTED.value, _("Prompted")),
    ("asked", _("Asked, does not refer us")),
    ("everyone", _("All contacts")),
    ("left", _("Left, or the customer did")),
]


class EvangelistFilter(FilterSet):  # type: ignore[misc]
    """Contacts, those who speak for us unless `level` says otherwise. Values that mean nothing are passed over.

    `stale` were not briefed for too long, `mine` are at customers of which the person owns a side.
    """

    q = CharFilter(method="filter_search", label=_("Search"))
    level = ChoiceFilter(method="filter_level", label=_("Evangelist"), choices=LEVELS)
    scope = ChoiceFilter(field_name="evangelist_scope", label=_("Refers"), choices=EvangelistScope.choices)
    stale = SwitchFilter(method="filter_stale", label=_("Not briefed lately"))
    mine = SwitchFilter(method="filter_mine", label=_("My customers"))
    customer = RowFilter(field_name="customer_id", label=_("Customer"))

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        readable = Contact.objects.visible_to(user).filter(customer__merged_into__isnull=True)
        super().__init__(data, queryset=readable)
        self.user, self.today = user, today

    @cached_property
    def rows(self) -> ContactQuerySet:
        """The contacts that are asked for, in no order."""
        self.form.is_valid()
        rows: ContactQuerySet = self.filter_queryset(self.queryset).order_by()
        return rows if self.form.cleaned_data.get("level") else rows.evangelists().staying(self.today)

    def filter_search(self, rows: ContactQuerySet, name: str, value: str) -> ContactQuerySet:
        return rows.search(value)

    def filter_level(self, rows: ContactQuerySet, name: str, value: str) -> ContactQuerySet:
        if value == "left":
            return rows.leaving(self.today)
        rows = rows.present().staying(self.today)
        if value == "asked":
            return rows.exclude(refusal_reason="")
        return rows if value == "everyone" else rows.filter(evangelist_level=value)

    def filter_stale(self, rows: ContactQuerySet, name: str, value: bool) -> ContactQuerySet:
        return rows.stale(POLICY.briefed_since(self.today)) if value else rows

    def filter_mine(self, rows: ContactQuerySet, name: str, value: bool) -> ContactQuerySet:
        own = Customer.objects.visible_to(self.user).owned_by(self.user)
        return rows.filter(customer__in=own.order_by().values("pk")) if value else rows


def _is_quarter(value: str) -> None:
    try:
        Quarter.parse(value)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem


OUTCOMES = [*ReferralOutcome.choices, ("withdrawn", _("Withdrawn"))]


class ReferralFilter(FilterSet):  # type: ignore[misc]
    """Referrals, the withdrawn ones left out unless `outcome` asks for them. `quarter`: made or won in it."""

    q = CharFilter(method="filter_search", label=_("Search"))
    outcome = ChoiceFilter(method="filter_outcome", label=_("Outcome"), choices=OUTCOMES)
    prompted = SwitchFilter(field_name="is_prompted", label=_("We had asked for it"))
    quarter = CharFilter(method="filter_quarter", label=_("Quarter"), validators=[_is_quarter])
    customer = RowFilter(field_name="contact__customer_id", label=_("Customer"))
    contact = RowFilter(field_name="contact_id", label=_("Contact"))

    class Meta:
        model = Referral
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, calendar: FiscalCalendar) -> None:
        super().__init__(data, queryset=Referral.objects.visible_to(user))
        self.calendar = calendar

    @cached_property
    def rows(self) -> ReferralQuerySet:
        """The referrals that are asked for, in no order."""
        self.form.is_valid()
        rows: ReferralQuerySet = self.filter_queryset(self.queryset).order_by()
        return rows if self.form.cleaned_data.get("outcome") == "withdrawn" else rows.counted()

    def filter_search(self, rows: ReferralQuerySet, name: str, value: str) -> ReferralQuerySet:
        return rows.search(value)

    def filter_outcome(self, rows: ReferralQuerySet, name: str, value: str) -> ReferralQuerySet:
        return rows.filter(withdrawn_at__isnull=False) if value == "withdrawn" else rows.filter(outcome=value)

    def filter_quarter(self, rows: ReferralQuerySet, name: str, value: str) -> ReferralQuerySet:
        quarter = Quarter.parse(value)
        within = (self.calendar.starts_on(quarter), self.calendar.ends_on(quarter))
        won = Q(outcome=ReferralOutcome.WON, decided_on__range=within)
        return rows.filter(Q(referred_on__range=within) | won)


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
        "lifecycle": LIFECYCLES,
        "owner": User.objects.active().values_list("pk", "name"),
    }
