"""Customers and cells as they were recorded before an instant, read from their histories as sets.

What was recorded at the instant itself or later is not seen, whatever day it speaks of. A consent whose withdrawal
was recorded before the instant supports no Green, even where the change that turns the cell Amber came later.
A contact's departure counts from the cell change that it causes: contacts have no history of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from customers.models import CustomerChange
from references.models import CellChange, ImpactChange

Change = TypeVar("Change", CustomerChange, CellChange, ImpactChange)


@dataclass(frozen=True)
class Moment:
    """The end of a quarter: `ends_at` is the first instant after it, `time_zone` the programme's."""

    ends_at: datetime
    time_zone: str

    @property
    def day(self) -> date:
        """The programme's calendar day of the last instant."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.time_zone)).date()


def customers_as_of(instant: datetime) -> "QuerySet[CustomerChange]":
    """The last change of each customer that was recorded before the instant."""
    changes: QuerySet[CustomerChange] = CustomerChange.objects.filter(recorded_at__lt=instant)
    return _latest(changes, ["customer_id"])


def cells_as_of(instant: datetime, *, dimension_ids: Iterable[int] | None = None) -> "QuerySet[CellChange]":
    """The last change of each cell that was recorded before the instant, in all dimensions or in those given."""
    changes: QuerySet[CellChange] = CellChange.objects.filter(recorded_at__lt=instant)
    if dimension_ids is not None:
        changes = changes.filter(dimension_id__in=list(dimension_ids))
    return _latest(changes, ["customer_id", "dimension_id"])


def impacts_as_of(instant: datetime) -> "QuerySet[ImpactChange]":
    """The last change of each customer's impact that was recorded before the instant."""
    return _latest(ImpactChange.objects.filter(recorded_at__lt=instant), ["customer_id"])


def _latest(changes: "QuerySet[Change]", group: list[str]) -> "QuerySet[Change]":
    """The newest row of each group; both ways walk the `…_as_of` index."""
    newest = ("-recorded_at", "-pk")
    if connection.features.can_distinct_on_fields:
        return changes.order_by(*group, *newest).distinct(*group)
    rank = Window(RowNumber(), partition_by=[F(name) for name in group], order_by=newest)
    ranked: QuerySet[Change] = changes.annotate(rank=rank).filter(rank=1).order_by(*group)
    return ranked


ENTRY_COLUMNS = (
    "customer_id",
    "name",
    "is_referenceable",
    "reason",
    "statuses",
    "change_id",
    "valid_until",
    "lifecycle",
    "industry",
    "region",
    "size_band",
    "products",
    "csm_id",
    "csm_name",
    "is_high_impact",
)
CUSTOMER_COLUMNS = (
    "customer_id",
    "name",
    "lifecycle",
    "churned_on",
    "merged_into_id",
    "industry",
    "region",
    "size_band",
    "products",
    "csm_id",
)

# `rules.verdicts.verdict` as SQL: the same questions in the same order. A test holds the two together.
REASON = """CASE
    WHEN c.merged_into_id IS NOT NULL THEN 'merged'
    WHEN c.lifecycle = 'prospective' THEN 'prospective'
    WHEN c.lifecycle = 'churned' AND (c.churned_on IS NULL OR c.churned_on <= %(day)s) THEN 'churned'
    WHEN r.status IS NULL OR r.status = '' THEN 'blank'
    WHEN r.status = 'red' THEN 'red'
    WHEN r.status = 'amber' THEN 'amber'
    WHEN NOT %(evidence_needed)s THEN 'counts'
    WHEN p.evidence_id IS NULL OR w.id IS NOT NULL THEN 'no_evidence'
    WHEN p.evidence_agreed_on > %(day)s THEN 'not_yet_valid'
    WHEN p.evidence_valid_until < %(day)s THEN 'expired'
    ELSE 'counts' END"""
