"""Closed quarters as rows, for tests that care about the money and not about how the count came about."""

from datetime import UTC, datetime

from core.quarters import Quarter
from references.models import Closing, Definition


def closing(quarter: Quarter, count: int, *, target: int | None = 50) -> Closing:
    """A quarter closed with this count, on a calendar that begins in January."""
    first = datetime(quarter.year, quarter.number * 3 - 2, 1, tzinfo=UTC)
    after = datetime(quarter.next.year, quarter.next.number * 3 - 2, 1, tzinfo=UTC)
    return Closing.objects.create(
        quarter=quarter.label,
        starts_at=first,
        ends_at=after,
        time_zone="UTC",
        definition=Definition.objects.get(),
        definition_text="Reference call is Green with valid evidence",
        pay_trigger="reference_call",
        evidence_needed=True,
        statuses_order=[],
        opening=0,
        count=count,
        customers=100,
        target=target,
        closed_at=after,
        seal="0" * 64,
    )
