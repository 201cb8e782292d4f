"""Whether a place of the coverage matrix exists: addresses and mails name places, and anybody can write an address."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.http import urlencode

from customers.choices import SizeBand
from customers.models import AttributeValue, Customer, Product
from references.models import CoverageTarget, CoverageWeight
from references.reports.coverage_matrix import Axis, axes, name_of

ROWS, COLUMNS = "industry", "region"
NAMES = ("rows", "columns", "row", "column")


@dataclass(frozen=True)
class Spot:
    """Where two values meet. `query` names it in addresses."""

    rows_axis: Axis
    columns_axis: Axis
    row: str
    column: str

    @property
    def name(self) -> str:
        return f"{name_of(self.rows_axis, self.row)} × {name_of(self.columns_axis, self.column)}"

    @property
    def query(self) -> str:
        keys = {"rows": self.rows_axis.key, "columns": self.columns_axis.key}
        return urlencode(keys | {"row": self.row, "column": self.column})


def axes_asked(asked: Mapping[str, str]) -> tuple[Axis, Axis] | None:
    """The two axes that are asked for, the usual ones where nothing is; None if one is unknown or twice the same."""
    known = {axis.key: axis for axis in axes()}
    rows, columns = known.get(asked.get("rows", ROWS)), known.get(asked.get("columns", COLUMNS))
    return None if rows is None or columns is None or rows == columns else (rows, columns)


def axes_to_show(asked: Mapping[str, str]) -> tuple[Axis, Axis]:
    """The two axes that are asked for; what is unknown or twice the same gives way to the usual ones."""
    known = {axis.key: axis for axis in axes()}
    rows = known.get(asked.get("rows", ""), known[ROWS])
    columns = known.get(asked.get("columns", ""), known[COLUMNS])
    if rows == columns:
        columns = known[COLUMNS if rows.key != COLUMNS else ROWS]
    return rows, columns


def spot_asked(asked: Mapping[str, str]) -> Spot | None:
    """The place that an address names; None if there is no such place."""
    both = axes_asked(asked)
    row, column = asked.get("row", ""), asked.get("column", "")
    if both is None or not has_value(both[0], row) or not has_value(both[1], column):
        return None
    return Spot(*both, row, column)


def has_value(axis: Axis, value: str) -> bool:
    """Whether customers are divided by this value, or something was set for it. Of whom it is not known stand at ""."""
    if not value:
        return True
    if "\0" in value:
        return False
    if axis.key == "size":
        return value in SizeBand.values
    return _is_said(axis, value) or _is_wanted(axis.key, value)


def _is_said(axis: Axis, value: str) -> bool:
    if axis.key == "product":
        return Product.objects.filter(name=value).exists()
    if axis.attribute_id is not None:
        return AttributeValue.objects.filter(attribute=axis.attribute_id, value=value).exists()
    return Customer.objects.unmerged().filter(**{axis.key: value}).exists()


def _is_wanted(key: str, value: str) -> bool:
    """A value that no customer has any more keeps its target and weight, which can still be taken away."""
    here = Q(axis=key, value=value) | Q(other_axis=key, other_value=value)
    return CoverageWeight.objects.filter(axis=key, value=value).exists() or CoverageTarget.objects.filter(here).exists()
