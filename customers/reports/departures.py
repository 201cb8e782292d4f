"""What is noted of a customer's contacts for days on which the customer is no longer with us."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import User
from customers.choices import InvitationResponse
from customers.models import Customer, OccasionInvitation, Referral

# So many of each kind are read; a page names fewer.
READ = 20


@dataclass(frozen=True)
class Noted:
    """One thing in words, and where one looks at it."""

    words: str
    url: str


def noted_after(customer: Customer, day: date, *, user: User) -> list[Noted]:
    """Where its contacts were, and whom they told of us, from the day on which it left."""
    found = sorted([*_attended(customer, day), *_referred(customer, day, user)])
    return [Noted(words, url) for _day, words, url in found]


def expected(customer: Customer, day: date, *, today: date) -> list[Noted]:
    """Who had said yes to an occasion that is still to come when it has left."""
    rows = _of(customer, response=InvitationResponse.YES, attended__isnull=True, occasion__held_on__gte=max(day, today))
    words = _("%(contact)s at “%(occasion)s” on %(day)s")
    return [Noted(words % _told(row), _page_of(row)) for row in rows]


def _attended(customer: Customer, day: date) -> Iterator[tuple[date, str, str]]:
    words = _("%(contact)s was at “%(occasion)s” on %(day)s")
    for row in _of(customer, attended=True, occasion__held_on__gte=day):
        yield row.occasion.held_on, words % _told(row), _page_of(row)


def _referred(customer: Customer, day: date, user: User) -> Iterator[tuple[date, str, str]]:
    rows = Referral.objects.visible_to(user).filter(contact__customer=customer, referred_on__gte=day)
    rows = rows.filter(withdrawn_at__isnull=True).select_related("contact").order_by("referred_on", "pk")
    words = _("%(contact)s referred us to %(whom)s on %(day)s")
    for row in rows[:READ]:
        told = {"contact": row.contact, "whom": row, "day": date_format(row.referred_on)}
        yield row.referred_on, words % told, reverse("customers:evangelist_detail", args=[row.contact_id])


def _of(customer: Customer, **noted: object) -> QuerySet[OccasionInvitation]:
    rows = OccasionInvitation.objects.filter(contact__customer=customer, **noted).select_related("contact", "occasion")
    return rows.order_by("occasion__held_on", "contact__name", "pk")[:READ]


def _told(row: OccasionInvitation) -> dict[str, object]:
    return {"contact": row.contact, "occasion": row.occasion, "day": date_format(row.occasion.held_on)}


def _page_of(row: OccasionInvitation) -> str:
    return reverse("customers:occasion_detail", args=[row.occasion_id])
