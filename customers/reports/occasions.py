"""Webinars and briefings: how many were invited, answered and came, and the list of guests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from customers.choices import GuestDeed, InvitationResponse, OccasionKind
from customers.models import Contact, Occasion, OccasionInvitation
from customers.models.occasion import OccasionQuerySet

OCCASIONS_SHOWN = (
    ("", gettext_lazy("All but personal briefings")),
    ("upcoming", gettext_lazy("Coming up")),
    ("past", gettext_lazy("Past")),
    ("personal", gettext_lazy("Personal briefings")),
)
GUESTS_SHOWN = (
    ("", gettext_lazy("All")),
    ("unanswered", gettext_lazy("No answer yet")),
    ("comes", gettext_lazy("Comes")),
    ("declines", gettext_lazy("Does not come")),
    ("attended", gettext_lazy("Was there")),
    ("absent", gettext_lazy("Was not there")),
    ("unknown", gettext_lazy("Not noted")),
    ("gone", gettext_lazy("Left before the day")),
)
ORDER: Final = ("-held_on", "-pk")
CHUNK: Final = 500
GUEST_ORDER: Final = ("guest_name", "pk")
COUNTED: Final = ("comes", "declines", "unanswered", "attended", "absent")
# Who has left the customer by the day, or whose customer has left us, neither comes nor will answer, whatever was said
# before.
GONE: Final = Q(contact__left_on__lt=F("occasion__held_on")) | Q(
    contact__customer__churned_on__lte=F("occasion__held_on")
)
STAYS: Final = Q(contact__left_on__isnull=True) | Q(contact__left_on__gte=F("occasion__held_on"))
CUSTOMER_STAYS: Final = Q(contact__customer__churned_on__isnull=True) | Q(
    contact__customer__churned_on__gt=F("occasion__held_on")
)
HERE: Final = STAYS & CUSTOMER_STAYS
NARROWED: Final = {
    "unanswered": Q(response=InvitationResponse.NONE) & HERE,
    "comes": Q(response=InvitationResponse.YES) & HERE,
    "declines": Q(response=InvitationResponse.NO),
    "attended": Q(attended=True),
    "absent": Q(attended=False),
    "unknown": Q(attended__isnull=True),
    "gone": GONE & ~Q(response=InvitationResponse.NO),
}


@dataclass(frozen=True)
class Line:
    """An occasion with its numbers. An invitation is no attendance, so both are counted."""

    occasion: Occasion
    numbers: "Numbers"


@dataclass(frozen=True)
class Numbers:
    invited: int = 0
    comes: int = 0
    declines: int = 0
    unanswered: int = 0
    attended: int = 0
    absent: int = 0

    @property
    def gone(self) -> int:
        """Who had not declined and has left by the day, or whose customer has."""
        return self.invited - self.comes - self.declines - self.unanswered


def occasions(user: User, *, search: str, show: str, today: date) -> OccasionQuerySet:
    """The occasions that are asked for; the personal briefings of a day are apart, or they would be most of them."""
    rows = Occasion.objects.visible_to(user).search(search)
    if show == "personal":
        return rows.filter(kind=OccasionKind.PERSONAL)
    rows = rows.exclude(kind=OccasionKind.PERSONAL)
    if show == "upcoming":
        return rows.filter(held_on__gte=today)
    return rows.filter(held_on__lt=today) if show == "past" else rows


def lines(found: list[Occasion]) -> list[Line]:
    """A page of occasions with their numbers: one statement for all."""
    counted = OccasionInvitation.objects.filter(occasion__in=[row.pk for row in found]).order_by()
    rows = counted.values_list("occasion").annotate(**_numbers())
    by_pk = {pk: Numbers(*numbers) for pk, *numbers in rows}
    return [Line(row, by_pk.get(row.pk, Numbers())) for row in found]


def _numbers() -> dict[str, Count]:
    """In the order of `Numbers`."""
    return {"n": Count("pk")} | {f"n_{name}": Count("pk", filter=NARROWED[name]) for name in COUNTED}


def guests(occasion: Occasion, *, search: str, show: str) -> QuerySet[OccasionInvitation]:
    """Who was invited, as it is narrowed."""
    found = Contact.objects.search(search).values("pk") if search.strip() else None
    rows = OccasionInvitation.objects.filter(occasion=occasion).filter(NARROWED.get(show, Q()))
    rows = rows if found is None else rows.filter(contact__in=found)
    return rows.annotate(guest_name=F("contact__name"))


@dataclass(frozen=True)
class Absent:
    """The names of guests of whom it cannot be noted that they come or were there, by why."""

    left: list[str]
    customer_left: list[str]


def absent(chosen: QuerySet[OccasionInvitation], occasion: Occasion, deed: str) -> Absent:
    """Of these guests those who have left their customer by the day, and those whose customer has left us."""
    noted = Q(attended=True) if deed == GuestDeed.ATTENDED else Q(response=InvitationResponse.YES)
    rows = chosen.exclude(noted).filter(contact__in=Contact.objects.absent_on(occasion.held_on).order_by().values("pk"))
    told = Absent([], [])
    named = rows.order_by("contact__name", "pk").values_list(
        "contact__name", "contact__customer__name", "contact__left_on"
    )
    for name, customer, left_on in named:
        if left_on is not None and left_on < occasion.held_on:
            told.left.append(name)
        else:
            told.customer_left.append(f"{name} ({customer})")
    return told


@dataclass(frozen=True)
class PassedOver:
    """Who was ticked and is not invited by it, by why; `unknown` counts ticks that are nobody's row."""

    left: list[str]
    customer_left: list[str]
    customer_leaves: list[str]
    invited: list[str]
    hidden: list[str]
    unknown: int


