"""A closing told again from the raw histories, change by change, as a check on the SQL that made it.

Nothing is shared with `as_of` but the question: a cell's last change is the one with the highest version, a customer's
last change is found in Python, and the verdict is the rule's own. Memory holds one customer at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from django.db import connection

from customers.models import CustomerChange
from references.choices import ImpactTier, Status
from references.models import CellChange, EvidenceWithdrawal, ImpactChange
from references.reports.as_of import Moment
from references.rules.verdicts import BLANK_CELL, CellFacts, CustomerFacts, verdict

CHUNK = 2_000
LETTERS = {"": "-", "red": "R", "amber": "A", "green": "G"}
CUSTOMER = (
    "customer_id",
    "recorded_at",
    "id",
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
CELL = (
    "customer_id",
    "dimension_id",
    "id",
    "status",
    "evidence_id",
    "evidence_agreed_on",
    "evidence_valid_until",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Replayer:
    """Replays the customers known before a moment, judged by a definition."""

    moment: Moment
    pay_trigger_id: int
    evidence_needed: bool
    dimension_ids: list[int]
    withdrawn: frozenset[int] = field(default_factory=frozenset)

    def entries(self) -> Iterator[Row]:
        """What each entry of a closing must say, in the order of customers."""
        cells = _Grouped(_cell_rows(self.moment.ends_at))
        impacts, is_known = _Grouped(_impact_rows(self.moment.ends_at)), _impact_is_known(self.moment.ends_at)
        for customer_id, changes in groupby(_customer_rows(self.moment.ends_at), key=itemgetter("customer_id")):
            last = max(changes, key=itemgetter("recorded_at", "id"))
            entry = self._entry(last, cells.of(customer_id))
            impact = next(iter(impacts.of(customer_id)), None)
            is_high = impact is not None and impact.tier == ImpactTier.A
            yield entry | {"is_high_impact": is_high if is_known else None}

    def _entry(self, customer: Row, cells: Iterable[Any]) -> Row:
        last = _last_by_dimension(cells)
        pays = last.get(self.pay_trigger_id)
        judged = verdict(
            CustomerFacts(customer["lifecycle"], customer["churned_on"], customer["merged_into_id"] is not None),
            self._facts(pays),
            evidence_needed=self.evidence_needed,
            on=self.moment.day,
        )
        letters = (LETTERS[last[pk].status] if pk in last else "-" for pk in self.dimension_ids)
        kept = ("customer_id", "name", "lifecycle", "industry", "region", "size_band", "products", "csm_id")
        return {
            **{name: customer[name] for name in kept},
            "is_referenceable": judged.is_referenceable,
            "reason": judged.reason.value,
            "statuses": "".join(letters),
            "change_id": pays.id if pays else None,
            "valid_until": pays.evidence_valid_until if pays and pays.status == Status.GREEN else None,
        }

    def _facts(self, cell: Any | None) -> CellFacts:
        if cell is None:
            return BLANK_CELL
        supported = cell.evidence_id is not None and cell.evidence_id not in self.withdrawn
        return CellFacts(cell.status, supported, cell.evidence_agreed_on, cell.evidence_valid_until)


def withdrawn_before(instant: datetime) -> frozenset[int]:
    """Evidence whose withdrawal was recorded before the instant."""
    return frozenset(
        EvidenceWithdrawal.objects.filter(recorded_at__lt=instant).values_list("evidence_id", flat=True).iterator()
    )


def _customer_rows(instant: datetime) -> Iterator[Row]:
    rows = CustomerChange.objects.filter(recorded_at__lt=instant).order_by("customer_id", "-recorded_at", "-pk")
    yield from rows.values(*CUSTOMER).iterator(chunk_size=CHUNK)


def _cell_rows(instant: datetime) -> Iterator[Any]:
    """Cell changes as named tuples, the highest version of each cell first, and alone where the database can.

    Versions, not times: that both put a cell's changes into the same order is part of what is checked.
    """
    rows = CellChange.objects.filter(recorded_at__lt=instant).order_by("customer_id", "dimension_id", "-version")
    if connection.features.can_distinct_on_fields:
        rows = rows.distinct("customer_id", "dimension_id")
    yield from rows.values_list(*CELL, named=True).iterator(chunk_size=CHUNK)


def _impact_rows(instant: datetime) -> Iterator[Any]:
    """Changes of impact as named tuples, the last of each customer first."""
    rows = ImpactChange.objects.filter(recorded_at__lt=instant).order_by("customer_id", "-recorded_at", "-pk")
    yield from rows.values_list("customer_id", "tier", named=True).iterator(chunk_size=CHUNK)


def _impact_is_known(instant: datetime) -> bool:
    return ImpactChange.objects.filter(recorded_at__lt=instant).exists()


def _last_by_dimension(cells: Iterable[Any]) -> dict[int, Any]:
    last: dict[int, Any] = {}
    for cell in cells:
        last.setdefault(cell.dimension_id, cell)
    return last


class _Grouped:
    """Cells in the order of customers, handed out customer by customer as the other stream comes to each."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.groups = groupby(rows, key=attrgetter("customer_id"))
        self.ahead: tuple[int, list[Any]] | None = self._next()

    def _next(self) -> tuple[int, list[Any]] | None:
        found = next(self.groups, None)
        return (found[0], list(found[1])) if found else None

    def of(self, customer_id: int) -> list[Any]:
        while self.ahead is not None and self.ahead[0] < customer_id:
            self.ahead = self._next()
        if self.ahead is None or self.ahead[0] != customer_id:
            return []
        return self.ahead[1]
