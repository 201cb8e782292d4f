"""The coverage matrix: two ways of looking at customers, and where they meet, what is there and what is wanted.

A diagnosis, never the headline (T3). One grouped statement whatever the number of customers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.choices import SizeBand
from customers.formats.customer_columns import DIVIDED_BY
from customers.models import Attribute, Customer
from customers.models.attribute import FIELD_PREFIX
from references.choices import ImpactTier, Status
from references.models import Cell, CoverageTarget, CoverageWeight, Nomination
from references.reports.counts import Present, referenceable
from references.rules import coverage as rule
from references.rules.coverage import HIDDEN, USUAL_WEIGHT, Place

MOST_ROWS, MOST_COLUMNS, MOST_GAPS, EVERY_GAP = 40, 12, 8, 500


@dataclass(frozen=True)
class Axis:
    """One way of dividing customers; `key` names it in addresses, weights and targets."""

    key: str
    name: str
    attribute_id: int | None = None


@dataclass(frozen=True)
class AxisValue:
    """One value of an axis; the empty one is that of customers of whom it is not known."""

    key: str
    name: str
    weight: int
    customers: int
    referenceable: int


@dataclass(frozen=True)
class Row:
    """One value across the columns."""

    value: AxisValue
    places: list[Place]


@dataclass(frozen=True)
class Matrix:
    """Two axes with their values, those that matter most first; `left_out` and `put_away` tell what is not shown.

    `put_away` are the values of weight 0. What a row comes to leaves hidden columns out, unless they are shown. `gaps`
    are the worst of the `gap_count` places that miss references. `astray` are places with a target and a value that
    no active customer has: it was spelled otherwise, perhaps.
    """

    rows_axis: Axis
    columns_axis: Axis
    columns: list[AxisValue]
    rows: list[Row]
    gaps: list[Place] = field(default_factory=list)
    gap_count: int = 0
    rows_left_out: int = 0
    columns_left_out: int = 0
    put_away: list[tuple[Axis, AxisValue]] = field(default_factory=list)
    astray: list[Place] = field(default_factory=list)

    @property
    def is_put_away(self) -> bool:
        """Whether nothing is left to look at because all of it is hidden."""
        return bool(self.put_away) and not (self.rows and self.columns)

    @property
    def has_more_gaps(self) -> bool:
        return self.gap_count > len(self.gaps)

    @property
    def places(self) -> list[Place]:
        return [place for row in self.rows for place in row.places]


def axes() -> list[Axis]:
    """Every way of dividing customers: four columns, and the attributes in use."""
    own = Attribute.objects.active().values_list("key", "name", "pk")
    fixed = [Axis(key, _(name)) for key, name in DIVIDED_BY.items()]
    return [*fixed, *(Axis(f"{FIELD_PREFIX}{key}", name, pk) for key, name, pk in own)]


def matrix(
    rows_axis: Axis,
    columns_axis: Axis,
    *,
    now: Present,
    text: str = "",
    shows_hidden: bool = False,
    most_gaps: int = MOST_GAPS,
) -> Matrix:
    """The matrix of two different axes; `text` narrows the rows to names that contain it."""
    rows, columns, places = _laid_out(rows_axis, columns_axis, now, shows_hidden=shows_hidden)
    seen_rows = [one for one in rows if (shows_hidden or one.weight) and text.casefold() in one.name.casefold()]
    seen_columns = [one for one in columns if shows_hidden or one.weight]
    shown_columns, gaps = seen_columns[:MOST_COLUMNS], rule.gaps(places.values(), most=len(places))
    return Matrix(
        rows_axis=rows_axis,
        columns_axis=columns_axis,
        columns=shown_columns,
        rows=[Row(row, [places[row.key, column.key] for column in shown_columns]) for row in seen_rows[:MOST_ROWS]],
        gaps=gaps[:most_gaps],
        gap_count=len(gaps),
        rows_left_out=max(len(seen_rows) - MOST_ROWS, 0),
        columns_left_out=max(len(seen_columns) - MOST_COLUMNS, 0),
        put_away=[
            (axis, one)
            for axis, values in ((rows_axis, rows), (columns_axis, columns))
            for one in values
            if one.weight == HIDDEN
        ],
        astray=[
            Place(*values, target=target)
            for values, target in sorted(targets(rows_axis, columns_axis).items())
            if values not in places
        ],
    )


def every_place(rows_axis: Axis, columns_axis: Axis, *, now: Present) -> list[Place]:
    """Every place that has customers or a target, whatever its weight, in the order of the matrix."""
    _rows, _columns, places = _laid_out(rows_axis, columns_axis, now, shows_hidden=True)
    return [one for one in places.values() if one.customers or one.target is not None]


def place(rows_axis: Axis, columns_axis: Axis, row: str, column: str, *, now: Present) -> Place:
    """One place of the matrix, whether it is shown there or not."""
    found = members(rows_axis, columns_axis, row, column, now=now).aggregate(**_counts(now))
    weights = [weights_of(axis).get(value, USUAL_WEIGHT) for axis, value in ((rows_axis, row), (columns_axis, column))]
    target = targets(rows_axis, columns_axis).get((row, column))
    return Place(row, column, **found, target=target, weight=weights[0] * weights[1])


def members(rows_axis: Axis, columns_axis: Axis, row: str, column: str, *, now: Present) -> "QuerySet[Any]":
    """The active customers of one place."""
    return _divided(rows_axis, columns_axis, now).filter(row_value=row, column_value=column)


def targets(rows_axis: Axis, columns_axis: Axis) -> dict[tuple[str, str], int]:
    """Targets by (value of the rows, value of the columns)."""
    first, second = sorted([rows_axis.key, columns_axis.key])
    found = CoverageTarget.objects.filter(axis=first, other_axis=second)
    is_turned = first != rows_axis.key
    return {
        (other, value) if is_turned else (value, other): target
        for value, other, target in found.values_list("value", "other_value", "target")
    }


def weights_of(axis: Axis) -> dict[str, int]:
    return dict(CoverageWeight.objects.filter(axis=axis.key).values_list("value", "weight"))


def name_of(axis: Axis, value: str) -> str:
    """How a value is shown."""
    if not value:
        return _("not given")
    return str(SizeBand(value).label) if axis.key == "size" and value in SizeBand.values else value


Numbers = dict[str, int]
NOTHING: Numbers = {"customers": 0, "referenceable": 0}
Group = tuple[str, str, Numbers]


def _groups(rows_axis: Axis, columns_axis: Axis, now: Present) -> Iterable[Group]:
    divided = _divided(rows_axis, columns_axis, now).order_by().values_list("row_value", "column_value")
    counts = _counts(now)
    for row, column, *numbers in divided.annotate(**counts):
        yield row, column, dict(zip(counts, numbers, strict=True))


def _laid_out(
    rows_axis: Axis, columns_axis: Axis, now: Present, *, shows_hidden: bool
) -> tuple[list[AxisValue], list[AxisValue], dict[tuple[str, str], Place]]:
    """The values of both axes in their order, and every place where two of them meet."""
    groups = list(_groups(rows_axis, columns_axis, now))
    columns = _values(columns_axis, ((column, numbers) for _row, column, numbers in groups))
    hidden = set() if shows_hidden else {one.key for one in columns if one.weight == HIDDEN}
    rows = _values(rows_axis, _totals(rows_axis, columns_axis, groups, now, without=hidden))
    return rows, columns, _places(rows_axis, columns_axis, groups, rows, columns)


def _totals(
    rows_axis: Axis, columns_axis: Axis, groups: Iterable[Group], now: Present, *, without: set[str]
) -> Iterable[tuple[str, Numbers]]:
    """What each row comes to `without` the hidden columns; a row that stands only there comes to nothing.

    Where customers stand in several columns, a statement of its own counts them once.
    """
    if columns_axis.key != "product":
        yield from ((row, NOTHING if column in without else numbers) for row, column, numbers in groups)
        return
    yield from ((row, NOTHING) for row, _column, _numbers in groups)
    active: QuerySet[Any] = Customer.objects.active(now.today)
    if without:
        seen = _along(active, columns_axis, "column", now).filter(~Q(column_value__in=without))
        active = active.filter(pk__in=seen.order_by().values("pk"))
    counts = _counts(now)
    alone = _along(active, rows_axis, "row", now).order_by().values_list("row_value").annotate(**counts)
    yield from ((row, dict(zip(counts, numbers, strict=True))) for row, *numbers in alone)


def _divided(rows_axis: Axis, columns_axis: Axis, now: Present) -> "QuerySet[Any]":
    rows: QuerySet[Any] = Customer.objects.active(now.today)
    return _along(_along(rows, rows_axis, "row", now), columns_axis, "column", now)


def _along(rows: "QuerySet[Any]", axis: Axis, side: str, now: Present) -> "QuerySet[Any]":
    """The customers with their value of the axis; with several products a customer stands at each."""
    value: Any = F({"size": "size_band"}.get(axis.key, axis.key))
    if axis.key == "product":
        is_in_use = Q(product_uses__until__isnull=True) | Q(product_uses__until__gt=now.today)
        rows = rows.annotate(**{f"{side}_use": FilteredRelation("product_uses", condition=is_in_use)})
        value = Coalesce(f"{side}_use__product__name", Value(""))
    elif axis.attribute_id is not None:
        is_said = Q(attribute_values__attribute=axis.attribute_id)
        rows = rows.annotate(**{f"{side}_said": FilteredRelation("attribute_values", condition=is_said)})
        value = Coalesce(f"{side}_said__value", Value(""))
    divided: QuerySet[Any] = rows.annotate(**{f"{side}_value": value})
    return divided


def _counts(now: Present) -> dict[str, Any]:
    """What is counted of each place, as columns of one statement; each set is looked up, not joined."""
    greens = Q(pk__in=referenceable(now).order_by().values("customer_id"))
    ambers = Cell.objects.filter(dimension_id=now.definition.dimension_id, status=Status.AMBER).values("customer_id")
    nominated = Nomination.objects.open().filter(customer__isnull=False).order_by().values("customer_id")
    coming = (Q(pk__in=nominated) | Q(pk__in=ambers)) & ~greens
    return {
        "referenceable": Count("pk", filter=greens),
        "high_impact": Count("pk", filter=greens & Q(impact__tier=ImpactTier.A)),
        "pipeline": Count("pk", filter=coming),
        "customers": Count("pk"),
    }


def _values(axis: Axis, groups: Iterable[tuple[str, Numbers]]) -> list[AxisValue]:
    """The values of an axis, the weightiest first, then the largest; what is not known comes last."""
    weights, sums = weights_of(axis), dict[str, list[int]]()
    for key, numbers in groups:
        found = sums.setdefault(key, [0, 0])
        found[0] += numbers["customers"]
        found[1] += numbers["referenceable"]
    values = [
        AxisValue(key, name_of(axis, key), weights.get(key, USUAL_WEIGHT), customers, counting)
        for key, (customers, counting) in sums.items()
    ]
    bands = {band: place for place, band in enumerate(SizeBand.values)} if axis.key == "size" else {}
    return sorted(values, key=lambda one: (not one.key, -one.weight, bands.get(one.key, -one.customers), one.name))


def _places(
    rows_axis: Axis, columns_axis: Axis, groups: list[Group], rows: list[AxisValue], columns: list[AxisValue]
) -> dict[tuple[str, str], Place]:
    """Every place of the matrix, those without customers as well: a target may stand there."""
    wanted, found = targets(rows_axis, columns_axis), {(row, column): numbers for row, column, numbers in groups}
    return {
        (row.key, column.key): Place(
            row.key,
            column.key,
            **found.get((row.key, column.key), {}),
            target=wanted.get((row.key, column.key)),
            weight=row.weight * column.weight,
        )
        for row in rows
        for column in columns
    }
