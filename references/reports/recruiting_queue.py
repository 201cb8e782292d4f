"""What the plan of the invitations is made from, and how it looks month by month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count

from core.models import Programme
from references.models import CustomerImpact, Nomination
from references.reports.counts import Present, referenceable
from references.rules.nominations import next_month
from references.rules.recruiting_queue import Candidate


@dataclass(frozen=True)
class Month:
    """A month of the plan: how many invitations are planned in it, or were sent, of how many it can hold."""

    starts_on: date
    planned: int
    sent: int
    capacity: int

    @property
    def used(self) -> int:
        return self.planned + self.sent

    @property
    def is_full(self) -> bool:
        return self.used >= self.capacity


def candidates(waiting: Iterable[Nomination], *, today: date) -> Iterator[Candidate]:
    """What the rule of the queue looks at. A gap is an industry and region of which no customer counts today."""
    calendar = Programme.current().calendar
    at = datetime.combine(today, time(12), calendar.zone)
    counting = referenceable(Present.seen(at)).order_by().values_list("customer__industry", "customer__region")
    filled = set(counting.distinct())
    found = list(waiting)
    impacts = dict(
        CustomerImpact.objects.filter(customer__in=[row.customer_id for row in found]).values_list("customer", "score")
    )
    for nomination in found:
        customer = nomination.customer
        yield Candidate(
            pk=nomination.pk,
            impact=impacts.get(nomination.customer_id or 0, 0),
            fills_gap=customer is not None and (customer.industry, customer.region) not in filled,
            waits_since=calendar.day_of(nomination.submitted_at),
        )


def invited_in(month: date) -> int:
    """How many invitations went out in the month that begins on this day."""
    zone = Programme.current().calendar.zone
    begin, end = (datetime.combine(day, time.min, zone) for day in (month, next_month(month)))
    return Nomination.objects.filter(invited_at__gte=begin, invited_at__lt=end).count()


def months(*, capacity: int, today: date) -> list[Month]:
    """From the running month to the last one that anything is planned for."""
    rows = Nomination.objects.waiting().filter(planned_month__isnull=False).order_by()
    planned = dict(rows.values_list("planned_month").annotate(count=Count("pk")))
    month = today.replace(day=1)
    shown: list[Month] = []
    last = max([*planned, month])
    sent = invited_in(month)
    while month <= last:
        shown.append(Month(month, planned.get(month, 0), sent if not shown else 0, capacity))
        month = next_month(month)
    return shown
