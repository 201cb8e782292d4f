"""Whose turn it is in a drive, and which of the person's customers are no reference yet."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Q

from core.models import Programme, User
from customers.models import Customer
from customers.models.customer import CustomerQuerySet
from references.models import CohortMember, Nomination
from references.models.drive import CohortMemberQuerySet
from references.reports.counts import Present, referenceable
from references.rules.drives import due_month, next_working_day


def waiting_now(at: datetime) -> CohortMemberQuerySet:
    """Who is to be asked now: on a working day everybody whose month has come; on another day only people of drives
    that are over before the next working day, and who would never be asked."""
    calendar = Programme.current().calendar
    today = calendar.day_of(at)
    rows = CohortMember.objects.waiting(at, month=due_month(today))
    opens = next_working_day(today)
    return rows if opens == today else rows.closing_by(datetime.combine(opens, time.min, calendar.zone))


@dataclass(frozen=True)
class Unreferenced:
    """The first of the person's customers without a reference, and how many more there are; `has_customers` whether
    the person looks after any active one."""

    customers: list[Customer]
    more: int
    has_customers: bool = True


def unreferenced(person: User, *, at: datetime) -> CustomerQuerySet:
    """Active customers of which the person owns any side that do not count today and that nobody has nominated now.

    Well-known brands come first.
    """
    now = Present.seen(at)
    mine = _own(person, now)
    counting = referenceable(now).order_by().values("customer_id")
    nominated = Nomination.objects.open().filter(customer__isnull=False).values("customer_id")
    return mine.exclude(pk__in=counting).exclude(pk__in=nominated).order_by("-is_well_known", "name_key", "pk")


def has_customers(person: User, *, at: datetime) -> bool:
    """Whether the person owns any side of an active customer."""
    return _own(person, Present.seen(at)).exists()


def _own(person: User, now: Present) -> CustomerQuerySet:
    return Customer.objects.visible_to(person).owned_by(person).active(now.today)


def some_unreferenced(person: User, *, most: int, at: datetime) -> Unreferenced:
    rows = unreferenced(person, at=at)
    found = list(rows[: most + 1])
    if len(found) <= most:
        return Unreferenced(found, 0, bool(found) or has_customers(person, at=at))
    return Unreferenced(found[:most], rows.count() - most)


def open_turn(user: User, *, at: datetime) -> CohortMember | None:
    """The latest turn that the person has not answered while the drive goes on."""
    turns = CohortMember.objects.turns_of(user).filter(drive__closes_at__gt=at, answered_at__isnull=True)
    rows = turns.with_answers().filter(Q(nominated=0)).select_related("drive", "cohort")
    return rows.order_by("-asked_at", "-pk").first()
