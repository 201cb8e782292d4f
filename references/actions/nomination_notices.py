"""What people are told of a nomination: its nominators of every change, whoever's turn it is of the turn."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.actions import notices
from core.choices import Role
from core.models import Programme, User
from references.choices import InvitationBlock, NominationDeed, NominationState
from references.models import Nomination, NominationEvent, Nominator
from references.reports import invitation_blocks

State, Deed = NominationState, NominationDeed
# What only stands in the history: nobody has to be told of it, or is told with the month that follows at once.
QUIET = frozenset([Deed.CHASED, Deed.ACCEPTED])
# What leaves the turn where it was: whoever has it hears what is new.
NEWS = frozenset([Deed.COMPLETED, Deed.JOINED, Deed.VERIFIED, Deed.LIFTED, Deed.ASKED])


def in_words(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def of_deeds(deeds: Sequence[NominationEvent], *, by: User | None) -> Iterator[notices.Told]:
    """Every nominator hears of every change, whoever's turn it is of the turn; nobody of what they did themselves."""
    events = [event for event in deeds if event.deed not in QUIET]
    nominators = defaultdict(set)
    ids = [event.nomination_id for event in events]
    for row in Nominator.objects.filter(nomination__in=ids, user__is_active=True).select_related("user"):
        nominators[row.nomination_id].add(row.user)
    managers: set[User] = set()
    if any(map(_is_for_managers, events)):
        managers.update(User.objects.active().with_role(Role.PROGRAMME_MANAGER))
    for event in events:
        nomination, key = event.nomination, f"nomination:{event.pk}"
        url = reverse("references:nomination_detail", args=[nomination.pk])
        listeners = nominators[nomination.pk] - {by}
        for person in listeners:
            yield person, key, partial(_of_change, nomination, event), url
        if event.deed == Deed.RESUMED and event.state == State.ACCEPTED:
            continue  # Its month is planned next, and told with the turn.
        owner = set() if nomination.owner is None else {nomination.owner}
        turn = managers if _is_for_managers(event) else owner
        for person in turn - listeners - {by}:
            yield person, f"{key}:turn", partial(_of_turn, nomination, event), url


def _is_for_managers(event: NominationEvent) -> bool:
    """Whether nobody in person has the turn that comes with it."""
    comes = event.state == State.SUBMITTED or event.deed == Deed.HANDED_ON
    return event.nomination.owner is None and comes


def relieved(turns: Iterable[tuple[User | None, NominationEvent]]) -> Iterator[notices.Told]:
    """Who had the turn with the customer hears that it is over, unless they ended it or hear of it as a nominator."""
    ended = [(person, event) for person, event in turns if person is not None and person.is_active]
    credit = Nominator.objects.filter(nomination__in=[event.nomination_id for _person, event in ended])
    told = set(credit.values_list("user_id", "nomination_id"))
    for person, event in ended:
        nomination = event.nomination
        if person not in (event.by, nomination.owner) and (person.pk, nomination.pk) not in told:
            url = reverse("references:nomination_detail", args=[nomination.pk])
            yield person, f"nomination:{event.pk}:over", partial(_of_end, nomination, event), url


def _of_end(nomination: Nomination, event: NominationEvent) -> str:
    told = {"nomination": nomination, "deed": event.get_deed_display().lower()}
    text = _("It is not your turn any more with the nomination of %(nomination)s: %(deed)s.") % told
    return f"{text} {event.reason}".strip()


def _of_change(nomination: Nomination, event: NominationEvent) -> str:
    told: dict[str, str | Model] = {"nomination": nomination, "deed": _deed_in_words(event)}
    text = _("Your nomination of %(nomination)s: %(deed)s.") % told
    if event.deed == Deed.ASKED:
        return _("Does your nomination of %(nomination)s still hold? Confirm it, so that the customer is asked.") % told
    if event.deed == Deed.QUEUED:
        return _of_month(nomination, event)
    if event.deed == Deed.LIFTED:
        return _of_lift(nomination, event)
    return f"{text} {event.reason}".strip()


def _of_lift(nomination: Nomination, event: NominationEvent) -> str:
    """Which block, and what else forbids the invitation still."""
    told = {"nomination": nomination, "block": InvitationBlock(event.block).label}
    texts = [_("Your nomination of %(nomination)s: the block “%(block)s” is lifted.") % told, event.reason]
    today = Programme.current().calendar.day_of(event.recorded_at)
    standing = invitation_blocks.of_nominations([nomination], today=today).get(nomination.pk, [])
    for kind in dict.fromkeys(block.kind for block in standing):
        texts.append(_("Still blocked: %(block)s.") % {"block": kind.label})
    return " ".join(texts)


def _of_month(nomination: Nomination, event: NominationEvent) -> str:
    """The plan, together with the acceptance that it followed in the same transaction."""
    told: dict[str, Any] = {"nomination": nomination}
    is_new = event.state_before == State.ACCEPTED and nomination.accepted_at == event.recorded_at
    if nomination.planned_month is None:
        told["deed"] = (Deed.ACCEPTED if is_new else Deed.QUEUED).label.lower()
        return f"{_('Your nomination of %(nomination)s: %(deed)s.') % told} {event.reason}".strip()
    told["month"] = in_words(nomination.planned_month)
    if is_new:
        return _("Your nomination of %(nomination)s is accepted and planned for %(month)s.") % told
    return _("Your nomination of %(nomination)s is planned for %(month)s.") % told


def _deed_in_words(event: NominationEvent) -> str:
    """What was done; by whom, too, where a nomination is changed that may be somebody else's."""
    words = str(event.get_deed_display()).lower()
    if event.deed != Deed.COMPLETED or event.by is None:
        return words
    return _("%(deed)s by %(who)s") % {"deed": words, "who": event.by}


def _of_turn(nomination: Nomination, event: NominationEvent) -> str:
    if event.deed in NEWS and event.state_before == event.state:
        told = {"nomination": nomination, "deed": _deed_in_words(event)}
        text = _("News of the nomination of %(nomination)s, with which it is your turn: %(deed)s.") % told
        return f"{text} {event.reason}".strip()
    told = {"nomination": nomination, "state": nomination.get_state_display().lower()}
    if nomination.due_while_here is None:
        return _("The nomination of %(nomination)s: %(state)s.") % told
    told["day"] = date_format(nomination.due_while_here)
    is_moved = event.deed == Deed.QUEUED and event.state_before == State.QUEUED
    if is_moved and nomination.planned_month is not None:
        told["month"] = in_words(nomination.planned_month)
        return _("The nomination of %(nomination)s moves to %(month)s; it is your turn until %(day)s.") % told
    return _("It is your turn with the nomination of %(nomination)s (%(state)s), until %(day)s.") % told
