"""How the count came from one quarter's end to the next, as numbers and as the sets behind them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from customers.choices import Lifecycle
from customers.models import Customer
from references.choices import Reason
from references.models import Cell, Closing, ClosingEntry, Correction
from references.reports import closings
from references.reports.counts import Present, referenceable
from references.rules.bridges import Bridge


@dataclass(frozen=True)
class Before:
    """Who counted at the end of the quarter before, corrections included."""

    closing: Closing | None
    put_in: frozenset[int]
    taken_out: frozenset[int]

    def is_corrected(self, customer_id: int) -> bool:
        return customer_id in self.put_in or customer_id in self.taken_out

    def counted(self) -> "QuerySet[Any, Any]":
        """The ids of the customers that counted then."""
        by_entry = self._entries().order_by().values("customer_id")
        put_in = Customer.objects.filter(pk__in=self.put_in).order_by().values("pk")
        return by_entry.union(put_in) if self.put_in else by_entry

    def did_not_count(self) -> Q:
        """A condition on cells and entries: their customer did not count then."""
        return Q(~Exists(self._entries().filter(customer_id=OuterRef("customer_id")))) & ~Q(customer_id__in=self.put_in)

    def _entries(self) -> "QuerySet[ClosingEntry]":
        if self.closing is None:
            return ClosingEntry.objects.none()
        found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=self.closing, is_referenceable=True)
        return found.exclude(customer_id__in=self.taken_out)


@dataclass(frozen=True)
class Passage:
    """From the end of the quarter before to the end of this one, or to the present while it is not closed."""

    closing: Closing | None
    before: Before


def passage(label: str) -> Passage:
    return Passage(Closing.objects.filter(quarter=label).first(), before(label))


def before(label: str) -> Before:
    """Who counted when the quarter opened, seen with today's corrections."""
    closing = closings.previous(label)
    latest: dict[int, bool] = {}
    if closing is not None:
        approved = Correction.objects.filter(closing=closing, decision__is_approved=True)
        latest = dict(approved.order_by("decision__pk").values_list("customer_id", "is_referenceable"))
    put_in = frozenset(customer for customer, counts in latest.items() if counts)
    return Before(closing, put_in, frozenset(latest) - put_in)


def bridge(way: Passage, *, now: Present) -> Bridge:
    """The numbers: of a closed quarter up to its end, of a running one up to now."""
    closing, start = way.closing, way.before
    opening = closings.corrected_count(start.closing) if start.closing else 0
    if closing is None:
        left = _left_by(left_now(start, now), churned=churned_on(now.today))
        return Bridge(opening, 0, gained_now(start, now).count(), left["lost"], left["churned"], now.count)
    left = _left_by(left_then(closing, start), churned=Q(reason=Reason.CHURNED))
    lost = left["lost"] + len(unknown_then(closing, start))
    gained = gained_then(closing, start).count()
    return Bridge(closing.opening, opening - closing.opening, gained, lost, left["churned"], closing.count)


def _left_by(rows: "QuerySet[Any]", *, churned: Q) -> dict[str, int]:
    return rows.aggregate(churned=Count("pk", filter=churned), lost=Count("pk", filter=~churned))


def late_corrections(label: str) -> "QuerySet[Correction]":
    """Corrections of the quarter before that were approved after this quarter was closed."""
    closing = Closing.objects.filter(quarter=label).first()
    start = closings.previous(label)
    if closing is None or start is None:
        return Correction.objects.none()
    found: QuerySet[Correction] = Correction.objects.filter(
        closing=start, decision__is_approved=True, decision__decided_at__gt=closing.closed_at
    )
    return found.select_related("customer", "proposed_by", "decision__decided_by").order_by("decision__pk")


def gained_then(closing: Closing, start: Before) -> "QuerySet[ClosingEntry]":
    found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=closing, is_referenceable=True)
    return found.filter(start.did_not_count())


def left_then(closing: Closing, start: Before) -> "QuerySet[ClosingEntry]":
    found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=closing, is_referenceable=False)
    return found.filter(customer_id__in=start.counted())


def unknown_then(closing: Closing, start: Before) -> "QuerySet[Customer]":
    """Customers put in by a correction of the quarter before who were recorded only after this quarter's end."""
    known = ClosingEntry.objects.filter(closing=closing, customer_id__in=start.put_in).values("customer_id")
    return Customer.objects.filter(pk__in=start.put_in).exclude(pk__in=known)


def gained_now(start: Before, now: Present) -> "QuerySet[Cell]":
    return referenceable(now).filter(start.did_not_count())


def left_now(start: Before, now: Present) -> "QuerySet[Customer]":
    counting = referenceable(now).filter(customer_id=OuterRef("pk"))
    return Customer.objects.filter(~Exists(counting), pk__in=start.counted())


def churned_on(today: date) -> Q:
    gone = Q(churned_on__isnull=True) | Q(churned_on__lte=today)
    return Q(lifecycle=Lifecycle.CHURNED, merged_into__isnull=True) & gone
