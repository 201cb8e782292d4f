"""What the grid may be narrowed by and sorted on: the same for the page, its export and the API."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.paging import Group, Leading
from customers.choices import ACTIVE, LIFECYCLES, SizeBand
from customers.filters import RowChoiceFilter, SwitchFilter, attribute_filters
from customers.models import Contact, Customer, Product, ProductUse
from customers.models.customer import CustomerQuerySet
from references.choices import ImpactTier, Status
from references.models import Cell, Dimension, EvidenceSettings
from references.models.cell import CellQuerySet

BY_NAME = ("name_key", "id")
# How statuses are sorted; blank cells come last.
RANKED = (Status.GREEN, Status.AMBER, Status.RED)
# Of how many CSMs a page is filled one after the other, before all that are left are sorted.
MOST_GROUPS = 4
KNOWN_ORDERS = ("", "name", "csm", "evangelists", "impact")
SHOWN_STATUSES = [("blank", _("Blank")), *((value, label) for value, label in Status.choices if value)]
IMPACTS = [("AB", _("A or B")), *ImpactTier.choices]


class GridFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """Customers of the grid. Values that mean nothing are passed over, so that an old address still shows a page.

    `expiring` is a Green whose evidence ends soon, has ended or is missing. `dimension` alone narrows "no next
    action", "overdue" and "expiring" to it; with `status` it asks for cells in that status, where `blank` also means
    that nobody has written yet. Without `lifecycle` active customers are shown, `leaving` ones among them: those with
    a day to come, who are `churned` once they have left.
    """

    q = django_filters.CharFilter(method="filter_text", label=_("Search"))
    mine = SwitchFilter(method="filter_mine", label=_("My customers"))
    csm = RowChoiceFilter(queryset=User.objects.all(), label=_("CSM"))
    owner = RowChoiceFilter(queryset=User.objects.all(), method="filter_owner", label=_("Owner"))
    region = django_filters.CharFilter(label=_("Region"))
    industry = django_filters.CharFilter(label=_("Industry"))
    product = RowChoiceFilter(queryset=Product.objects.all(), method="filter_product", label=_("Product"))
    size = django_filters.ChoiceFilter(field_name="size_band", choices=SizeBand.choices, label=_("Size"))
    lifecycle = django_filters.ChoiceFilter(choices=LIFECYCLES, method="pass_over", label=_("Lifecycle"))
    dimension = django_filters.ModelChoiceFilter(
        queryset=Dimension.objects.all(), to_field_name="key", method="pass_over", label=_("Dimension")
    )
    status = django_filters.MultipleChoiceFilter(choices=SHOWN_STATUSES, method="pass_over", label=_("Status"))
    impact = django_filters.ChoiceFilter(choices=IMPACTS, method="filter_impact", label=_("Impact"))
    no_action = SwitchFilter(method="filter_no_action", label=_("No next action"))
    overdue = SwitchFilter(method="filter_overdue", label=_("Action overdue"))
    expiring = SwitchFilter(method="filter_expiring", label=_("Evidence expiring"))

    base_filters: Any
    statuses, lifecycles, impacts = SHOWN_STATUSES, LIFECYCLES, IMPACTS

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, today: date, queryset: CustomerQuerySet | None = None) -> None:
        self.user, self.today = user, today
        customers = Customer.objects.all() if queryset is None else queryset
        # A field that nobody filled in would cost as much as the rest of the query.
        self.base_filters = {name: one for name, one in self.base_filters.items() if data and name in data}
        self.base_filters |= attribute_filters(data)
        super().__init__(data, queryset=customers.visible_to(user).unmerged())

    @cached_property
    def chosen(self) -> Mapping[str, Any]:
        """The filters that are on, by name; whether valid or not is settled here once."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "", [])}

    def filter_queryset(self, queryset: Any) -> CustomerQuerySet:
        return self._in_status(self._in_lifecycle(super().filter_queryset(queryset)))

    @property
    def order(self) -> tuple[str, ...]:
        """The columns of `sorted_rows`, for keyset paging; by name unless `sort` says otherwise."""
        wanted = str(self.data.get("sort", "")) if self.data else ""
        column, down = wanted.removeprefix("-"), wanted.startswith("-")
        if column == "csm":
            return (("-csm_name" if down else "csm_name"), *BY_NAME)
        if column == "evangelists":
            return (("evangelist_count" if down else "-evangelist_count"), *BY_NAME)
        if column == "impact":
            return (("-impact_rank" if down else "impact_rank"), *BY_NAME)
        if column and self.sort_dimension is not None:
            return (("-status_rank" if down else "status_rank"), *BY_NAME)
        return ("-name_key", "-id") if column == "name" and down else BY_NAME

    @cached_property
    def sort_dimension(self) -> Dimension | None:
        key = str(self.data.get("sort", "")).removeprefix("-") if self.data else ""
        return Dimension.objects.filter(key=key).first() if key not in KNOWN_ORDERS else None

    @property
    def is_sorted_as_asked(self) -> bool:
        """Whether `sort`, if there is one, names an order; the pages pass over what it does not know."""
        wanted = str(self.data.get("sort", "")).removeprefix("-") if self.data else ""
        return wanted in KNOWN_ORDERS or self.sort_dimension is not None

    @property
    def sorted_rows(self) -> CustomerQuerySet:
        """The customers with the column that `order` sorts on."""
        rows: CustomerQuerySet = self.qs
        first = self.order[0].removeprefix("-")
        if first == "csm_name":
            return rows.annotate(csm_name=Coalesce("csm__name", Value(""), output_field=CharField()))
        if first == "evangelist_count":
            return rows.annotate(evangelist_count=_evangelist_count())
        if first == "impact_rank":
            return rows.annotate(impact_rank=_impact_rank())
        if first == "status_rank":
            return _with_status_rank(rows, self.sort_dimension)
        return rows

    def place_of(self, customer: Customer) -> Any:
        """The customer as a row with the columns of `order`; None if the filters leave it out."""
        columns = [name.removeprefix("-") for name in self.order]
        return self.sorted_rows.filter(pk=customer.pk).values_list(*columns, named=True).first()

    @property
    def leading(self) -> Leading | None:
        """For keyset paging: which customers come first in an order that has no index."""
        column, down = self.order[0].removeprefix("-"), self.order[0].startswith("-")
        if column == "csm_name":
            return lambda name, backwards: _by_csm(name, down=down != backwards)
        if column == "impact_rank":
            return lambda rank, backwards: _from(rank, IMPACT_GROUPS, down=down != backwards)
        if column == "status_rank":
            return lambda rank, backwards: _by_status(rank, down=down != backwards)
        return None

    def cells(self) -> CellQuerySet:
        """Cells in the chosen dimension, or in every dimension that is shown."""
        dimension = self.chosen.get("dimension")
        if dimension is not None:
            return Cell.objects.filter(dimension=dimension)
        return Cell.objects.filter(dimension__in=Dimension.objects.filter(is_active=True))

    def overdue_cells(self) -> CellQuerySet:
        """Those whose customers the chip "Action overdue" would leave."""
        return self.cells().overdue(self.today)

    def pass_over(self, rows: CustomerQuerySet, name: str, value: Any) -> CustomerQuerySet:
        return rows

    def filter_text(self, rows: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        return rows.search(value)

    def filter_mine(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        return rows.owned_by(self.user) if value else rows

    def filter_owner(self, rows: CustomerQuerySet, name: str, value: User) -> CustomerQuerySet:
        return rows.owned_by(value)

    def filter_product(self, rows: CustomerQuerySet, name: str, value: Product) -> CustomerQuerySet:
        used = ProductUse.objects.filter(product=value).filter(Q(until__isnull=True) | Q(until__gt=self.today))
        return rows.filter(pk__in=used.values("customer_id"))

    def filter_impact(self, rows: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        if value == ImpactTier.C:
            return rows.filter(LOW_IMPACT)
        return rows.filter(impact__tier__in=list(value))

    def filter_no_action(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        unmoved = self.cells().filter(status__in=[Status.RED, Status.AMBER], next_action="")
        return rows.filter(pk__in=unmoved.values("customer_id")) if value else rows

    def filter_overdue(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        return rows.filter(pk__in=self.overdue_cells().values("customer_id")) if value else rows

    def filter_expiring(self, rows: CustomerQuerySet, name: str, value: bool) -> CustomerQuerySet:
        last = self.today + timedelta(days=EvidenceSettings.current().as_policy().warn_days)
        greens = self.cells().filter(status=Status.GREEN)
        ending = greens.filter(evidence_valid_until__lte=last)
        lacking = greens.filter(evidence__isnull=True, dimension__in=Dimension.objects.filter(needs_evidence=True))
        # Two sets, each from its index, found before the customers are walked through.
        either = Q(pk__in=ending.values("customer_id")) | Q(pk__in=lacking.values("customer_id"))
        return rows.filter(either) if value else rows

    def _in_lifecycle(self, rows: CustomerQuerySet) -> CustomerQuerySet:
        return rows.standing(self.chosen.get("lifecycle", ACTIVE), self.today)

    def _in_status(self, rows: CustomerQuerySet) -> CustomerQuerySet:
        dimension, statuses = self.chosen.get("dimension"), self.chosen.get("status", [])
        if dimension is None or not statuses:
            return rows
        here = Cell.objects.filter(dimension=dimension, customer=OuterRef("pk"))
        if "blank" not in statuses:
            return rows.filter(Exists(here.filter(status__in=statuses)))
        # Whoever is in none of the other statuses: a cell that nobody has written yet is blank, too.
        others = [value for value, _label in Status.choices if value and value not in statuses]
        return rows.filter(~Exists(here.filter(status__in=others)))


def _evangelist_count() -> Coalesce:
    counted = Contact.objects.evangelists().filter(customer=OuterRef("pk")).order_by().values("customer")
    return Coalesce(Subquery(counted.annotate(number=Count("*")).values("number")), 0, output_field=IntegerField())


def _by_csm(name: str | None, *, down: bool) -> Iterator[Group]:
    """Customers of the next CSMs by name, from this one on; those without a CSM stand with the nameless."""
    has_customers = Exists(Customer.objects.filter(csm=OuterRef("pk")))
    csms = User.objects.filter(has_customers).exclude(name="")
    if name is not None:
        csms = csms.filter(name__lte=name) if down else csms.filter(name__gte=name)
    found = csms.order_by("-name" if down else "name").values_list("name", flat=True).distinct()
    names = list(found[: MOST_GROUPS + 1])
    nameless = ("", Q(csm__isnull=True) | _of_csms_called(""))
    if not down and not name:
        yield nameless
    for one in names[:MOST_GROUPS]:
        yield one, _of_csms_called(one)
    if len(names) > MOST_GROUPS:
        yield names[-1], None
    elif down:
        yield nameless


def _of_csms_called(name: str) -> Q:
    """Their numbers are looked up first: with them the database sees at once how many customers it is about."""
    return Q(csm__in=list(User.objects.filter(name=name).values_list("pk", flat=True)))


def _by_status(rank: int | None, *, down: bool) -> Iterator[Group]:
    """Customers by the status of the cell that is sorted on; whoever has no cell is blank."""
    known: list[Group] = [(place, Q(sorted_cell__status=status)) for place, status in enumerate(RANKED)]
    known.append((len(RANKED), Q(sorted_cell__isnull=True) | Q(sorted_cell__status="")))
    yield from _from(rank, known, down=down)


def _from(rank: int | None, groups: Sequence[Group], *, down: bool) -> Iterator[Group]:
    """The groups, which are numbered from 0, in this direction from the rank on, or all of them."""
    ordered = list(reversed(groups)) if down else list(groups)
    begins = len(groups) - 1 if down else 0
    yield from ordered[abs((begins if rank is None else rank) - begins) :]


# A customer that nobody has looked at yet is of low impact.
LOW_IMPACT = Q(impact__isnull=True) | Q(impact__tier=ImpactTier.C)
IMPACT_GROUPS: list[Group] = [
    (0, Q(impact__tier=ImpactTier.A)),
    (1, Q(impact__tier=ImpactTier.B)),
    (2, LOW_IMPACT),
]


def _impact_rank() -> Case:
    found = [When(impact__tier=tier, then=rank) for rank, tier in enumerate((ImpactTier.A, ImpactTier.B))]
    return Case(*found, default=len(found), output_field=IntegerField())


def _with_status_rank(rows: CustomerQuerySet, dimension: Dimension | None) -> CustomerQuerySet:
    """Green first, then Amber, Red, and blank ones. One join: a look-up per customer would cost ten times as much."""
    joined = rows.annotate(sorted_cell=FilteredRelation("cells", condition=Q(cells__dimension=dimension)))
    found = [When(sorted_cell__status=status, then=rank) for rank, status in enumerate(RANKED)]
    return joined.annotate(status_rank=Case(*found, default=len(RANKED), output_field=IntegerField()))
