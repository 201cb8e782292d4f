"""How the count came from one quarter's end to the next, as numbers and as the sets behind them.

Where a quarter counts by another definition than the closing that opens it, the closing's last instant is counted a
second time, by the quarter's own: whoever counts in one of the two alone moved the count by the change of definition.
What happened since then is told by the quarter's definition. So a customer can stand under two steps, as one that the
change took out and that became Green by the new definition later. A correction of the opening put a verdict by the old
definition right, and holds for nothing else.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from customers.choices import Lifecycle
from customers.models import Customer
from references.choices import Reason
from references.models import Cell, Closing, ClosingEntry, Correction, Definition
from references.reports import closings
from references.reports.counts import Present, referenceable
from references.reports.redefinitions import counting_then
from references.rules.bridges import Bridge


@dataclass(frozen=True)
class Before:
    """Who counted at the end of the quarter before: corrections included, or by another `definition` without any."""

    closing: Closing | None
    put_in: frozenset[int]
    taken_out: frozenset[int]
    definition: Definition | None = None

    def counted_by(self, definition: Definition) -> "Before":
        """The same instant by the definition; itself where that is the one by which it was closed."""
        same = self.closing is None or _rule(self.closing) == (definition.dimension.key, definition.evidence_needed)
        return self if same else replace(self, put_in=frozenset(), taken_out=frozenset(), definition=definition)

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
        found: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=self.closing)
        if self.definition is not None:
            return found.filter(counting_then(self.closing, self.definition))
        return found.filter(is_referenceable=True).exclude(customer_id__in=self.taken_out)


def _rule(closing: Closing) -> tuple[str, bool]:
    return closing.pay_trigger, closing.evidence_needed


@dataclass(frozen=True)
class Passage:
    """From the end of the quarter before to the end of this one, or to the present while it is not closed."""

    closing: Closing | None
    before: Before

    def start(self, now: Present) -> Before:
        """Who counted when the quarter opened, by the definition by which it ends. Asks nothing unless they differ."""
        if self.closing is None:
            return self.before.counted_by(now.definition)
        if self.before.closing is None or _rule(self.before.closing) == _rule(self.closing):
            return self.before
        return self.before.counted_by(self.closing.definition)


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
    closing, start = way.closing, way.start(now)
    opening = closings.corrected_count(start.closing) if start.closing else 0
    moved = _moved_by_definition(way.before, start)
    if closing is None:
        left = _left_by(left_now(start, now), churned=churned_on(now.today))
        return Bridge(opening, 0, gained_now(start, now).count(), left["lost"], left["churned"], now.count, *moved)
    left = _left_by(left_then(closing, start), churned=Q(reason=Reason.CHURNED))
    lost = left["lost"] + len(unknown_then(closing, start))
    gained = gained_then(closing, start).count()
    return Bridge(closing.opening, opening - closing.opening, gained, lost, left["churned"], closing.count, *moved)


def _moved_by_definition(before: Before, start: Before) -> tuple[int, int]:
    """How many counted at the opening's instant by the quarter's definition alone, and by the opening's alone."""
    if start is before:
        return 0, 0
    counts = redefined(before, start).aggregate(
        newly=Count("pk", filter=Q(counts_anew=True)), no_longer=Count("pk", filter=Q(counts_anew=False))
    )
    return counts["newly"], counts["no_longer"]


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


def redefined(before: Before, start: Before) -> "QuerySet[Customer]":
    """Who counted at the opening's instant by one of two definitions alone; `counts_anew` says that it is the new."""
    if start is before:
        return Customer.objects.none()
    # Not an ExpressionWrapper: one around a set that is known to be empty is no condition that can be compared.
    counted, anew = (
        Case(When(pk__in=one.counted(), then=True), default=False, output_field=BooleanField())
        for one in (before, start)
    )
    found: QuerySet[Customer] = Customer.objects.alias(counted=counted, anew=anew).exclude(counted=F("anew"))
    return found.annotate(counts_anew=~F("counted"))


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
