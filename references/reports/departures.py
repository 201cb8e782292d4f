"""What is noted of a contact, or agreed for a customer, after the day on which they are said to have left."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import User
from customers.choices import InvitationResponse
from customers.models import Contact, Customer, Occasion, OccasionInvitation, Referral
from customers.reports.departures import Noted
from references.models import Evidence, Nomination
from references.models.evidence import EvidenceQuerySet


def noted_after(contact: Contact, day: date, *, user: User) -> list[Noted]:
    """Where the contact was or was asked to, whom the contact told, what the contact answered and agreed to later."""
    told = [
        (noted, _("%(what)s on %(day)s") % {"what": what, "day": date_format(noted)}, url)
        for noted, what, url in _days(contact, day, user)
    ]
    return [Noted(words, url) for _noted, words, url in sorted([*told, *_invitations(contact, day)])]


def spoken_for(contact: Contact, *, user: User) -> list[Noted]:
    """The open nominations for which the contact would speak."""
    rows = Nomination.objects.visible_to(user).open().filter(contact=contact).select_related("customer")
    return [Noted(str(row), reverse("references:nomination_detail", args=[row.pk])) for row in rows]


def expected(contact: Contact, day: date, *, today: date) -> list[Noted]:
    """The occasions still to come, and after the day, at which the contact had said to be."""
    rows = OccasionInvitation.objects.filter(contact=contact, response=InvitationResponse.YES, attended__isnull=True)
    rows = rows.filter(occasion__held_on__gte=today, occasion__held_on__gt=day).order_by("occasion__held_on", "pk")
    words = _("is expected at “%(occasion)s” on %(day)s")
    return [
        Noted(words % {"occasion": occasion, "day": date_format(occasion.held_on)}, _page_of(occasion))
        for occasion in (row.occasion for row in rows.select_related("occasion"))
    ]


def agreed_after(customer: Customer, *, user: User) -> list[Noted]:
    """What somebody there agreed to from the day on which the customer left; nothing of one that stays."""
    if customer.churned_on is None:
        return []
    words, address = _("“%(dimension)s” on %(day)s"), reverse("references:evidence_index", args=[customer.pk])
    return [
        Noted(words % {"dimension": one.dimension, "day": date_format(one.agreed_on)}, address)
        for one in _agreed(user).filter(customer=customer, agreed_on__gte=customer.churned_on)
    ]


def _invitations(contact: Contact, day: date) -> Iterator[tuple[date, str, str]]:
    """What the contact was asked to after the day; who was there is told with the day of the occasion."""
    rows = OccasionInvitation.objects.filter(contact=contact, invited_on__gt=day).exclude(attended=True)
    words = _("invited on %(day)s to “%(occasion)s”")
    for row in rows.select_related("occasion"):
        told = words % {"occasion": row.occasion, "day": date_format(row.invited_on)}
        yield row.invited_on, told, _page_of(row.occasion)


def _page_of(occasion: Occasion) -> str:
    return reverse("customers:occasion_detail", args=[occasion.pk])


def _days(contact: Contact, day: date, user: User) -> Iterator[tuple[date, str, str]]:
    own_page = reverse("customers:evangelist_detail", args=[contact.pk])
    rows = OccasionInvitation.objects.filter(contact=contact, attended=True, occasion__held_on__gt=day)
    for occasion in (row.occasion for row in rows.select_related("occasion")):
        words = _("was at “%(occasion)s”") % {"occasion": occasion}
        yield occasion.held_on, words, _page_of(occasion)
    if contact.briefed_on is not None and contact.briefed_on > day:
        yield contact.briefed_on, _("last briefed"), own_page
    if contact.asked_on is not None and contact.asked_on > day:
        yield contact.asked_on, _("said why not to refer us"), own_page
    told = Referral.objects.visible_to(user).filter(contact=contact, referred_on__gt=day, withdrawn_at__isnull=True)
    for referral in told:
        yield referral.referred_on, _("referred us to %(whom)s") % {"whom": referral}, own_page
    for evidence in _agreed(user).filter(contact=contact, agreed_on__gt=day):
        words = _("agreed to “%(dimension)s”") % {"dimension": evidence.dimension}
        yield evidence.agreed_on, words, reverse("references:evidence_index", args=[evidence.customer_id])


def _agreed(user: User) -> EvidenceQuerySet:
    rows = Evidence.objects.visible_to(user).filter(withdrawal__isnull=True)
    return rows.select_related("dimension", "contact").order_by("agreed_on", "pk")