def invited_of(occasion: Occasion, ticked: Sequence[int]) -> set[int]:
    """Which of these contacts are invited."""
    rows = OccasionInvitation.objects.filter(occasion=occasion, contact__in=ticked)
    return set(rows.values_list("contact_id", flat=True))


def passed_over(
    occasion: Occasion, ticked: Sequence[int], *, invited_before: set[int], user: User, today: date
) -> PassedOver:
    """Asked after an invitation of those who were ticked: who of them was left out."""
    found, now = Contact.objects.visible_to(user).filter(pk__in=ticked), invited_of(occasion, ticked)
    told = PassedOver([], [], [], [], [], len(set(ticked)) - found.count())
    for contact in found.select_related("customer").order_by("name", "pk"):
        if contact.pk in invited_before:
            told.invited.append(contact.name)
        elif contact.left_on is not None:
            told.left.append(contact.name)
        elif not contact.is_there(today):
            told.customer_left.append(f"{contact} ({contact.customer})")
        elif not contact.is_there(occasion.held_on):
            told.customer_leaves.append(f"{contact} ({contact.customer})")
        elif contact.pk not in now:
            told.hidden.append(contact.name)
    return told


def header() -> list[str]:
    head = [_("Occasion"), _("Kind"), _("Day"), _("Invited"), _("Comes"), _("Does not come"), _("No answer yet")]
    return [*head, _("Left before the day"), _("Was there"), _("Was not there")]


def rows(found: OccasionQuerySet) -> Iterator[list[Any]]:
    """The list as it leaves the program, a few hundred occasions at a time."""
    for chunk in _batched(found.order_by(*ORDER)):
        for line in lines(chunk):
            row, told = line.occasion, line.numbers
            named = [row.title, row.get_kind_display(), row.held_on, told.invited, told.comes, told.declines]
            yield [*named, told.unanswered, told.gone, told.attended, told.absent]


def _batched(found: OccasionQuerySet) -> Iterator[list[Occasion]]:
    many = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(many, CHUNK)):
        yield chunk


def guest_header() -> list[str]:
    head = [_("Contact"), _("Customer"), _("E-mail"), _("Invited on"), _("Invited by"), _("Answer"), _("Was there")]
    return [*head, _("Occasion"), _("Day"), _("Left the customer on"), _("Customer left on")]


def guest_rows(found: QuerySet[OccasionInvitation]) -> Iterator[list[Any]]:
    said = {True: _("yes"), False: _("no"), None: ""}
    named = found.select_related("contact__customer", "invited_by", "occasion").order_by("contact__name", "pk")
    for row in named.iterator(chunk_size=2000):
        yield [
            *(row.contact.name, row.contact.customer.name, row.contact.email, row.invited_on),
            *(str(row.invited_by or ""), _answer(row), said[row.attended]),
            *(row.occasion.title, row.occasion.held_on, row.left_on, row.customer_left_on),
        ]


def _answer(row: OccasionInvitation) -> str:
    """Who has left by the day, or whose customer has, does not come, whatever was said before."""
    if row.response == InvitationResponse.YES and row.is_gone:
        return _("Had said yes")
    return str(row.get_response_display())