# Nothing is said of a quarter in which nobody had looked at any customer yet.
HIGH_IMPACT = """CASE WHEN EXISTS (SELECT 1 FROM references_impactchange WHERE recorded_at < %(instant)s)
    THEN COALESCE(i.tier = 'A', FALSE) END"""
LETTER = (
    "COALESCE(MAX(CASE WHEN dimension_id = {id:d} THEN "
    "CASE status WHEN 'red' THEN 'R' WHEN 'amber' THEN 'A' WHEN 'green' THEN 'G' ELSE '-' END END), '-')"
)


def entries_sql(
    moment: Moment, *, pay_trigger_id: int, evidence_needed: bool, dimension_ids: Iterable[int]
) -> tuple[str, str, list[Any]]:
    """The entries of a closing as SQL: the text of the WITH clause, of the SELECT, and the parameters of both.

    The SELECT yields ENTRY_COLUMNS, a row per customer that was known before the moment.
    """
    dimension_ids = list(dimension_ids)
    customers, of_customers = _compiled(customers_as_of(moment.ends_at).values(*CUSTOMER_COLUMNS))
    cells, of_cells = _compiled(cells_as_of(moment.ends_at).values("id", "dimension_id", "customer_id", "status"))
    impacts, of_impacts = _compiled(impacts_as_of(moment.ends_at).values("customer_id", "tier"))
    letters = " || ".join(LETTER.format(id=number) for number in dimension_ids)
    judged, of_judged = _positional(
        f"""SELECT c.*, COALESCE(r.statuses, '{"-" * len(dimension_ids)}') AS statuses, r.change_id,
            p.evidence_valid_until AS valid_until, {REASON} AS reason,
            {HIGH_IMPACT} AS is_high_impact
        FROM customers c
        LEFT JOIN rows_of_customers r ON r.customer_id = c.customer_id
        LEFT JOIN references_cellchange p ON p.id = r.change_id AND r.status = 'green'
        LEFT JOIN impacts i ON i.customer_id = c.customer_id
        LEFT JOIN references_evidencewithdrawal w ON w.evidence_id = p.evidence_id AND w.recorded_at < %(instant)s""",  # noqa: S608
        {"day": _day(moment.day), "evidence_needed": evidence_needed, "instant": _instant(moment.ends_at)},
    )
    with_clause = f"""WITH customers ({", ".join(CUSTOMER_COLUMNS)}) AS ({customers}),
    cells (id, dimension_id, customer_id, status) AS ({cells}), rows_of_customers AS (
        SELECT customer_id, {letters} AS statuses,
            MAX(CASE WHEN dimension_id = {int(pay_trigger_id)} THEN id END) AS change_id,
            MAX(CASE WHEN dimension_id = {int(pay_trigger_id)} THEN status END) AS status
        FROM cells GROUP BY customer_id
    ), impacts (customer_id, tier) AS ({impacts}), judged AS ({judged})"""  # noqa: S608
    select = """SELECT j.customer_id, j.name, j.reason = 'counts', j.reason, j.statuses, j.change_id, j.valid_until,
        j.lifecycle, j.industry, j.region, j.size_band, j.products, j.csm_id, COALESCE(u.name, ''),
        j.is_high_impact
        FROM judged j LEFT JOIN core_user u ON u.id = j.csm_id ORDER BY j.customer_id"""
    return with_clause, select, [*of_customers, *of_cells, *of_impacts, *of_judged]


def _compiled(rows: "QuerySet[Any, Any]") -> tuple[str, list[Any]]:
    text, parameters = rows.query.sql_with_params()
    return text, list(parameters)


def _positional(text: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """Named parameters in the order in which they stand, because compiled querysets know only positions."""
    parameters: list[Any] = []
    pieces = text.split("%(")
    for piece in pieces[1:]:
        parameters.append(values[piece.split(")s", 1)[0]])
    return pieces[0] + "".join("%s" + piece.split(")s", 1)[1] for piece in pieces[1:]), parameters


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _instant(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)
