"""Who speaks for us: the list, its export, and what one contact has done for us and we for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from customers.choices import OccasionKind, ReferralOutcome
from customers.models import Contact, Customer, Occasion, OccasionInvitation, Referral, ThankYou
from customers.models.contact import ContactQuerySet
from customers.reports.customers import Column
from customers.rules.evangelists import EvangelistPolicy

POLICY: Final = EvangelistPolicy()
SHOWN: Final = 50
COLUMNS = (
    Column(gettext_lazy("Contact"), "name", "name"),
    Column(gettext_lazy("Customer"), "customer", "customer_key"),
    Column(gettext_lazy("Last briefed"), "briefed", "briefed"),
    Column(gettext_lazy("Referrals"), "referrals", "referral_count", is_number=True),
    Column(gettext_lazy("Last thanked"), "thanked", "thanked"),
)
ORDERS = {column.sort: column.order for column in COLUMNS}


def listed(rows: ContactQuerySet) -> ContactQuerySet:
    """The rows with what the list shows and sorts by, in one query. Never comes before every day."""
    made = Referral.objects.counted().filter(contact=OuterRef("pk")).order_by().values("contact")
    won = made.filter(outcome=ReferralOutcome.WON)
    thanked = ThankYou.objects.filter(contact=OuterRef("pk")).order_by("-thanked_on").values("thanked_on")[:1]
    return rows.select_related("customer", "customer__csm").annotate(
        customer_key=F("customer__name_key"),
        briefed=Coalesce("briefed_on", Value(date.min), output_field=DateField()),
        referral_count=Coalesce(Subquery(made.annotate(n=Count("*")).values("n")), Value(0)),
        won_count=Coalesce(Subquery(won.annotate(n=Count("*")).values("n")), Value(0)),
        thanked=Coalesce(Subquery(thanked), Value(date.min), output_field=DateField()),
    )


def order_of(sort: str) -> list[str]:
    """The order for keyset paging that `?sort=` asks for; who waits longest for news comes first otherwise."""
    minus, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    return [f"{minus}{ORDERS.get(name, 'briefed')}", "pk"]


@dataclass(frozen=True)
class Counts:
    """How many speak for us, and how many of them were not briefed for so many days."""

    evangelists: int
    stale: int
    days: int


def counts(user: User, *, today: date) -> Counts:
    rows = Contact.objects.visible_to(user).evangelists().staying(today).filter(customer__merged_into__isnull=True)
    late = rows.stale(POLICY.briefed_since(today)).count()
    return Counts(rows.count(), late, POLICY.brief_every_days)


def stale_of(user: User, *, today: date) -> int:
    """How many evangelists at the person's own customers were not briefed for too long."""
    rows = Contact.objects.visible_to(user).evangelists().staying(today).stale(POLICY.briefed_since(today))
    own = Customer.objects.visible_to(user).unmerged().owned_by(user).order_by()
    return rows.filter(customer__in=own.values("pk")).count()


@dataclass(frozen=True)
class Dossier:
    """What one contact has done for us, and we for them; the latest first. `invited` and `attended` count invitations
    to what is over, `coming` those to what is still to come."""

    referrals: list[Referral]
    invitations: list[OccasionInvitation]
    thanks: list[ThankYou]
    invited: int
    attended: int
    coming: int
    is_stale: bool
    upcoming: list[Occasion]


def dossier(contact: Contact, *, user: User, today: date) -> Dossier:
    """Everything about a contact who refers us, or may; `upcoming` is what the contact can still be invited to."""
    invitations = OccasionInvitation.objects.filter(contact=contact)
    is_there = contact.is_there(today)
    coming = Q(attended__isnull=True, occasion__held_on__gte=today) if is_there else Q(pk__in=[])
    told = invitations.aggregate(
        invited=Count("pk", filter=~coming),
        coming=Count("pk", filter=coming),
        attended=Count("pk", filter=Q(attended=True)),
    )
    later = Occasion.objects.visible_to(user).exclude(kind=OccasionKind.PERSONAL).filter(held_on__gte=today)
    open_ones = later.exclude(invitations__contact=contact).order_by("held_on", "pk")
    if contact.customer.churned_on is not None:
        open_ones = open_ones.filter(held_on__lt=contact.customer.churned_on)
    referrals = Referral.objects.visible_to(user).filter(contact=contact).select_related("customer", "created_by")
    thanks = ThankYou.objects.visible_to(user).filter(contact=contact).select_related("given_by")
    shown = invitations.select_related("contact__customer", "occasion", "invited_by").order_by(
        "-occasion__held_on", "-pk"
    )
    return Dossier(
        referrals=list(referrals[:SHOWN]),
        invitations=list(shown[:SHOWN]),
        thanks=list(thanks[:SHOWN]),
        **told,
        is_stale=contact.is_evangelist and is_there and POLICY.is_stale(contact.briefed_on, today),
        upcoming=list(open_ones[:SHOWN]) if is_there else [],
    )


def export_header() -> list[str]:
    return [
        *(_("Contact"), _("Title"), _("Customer"), _("E-mail"), _("Evangelist"), _("Refers"), _("Our solution")),
        *(_("Why not"), _("Asked on")),
        *(_("Last briefed on"), _("Referrals"), _("Won"), _("Last thanked on"), _("Left on"), _("CSM")),
    ]


def export_rows(rows: QuerySet[Contact]) -> Iterator[list[Any]]:
    """The list as it leaves the program, read in chunks."""
    for row in rows.iterator(chunk_size=2000):
        thanked = getattr(row, "thanked", date.min)
        yield [
            *(row.name, row.title, row.customer.name, row.email),
            *(row.get_evangelist_level_display(), row.get_evangelist_scope_display(), row.get_adoption_display()),
            *(row.refusal_reason, row.asked_on, row.briefed_on),
            *(getattr(row, "referral_count", 0), getattr(row, "won_count", 0)),
            *("" if thanked == date.min else thanked, row.left_on, str(row.customer.csm or "")),
        ]
