"""The last instant of a closed quarter, counted once more by another definition than the one it was closed by.

What a customer itself was then, and the letter of its cell in every dimension, stands in the closing's entry; the
evidence behind a Green of another dimension is read from the history.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from customers.choices import Lifecycle
from references.choices import CUSTOMER_REASONS, Reason
from references.models import CellChange, Closing, ClosingEntry, Definition, EvidenceWithdrawal
from references.reports.as_of import Moment, cells_as_of
from references.reports.counts import is_supported
from references.rules.verdicts import CellFacts, CustomerFacts, verdict


def counting_then(closing: Closing, definition: Definition) -> Q:
    """A condition on the entries of the closing: the customer counts by the definition. One set, whatever its size.

    Who was Green is told by the letters of the entries, so that history is asked only for the evidence, and only of
    those. A dimension without a letter had not been made yet.
    """
    if definition.dimension.key not in closing.statuses_order:
        return Q(pk__in=[])
    letter = Substr("statuses", closing.statuses_order.index(definition.dimension.key) + 1, 1)
    green = ~Q(reason__in=CUSTOMER_REASONS) & Q(Exact(letter, Value("G")))
    return green & Q(Exists(_proof_then(closing, definition))) if definition.evidence_needed else green


def _proof_then(closing: Closing, definition: Definition) -> "QuerySet[CellChange]":
    """The last change before the closing's end of an entry's cell in the dimension, if evidence was behind it then."""
    told = CellChange.objects.filter(
        customer_id=OuterRef(OuterRef("customer_id")), dimension_id=definition.dimension_id
    )
    last = told.filter(recorded_at__lt=closing.ends_at).order_by("-recorded_at", "-pk").values("pk")[:1]
    held: QuerySet[CellChange] = CellChange.objects.filter(is_supported(definition, _day(closing)), pk=Subquery(last))
    return held.exclude(evidence__withdrawal__recorded_at__lt=closing.ends_at)


def verdicts_then(
    closing: Closing, definition: Definition, customer_ids: Collection[int]
) -> dict[int, tuple[Reason, CellChange | None]]:
    """Why each of a few customers counts by the definition, or does not, and the change that made its cell so."""
    told = cells_as_of(closing.ends_at, dimension_ids=[definition.dimension_id]).filter(customer_id__in=customer_ids)
    changes = {change.customer_id: change for change in told.select_related("by", "evidence__contact")}
    entries = ClosingEntry.objects.filter(closing=closing, customer_id__in=customer_ids)
    reasons = dict(entries.values_list("customer_id", "reason"))
    consents = [change.evidence_id for change in changes.values() if change.evidence_id]
    withdrawals = EvidenceWithdrawal.objects.filter(evidence_id__in=consents, recorded_at__lt=closing.ends_at)
    withdrawn = set(withdrawals.values_list("evidence_id", flat=True))
    found: dict[int, tuple[Reason, CellChange | None]] = {}
    for pk in customer_ids:
        change = changes.get(pk)
        of_customer = reasons.get(pk) if reasons.get(pk) in CUSTOMER_REASONS else None
        reason = Reason(of_customer) if of_customer else _reason(closing, definition, change, withdrawn)
        found[pk] = reason, change
    return found


def _reason(closing: Closing, definition: Definition, change: CellChange | None, withdrawn: set[int]) -> Reason:
    """The verdict on the cell of a customer that was active."""
    if change is None:
        return Reason.BLANK
    has_evidence = change.evidence_id is not None and change.evidence_id not in withdrawn
    cell = CellFacts(change.status, has_evidence, change.evidence_agreed_on, change.evidence_valid_until)
    active = CustomerFacts(Lifecycle.LIVE)
    return verdict(active, cell, evidence_needed=definition.evidence_needed, on=_day(closing)).reason


def _day(closing: Closing) -> date:
    return Moment(closing.ends_at, closing.time_zone).day
