"""Where the count comes from: reference-able of all customers by industry, region, product and CSM.

A diagnosis, never the headline: the team is paid on one global number (T3). Everything comes from grouped queries;
what is read has the size of the groups, not of the customers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from core.models import User
from customers.models import Customer, Product, ProductUse
from references.choices import Reason
from references.models import Cell, Closing, ClosingEntry
from references.reports.counts import Present, of_active_customers, referenceable
from references.rules.shares import percent

PLACE = ("industry", "region", "csm_id")
MOST_ROWS, MOST_COLUMNS = 10, 6
NOT_CUSTOMERS = (Reason.MERGED, Reason.PROSPECTIVE, Reason.CHURNED)


@dataclass(frozen=True)
class Share:
    """Reference-able customers of all customers in one group; `key` is the group's value in a filter."""

    name: str
    referenceable: int = 0
    customers: int = 0
    level: str = ""
    key: str = ""

    @property
    def percent(self) -> int:
        return percent(self.referenceable, self.customers) or 0


@dataclass(frozen=True)
class Row:
    """One industry across the regions."""

    industry: Share
    shares: list[Share]


@dataclass(frozen=True)
class Coverage:
    """The diagnostics of one quarter, largest groups first."""

    total: Share
    regions: list[Share] = field(default_factory=list)
    industries: list[Share] = field(default_factory=list)
    products: list[Share] = field(default_factory=list)
    csms: list[Share] = field(default_factory=list)
    matrix: list[Row] = field(default_factory=list)

    @property
    def columns(self) -> list[Share]:
        """The regions across the matrix."""
        return self.regions[:MOST_COLUMNS]


# (industry, region, CSM's id, CSM's name) with the numbers of reference-able and of all customers
Group = tuple[str, str, str, str, int, int]
Sums = dict[tuple[str, ...], list[int]]


def coverage_now(now: Present) -> Coverage:
    """The present state. All customers are read once, and each is looked up among the few Greens."""
    greens = referenceable(now).order_by().values("customer_id")
    every = Customer.objects.active(now.today).order_by().values_list(*PLACE)
    counted = every.annotate(counted=Count("pk", filter=Q(pk__in=greens)), every=Count("pk"))
    places = list(counted)
    names = dict(User.objects.filter(pk__in={csm for _i, _r, csm, *_n in places if csm}).values_list("pk", "name"))
    groups = ((industry, region, csm, names.get(csm, ""), *numbers) for industry, region, csm, *numbers in places)
    return _coverage(groups, _uses_now(greens, now))


def _uses_now(greens: QuerySet[Cell, Any], now: Present) -> Iterator[tuple[str, int, int]]:
    in_use = Q(until__isnull=True) | Q(until__gt=now.today)
    uses = ProductUse.objects.filter(in_use, of_active_customers(now.today)).order_by().values_list("product_id")
    names = dict(Product.objects.values_list("pk", "name"))
    counted = uses.annotate(counted=Count("customer", filter=Q(customer_id__in=greens)), every=Count("customer"))
    for product, *numbers in counted:
        yield names[product], *numbers


def coverage_closed(closing: Closing) -> Coverage:
    """The state that was sealed; corrections do not change it."""
    entries = ClosingEntry.objects.filter(closing=closing).exclude(reason__in=NOT_CUSTOMERS).order_by()
    counted = {"counted": Count("pk", filter=Q(is_referenceable=True)), "all": Count("pk")}
    groups = entries.values_list("industry", "region", "csm_id", "csm_name").annotate(**counted)
    uses = (
        (product, counted_here, all_here)
        for products, counted_here, all_here in entries.values_list(F("products")).annotate(**counted)
        for product in products
    )
    return _coverage(groups, uses)


def _coverage(groups: Iterable[tuple], uses: Iterable[tuple]) -> Coverage:
    industries, regions, csms, cells, products = (_sums() for _number in range(5))
    for industry, region, csm_id, csm, counted, every in groups:
        _add(industries, (industry,), counted, every)
        _add(regions, (region,), counted, every)
        _add(csms, (csm or "", str(csm_id or "")), counted, every)
        _add(cells, (industry, region), counted, every)
    for product, counted, every in uses:
        _add(products, (product,), counted, every)
    counted_of_all, all_of_all = (sum(numbers[side] for numbers in industries.values()) for side in (0, 1))
    total = Share(_("All customers"), counted_of_all, all_of_all)
    return Coverage(
        total=total,
        regions=_shares(regions, total),
        industries=_shares(industries, total),
        products=_shares(products, total),
        csms=_shares(csms, total),
        matrix=_matrix(cells, _shares(industries, total), _shares(regions, total), total),
    )


def _sums() -> Sums:
    return defaultdict(lambda: [0, 0])


def _add(sums: Sums, key: tuple[str, ...], counted: int, every: int) -> None:
    sums[key][0] += counted
    sums[key][1] += every


def _shares(sums: Sums, total: Share) -> list[Share]:
    """The groups, largest first, with the unnamed one last."""
    ordered = sorted(sums.items(), key=lambda item: (not item[0][0], -item[1][1], item[0]))
    return [_share(name[0] or _("not given"), numbers, total, key=name[-1]) for name, numbers in ordered]


def _share(name: str, numbers: Iterable[int], total: Share, *, key: str = "") -> Share:
    counted, every = numbers
    if not every:
        level = ""
    elif not counted:
        level = "none"
    else:
        level = "good" if counted * total.customers >= total.referenceable * every else "low"
    return Share(name, counted, every, level, key)


def _matrix(cells: Sums, industries: list[Share], regions: list[Share], total: Share) -> list[Row]:
    """Industry by region for the largest of both; the tables beside it hold the rest."""
    columns = regions[:MOST_COLUMNS]
    return [
        Row(
            industry,
            [_share(region.name, cells.get((industry.key, region.key), (0, 0)), total) for region in columns],
        )
        for industry in industries[:MOST_ROWS]
    ]
