"""A closing told again from the raw histories, change by change, as a check on the SQL that made it.

Nothing is shared with `as_of` but the question: the histories are read in order, each customer's last change before
the instant is kept in Python, and the verdict is the rule's own. Memory holds one customer at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from customers.models import CustomerChange
from references.models import CellChange, EvidenceWithdrawal
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
    "version",
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
        for customer_id, changes in groupby(_customer_rows(self.moment.ends_at), key=itemgetter("customer_id")):
            last = max(changes, key=itemgetter("recorded_at", "id"))
            yield self._entry(last, cells.of(customer_id))

    def _entry(self, customer: Row, cells: Iterable[Row]) -> Row:
        last = {cell["dimension_id"]: cell for cell in sorted(cells, key=itemgetter("version"))}
        pays = last.get(self.pay_trigger_id)
        judged = verdict(
            CustomerFacts(customer["lifecycle"], customer["churned_on"], customer["merged_into_id"] is not None),
            self._facts(pays),
            evidence_needed=self.evidence_needed,
            on=self.moment.day,
        )
        letters = (LETTERS[last[pk]["status"]] if pk in last else "-" for pk in self.dimension_ids)
        kept = ("customer_id", "name", "lifecycle", "industry", "region", "size_band", "products", "csm_id")
        return {
            **{name: customer[name] for name in kept},
            "is_referenceable": judged.is_referenceable,
            "reason": judged.reason.value,
            "statuses": "".join(letters),
            "change_id": pays["id"] if pays else None,
            "valid_until": pays["evidence_valid_until"] if pays else None,
        }

    def _facts(self, cell: Row | None) -> CellFacts:
        if cell is None:
            return BLANK_CELL
        supported = cell["evidence_id"] is not None and cell["evidence_id"] not in self.withdrawn
        return CellFacts(cell["status"], supported, cell["evidence_agreed_on"], cell["evidence_valid_until"])


def withdrawn_before(instant: datetime) -> frozenset[int]:
    """Evidence whose withdrawal was recorded before the instant."""
    return frozenset(
        EvidenceWithdrawal.objects.filter(recorded_at__lt=instant).values_list("evidence_id", flat=True).iterator()
    )


def _customer_rows(instant: datetime) -> Iterator[Row]:
    rows = CustomerChange.objects.filter(recorded_at__lt=instant).order_by("customer_id", "-recorded_at", "-pk")
    yield from rows.values(*CUSTOMER).iterator(chunk_size=CHUNK)


def _cell_rows(instant: datetime) -> Iterator[Row]:
    rows = CellChange.objects.filter(recorded_at__lt=instant).order_by("customer_id", "dimension_id", "version")
    yield from rows.values(*CELL).iterator(chunk_size=CHUNK)


class _Grouped:
    """Cells in the order of customers, handed out customer by customer as the other stream comes to each."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.groups = groupby(rows, key=itemgetter("customer_id"))
        self.ahead: tuple[int, list[Row]] | None = self._next()

    def _next(self) -> tuple[int, list[Row]] | None:
        found = next(self.groups, None)
        return (found[0], list(found[1])) if found else None

    def of(self, customer_id: int) -> list[Row]:
        while self.ahead is not None and self.ahead[0] < customer_id:
            self.ahead = self._next()
        if self.ahead is None or self.ahead[0] != customer_id:
            return []
        return self.ahead[1]
