"""Webinars and briefings: planned, contacts invited, and what became of each invitation."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, bulk
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions import customers
from customers.actions.early_days import refuse_absent, refuse_too_early
from customers.choices import GuestDeed, InvitationResponse, OccasionKind
from customers.models import Contact, Customer, Occasion, OccasionInvitation
from customers.rules.evangelists import is_too_far

EDITABLE: Final = frozenset(["title", "kind", "held_on", "note"])
# How many rows are written at once, and how many names an event of the audit trail tells.
CHUNK: Final = 5000
NAMED: Final = 20
# What each deed writes; to take an invitation back deletes it.
WRITTEN: Final[Mapping[str, Mapping[str, Any]]] = {
    GuestDeed.COMES: {"response": InvitationResponse.YES},
    GuestDeed.DECLINES: {"response": InvitationResponse.NO},
    GuestDeed.UNANSWERED: {"response": InvitationResponse.NONE},
    GuestDeed.ATTENDED: {"attended": True},
    GuestDeed.ABSENT: {"attended": False},
    GuestDeed.UNKNOWN: {"attended": None},
}

# What is true of nobody who has left the customer by the day, or whose customer has left us.
PRESENT: Final = frozenset([GuestDeed.COMES, GuestDeed.ATTENDED])


@transaction.atomic
def create(*, title: str, kind: str, held_on: date, note: str = "", by: User | None, at: datetime) -> Occasion:
    """An occasion of any kind but the personal one, which `brief` makes. Raises Duplicate for one that is there."""
    occasion = Occasion(title=title, kind=kind, held_on=held_on, note=note, created_at=at, created_by=by)
    _check(occasion)
    _check_day(held_on, _day_of(at))
    _refuse_twin(occasion)
    occasion.save()
    audit.record("occasion.created", occasion, by=by, at=at, held_on=str(held_on))
    return occasion


@transaction.atomic
def edit(
    occasion: Occasion, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> Occasion:
    """Write what differs. An occasion at which somebody was cannot be moved to a day on which nobody was yet, or on
    which that contact or the customer had left."""
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"not fields of an occasion: {', '.join(sorted(unknown))}")
    current = _lock(occasion)
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)
    _refuse_personal(current)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    _check(current)
    noted = OccasionInvitation.objects.filter(occasion=current, attended__isnull=False)
    if "held_on" in fields:
        _check_moved(current, noted, today=_day_of(at))
    current.version += 1
    current.save()
    if "held_on" in fields:
        _refresh(noted)
    told = {name: [customers.plain(before), customers.plain(after)] for name, (before, after) in fields.items()}
    audit.record("occasion.edited", current, by=by, at=at, fields=told)
    return current


@transaction.atomic
def invite(occasion: Occasion, *, contacts: QuerySet[Contact], by: User | None, at: datetime) -> int:
    """Invite those who are still there, at customers that are and will be on the day, and not invited yet; returns how
    many that are."""
    current = _lock(occasion)
    _refuse_personal(current)
    invited = OccasionInvitation.objects.filter(occasion=current).values("contact_id")
    day = _day_of(at)
    able = Contact.objects.filter(pk__in=contacts.order_by().values("pk")).present().staying(max(day, current.held_on))
    ids = list(able.exclude(pk__in=invited).order_by("pk").values_list("pk", flat=True))
    if ids:
        columns = ("occasion_id", "contact_id", "invited_on", "invited_by_id")
        author = by.pk if by else None
        bulk.insert(OccasionInvitation, columns, [(current.pk, pk, day, author) for pk in ids])
        audit.record("occasion.invited", current, by=by, at=at, count=len(ids))
    return len(ids)


@transaction.atomic
def note(
    occasion: Occasion,
    *,
    guests: QuerySet[OccasionInvitation],
    deed: str,
    seen: Mapping[int, str] | None = None,
    by: User | None,
    at: datetime,
) -> int:
    """Note of these guests what `deed` says; returns how many it changed. Attendance waits for the day.

    Who had left the customer by that day, or whose customer had left us, was not there, nor comes who will have, and is
    passed over; so is of whom something else was noted since the person saw it: `seen` is `noted` by ids.
    """
    current = _lock(occasion)
    if deed in (GuestDeed.ATTENDED, GuestDeed.ABSENT) and not current.is_over(_day_of(at)):
        told = {"occasion": current, "day": date_format(current.held_on)}
        raise RuleBroken(_("%(occasion)s is on %(day)s; who was there can be noted from that day on.") % told)
    rows = _concerned(guests.filter(occasion=current), deed, current.held_on, seen=seen or {})
    names = ", ".join(rows.order_by("contact__name").values_list("contact__name", flat=True)[:NAMED])
    changed = _write(rows, deed, held_on=current.held_on)
    if changed:
        audit.record("occasion.noted", current, by=by, at=at, kind=deed, count=changed, contacts=names)
    return changed


def _concerned(
    guests: QuerySet[OccasionInvitation], deed: str, day: date, *, seen: Mapping[int, str]
) -> QuerySet[OccasionInvitation]:
    """Those of whom something is written, without who is passed over."""
    if deed == GuestDeed.UNINVITED:
        return guests.filter(response=InvitationResponse.NONE, attended__isnull=True)
    rows = guests.exclude(**WRITTEN[deed]).exclude(pk__in=noted_meanwhile(guests, deed=deed, seen=seen))
    if deed not in PRESENT:
        return rows
    # Locked before it is asked who is gone, as somebody may be noting just now that one of them has left.
    _lock_customers(rows)
    _locked(rows)
    return rows.exclude(contact__in=Contact.objects.absent_on(day).order_by().values("pk"))


def staying(guests: QuerySet[OccasionInvitation]) -> QuerySet[OccasionInvitation]:
    """Those whose invitation is not taken back: who has answered, or of whom it is noted whether they were there."""
    return guests.exclude(response=InvitationResponse.NONE, attended__isnull=True)


def noted_meanwhile(
    guests: QuerySet[OccasionInvitation], *, deed: str, seen: Mapping[int, str]
) -> dict[int, OccasionInvitation]:
    """By their ids those guests of whom something else than `deed` was noted since the person saw them."""
    if deed == GuestDeed.UNINVITED:
        return {}
    rows = guests.filter(pk__in=list(seen)).exclude(**WRITTEN[deed]).select_related("contact")
    return {row.pk: row for row in rows if row.noted != seen[row.pk]}


@transaction.atomic
def brief(contact: Contact, *, on: date, by: User | None, at: datetime) -> OccasionInvitation:
    """The contact was briefed in person on a day: asked, came, and is up to date since then."""
    if on > _day_of(at):
        raise RuleBroken(_("The day lies ahead; note the briefing when it has taken place."))
    refuse_too_early(on)
    customers.lock(contact.customer_id)
    refuse_absent(contact, on)
    made = {"title": _("Personal briefings"), "created_at": at, "created_by": by}
    occasion, _new = Occasion.objects.get_or_create(kind=OccasionKind.PERSONAL, held_on=on, defaults=made)
    invitation = OccasionInvitation.objects.filter(occasion=occasion, contact=contact).first()
    if invitation is None:
        invitation = OccasionInvitation(occasion=occasion, contact=contact, invited_on=on, invited_by=by)
    elif invitation.attended:
        return invitation
    invitation.response, invitation.attended = InvitationResponse.YES, True
    invitation.save()
    _refresh(OccasionInvitation.objects.filter(pk=invitation.pk))
    audit.record("contact.briefed", contact, by=by, at=at, held_on=str(on))
    return invitation


def _write(rows: QuerySet[OccasionInvitation], deed: str, *, held_on: date) -> int:
    """One statement for all of them; returns how many there were. Those who were there are briefed by it."""
    chosen = OccasionInvitation.objects.filter(pk__in=rows.order_by().values("pk"))
    if deed == GuestDeed.UNINVITED:
        return chosen.delete()[0]
    if "attended" not in WRITTEN[deed]:
        return chosen.update(**WRITTEN[deed])
    briefed = _locked(chosen)
    changed = chosen.update(**WRITTEN[deed])
    if deed == GuestDeed.ATTENDED:
        for ids in _pieces(pk for pk, day in briefed if day is None or day < held_on):
            Contact.objects.filter(pk__in=ids).update(briefed_on=held_on)
    else:
        for ids in _pieces(pk for pk, day in briefed if day == held_on):
            _recall(Contact.objects.filter(pk__in=ids))
    return changed


def _refresh(invitations: QuerySet[OccasionInvitation]) -> None:
    """Write anew on which day those contacts were last briefed."""
    for ids in _pieces(pk for pk, _day in _locked(invitations)):
        _recall(Contact.objects.filter(pk__in=ids))


def _locked(invitations: QuerySet[OccasionInvitation]) -> list[tuple[int, date | None]]:
    """Their contacts, each with the day of the last briefing; they are locked in one order for everybody.

    All are, also those for whom nothing changes: who writes of another occasion of theirs must see this one.
    """
    theirs = Contact.objects.filter(pk__in=invitations.order_by().values("contact_id"))
    return list(theirs.order_by("pk").select_for_update().values_list("pk", "briefed_on"))


def _lock_customers(invitations: QuerySet[OccasionInvitation]) -> None:
    """Their customers, before their contacts, as every action does; none may leave meanwhile."""
    theirs = Customer.objects.filter(pk__in=invitations.order_by().values("contact__customer_id")).order_by("pk")
    for _pk in theirs.select_for_update(no_key=True).values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        pass


def _recall(contacts: QuerySet[Contact]) -> None:
    attended = OccasionInvitation.objects.filter(contact=OuterRef("pk"), attended=True).order_by("-occasion__held_on")
    contacts.update(briefed_on=Subquery(attended.values("occasion__held_on")[:1]))


def _pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    """Pieces that fit into a statement."""
    left = iter(ids)
    while piece := list(islice(left, CHUNK)):
        yield piece


def _lock(occasion: Occasion) -> Occasion:
    return Occasion.objects.select_for_update().get(pk=occasion.pk)


def _day_of(at: datetime) -> date:
    return Programme.current().calendar.day_of(at)


def _refuse_twin(occasion: Occasion) -> None:
    """A form that is sent twice enters one occasion."""
    if occasion.created_by_id:
        User.objects.select_for_update().get(pk=occasion.created_by_id)
    same_day = Occasion.objects.filter(kind=occasion.kind, held_on=occasion.held_on)
    twins = [one for one in same_day if one.title.strip().casefold() == occasion.title.strip().casefold()]
    if twins:
        words = _("“%(title)s” on %(day)s is here already.")
        raise Duplicate(words % {"title": occasion.title, "day": date_format(occasion.held_on)}, existing=twins)


def _check(occasion: Occasion) -> None:
    if not occasion.title.strip():
        raise RuleBroken(_("Give the occasion a title."))
    _refuse_personal(occasion)


def _check_day(day: date, today: date) -> None:
    refuse_too_early(day)
    if is_too_far(day, today):
        raise RuleBroken(_("Look at the year: an occasion is planned five years ahead at most."))


def _check_moved(occasion: Occasion, noted: QuerySet[OccasionInvitation], *, today: date) -> None:
    """Refuse a new day on which those who are noted could not have been there."""
    _check_day(occasion.held_on, today)
    _locked(noted)
    if not occasion.is_over(today) and noted.exists():
        raise RuleBroken(_("It is noted already who was there, so the day cannot lie ahead."))
    there = noted.filter(attended=True).order_by().values("contact_id")
    gone = Contact.objects.absent_on(occasion.held_on).filter(pk__in=there).order_by("name", "pk").first()
    if gone is not None:
        refuse_absent(gone, occasion.held_on)


def _refuse_personal(occasion: Occasion) -> None:
    if occasion.kind == OccasionKind.PERSONAL:
        raise RuleBroken(_("A personal briefing is noted on the page of the contact."))
