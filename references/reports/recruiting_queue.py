"""What the plan of the invitations is made from, and how it looks month by month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Count

from core.models import Programme
from references.models import Nomination
from references.reports import coverage_matrix
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


class Waiting(NamedTuple):
    """What the plan needs to know of a nomination that waits for its invitation."""

    pk: int
    state: str
    planned_month: date | None
    score: int
    submitted_at: datetime
    customer_id: int | None
    industry: str | None
    region: str | None
    impact: int | None
    leaves_on: date | None


COLUMNS = ("pk", "state", "planned_month", "score", "submitted_at", "customer_id")
OF_CUSTOMER = ("customer__industry", "customer__region", "customer__impact__score", "customer__churned_on")


def waiting(today: date) -> list[Waiting]:
    """Everything that waits and can still be asked, kept from others until the transaction ends; one statement without
    models, because every deed plans anew."""
    rows = Nomination.objects.in_plan(today).select_for_update(of=("self",)).order_by("pk")
    return [Waiting(*row) for row in rows.values_list(*COLUMNS, *OF_CUSTOMER)]


def candidates(waiting: Iterable[Waiting], *, today: date) -> Iterator[Candidate]:
    """What the rule of the queue looks at.

    A gap is an industry and region that miss the target of the coverage matrix, or of which nobody counts today.
    Where one of the two is not given there is none: a company that was proposed by its name goes before nobody for it.
    """
    calendar = Programme.current().calendar
    now = Present.seen(datetime.combine(today, time(12), calendar.zone))
    places = referenceable(now).order_by().values_list("customer__industry", "customer__region")
    counting = {(industry, region): number for industry, region, number in places.annotate(number=Count("pk"))}
    first, second = (coverage_matrix.Axis(key, key) for key in ("industry", "region"))
    wanted = coverage_matrix.targets(first, second)
    for row in waiting:
        place = (row.industry or "", row.region or "")
        yield Candidate(
            pk=row.pk,
            impact=row.impact or 0,
            fills_gap=all(place) and counting.get(place, 0) < wanted.get(place, 1),
            waits_since=calendar.day_of(row.submitted_at),
            leaves_on=row.leaves_on,
        )


def invited_in(month: date) -> int:
    """How many invitations went out in the month that begins on this day."""
    zone = Programme.current().calendar.zone
    begin, end = (datetime.combine(day, time.min, zone) for day in (month, next_month(month)))
    return Nomination.objects.filter(invited_at__gte=begin, invited_at__lt=end).count()


def months(*, capacity: int, today: date) -> list[Month]:
    """From the running month to the last one that anything is planned for."""
    rows = Nomination.objects.in_plan(today).planned().order_by()
    planned = dict(rows.values_list("planned_month").annotate(count=Count("pk")))
    month = today.replace(day=1)
    shown: list[Month] = []
    last = max([*planned, month])
    sent = invited_in(month)
    while month <= last:
        shown.append(Month(month, planned.get(month, 0), sent if not shown else 0, capacity))
        month = next_month(month)
    return shown
