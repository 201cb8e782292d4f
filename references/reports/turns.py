"""Whose turn it is in a drive, and which of the person's customers are no reference yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.models import User
from customers.models import Customer
from customers.models.customer import CustomerQuerySet
from references.models import CohortMember, Nomination
from references.reports.counts import Present, referenceable


@dataclass(frozen=True)
class Unreferenced:
    """The first of the person's customers without a reference, and how many more there are."""

    customers: list[Customer]
    more: int


def unreferenced(person: User, *, at: datetime) -> CustomerQuerySet:
    """Active customers of which the person owns any side that do not count today and that nobody has nominated now.

    Well-known brands come first.
    """
    now = Present.seen(at)
    mine = Customer.objects.visible_to(person).owned_by(person).active(now.today)
    counting = referenceable(now).order_by().values("customer_id")
    nominated = Nomination.objects.open().filter(customer__isnull=False).values("customer_id")
    return mine.exclude(pk__in=counting).exclude(pk__in=nominated).order_by("-is_well_known", "name_key", "pk")


def some_unreferenced(person: User, *, most: int, at: datetime) -> Unreferenced:
    rows = unreferenced(person, at=at)
    found = list(rows[: most + 1])
    if len(found) <= most:
        return Unreferenced(found, 0)
    return Unreferenced(found[:most], rows.count() - most)


def open_turn(user: User, *, at: datetime) -> CohortMember | None:
    """The latest turn that the person has not answered while the drive goes on."""
    turns = CohortMember.objects.turns_of(user).filter(drive__closes_at__gt=at, answered_at__isnull=True)
    rows = turns.with_answers().filter(Q(nominated=0)).select_related("drive", "cohort")
    return rows.order_by("-asked_at", "-pk").first()
