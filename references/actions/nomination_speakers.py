"""Who would speak for the customer: named anew once a nomination was decided on, as people leave."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actions import notices
from core.errors import RuleBroken
from core.models import User
from customers.actions import contacts
from customers.models import Contact
from references.actions.nomination_history import lock, note, refuse_lost, refused
from references.choices import NominationDeed
from references.models import Nomination, Nominator

SAID = frozenset(["contact", "contact_name", "contact_email"])


@transaction.atomic
def name_speaker(nomination: Nomination, *, values: Mapping[str, Any], by: User, at: datetime) -> Nomination:
    """Somebody else would speak. `values` names one of them: a `contact` of the customer who is still there, or by
    `contact_name` and `contact_email` one who is not here yet. Before the decision it is completed instead."""
    if unknown := values.keys() - SAID:
        raise TypeError(f"not said of a speaker: {', '.join(sorted(unknown))}")
    current = lock(nomination)
    if not current.is_open:
        raise refused(current)
    if words := undecided(current):
        raise RuleBroken(words)
    refuse_lost(current, at=at)
    before = current.spokesperson
    if all(getattr(current, name) == value for name, value in values.items()):
        return current
    for name, value in values.items():
        setattr(current, name, value)
    refuse_absent_speaker(current)
    if not current.spokesperson:
        raise RuleBroken(_("Say who would speak."))
    if current.contact is None:
        enter_speaker(current, by=by, at=at)
    current.version += 1
    current.save()
    told = _("%(after)s instead of %(before)s") if before else "%(after)s"
    reason = told % {"after": current.spokesperson, "before": before}
    note(current, NominationDeed.SPEAKER, reason=reason, by=by, at=at)
    return current


def undecided(nomination: Nomination) -> str:
    """Why nobody else is named on their own yet; empty once it was decided on."""
    return _("It is not decided on yet: complete it instead.") if nomination.is_undecided else ""


def enter_speaker(nomination: Nomination, *, by: User, at: datetime) -> None:
    """Who would speak becomes a contact of the customer, if that is here. Raises Duplicate for one who is there."""
    if nomination.customer is None:
        return
    values = {"email": nomination.contact_email}
    contact = contacts.create(nomination.customer, name=nomination.contact_name, values=values, by=by, at=at)
    nomination.contact, nomination.contact_name, nomination.contact_email = contact, "", ""


def recognise_speaker(nomination: Nomination) -> str:
    """A company that was proposed is a customer here, and who was named with it may be a contact of that already.
    Returns in words who was named, if the contact is called otherwise."""
    named = nomination.contact_name
    rows = Contact.objects.present().filter(customer=nomination.customer)
    found = rows.like(named, nomination.contact_email).first() if nomination.contact is None else None
    if found is None:
        return ""
    nomination.contact, nomination.contact_name, nomination.contact_email = found, "", ""
    if found.name.casefold() == named.casefold():
        return ""
    words = _("“%(named)s” was named to speak; the e-mail address is that of %(contact)s.")
    return words % {"named": named, "contact": found}


def refuse_absent_speaker(nomination: Nomination) -> None:
    """Who would speak is a contact of the customer, and still there."""
    contact = nomination.contact
    if contact is not None and contact.customer_id != nomination.customer_id:
        raise RuleBroken(_("%s is not a contact of %s.") % (contact, nomination))
    if contact is not None and contact.left_on is not None:
        raise RuleBroken(_("%(contact)s has left; name somebody who is still there.") % {"contact": contact})


def tell_of_departures(*, at: datetime) -> None:
    """Tell whoever has the turn with a nomination, and its nominators, that who would speak has left; once."""
    rows = Nomination.objects.open().filter(contact__left_on__isnull=False)
    gone = rows.select_related("contact", "customer", "owner").in_bulk()
    notices.tell_each(_told(gone), at=at)


def _told(gone: Mapping[int, Nomination]) -> Iterator[notices.Told]:
    credited = Nominator.objects.filter(nomination__in=gone, user__is_active=True).select_related("user")
    listeners = {(pk, row.owner) for pk, row in gone.items() if row.owner is not None}
    listeners |= {(row.nomination_id, row.user) for row in credited}
    for pk, person in sorted(listeners, key=lambda one: (one[0], one[1].pk)):
        nomination = gone[pk]
        url = reverse("references:nomination_detail", args=[pk])
        yield person, f"speaker:{pk}:{nomination.contact_id}", partial(_of_departure, nomination), url


def _of_departure(nomination: Nomination) -> str:
    left_on = nomination.speaker_left_on
    told = {"contact": nomination.contact, "nomination": nomination, "day": date_format(left_on) if left_on else "–"}
    words = _("%(contact)s, who would speak for %(nomination)s, left on %(day)s. Name somebody else.")
    return words % told
