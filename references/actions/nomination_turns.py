"""Whose turn it is follows who looks after the customer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions import notices
from references.actions import nomination_notices
from references.actions.nomination_history import ROWS_AT_ONCE, lock_queue, note_each, owner_of
from references.choices import NominationDeed
from references.models import Nomination, NominationEvent


@transaction.atomic
def hand_on(*, at: datetime) -> int:
    """Give the turn with what is accepted or invited to the customer's CSM of today, who hears of it; returns of how
    many. Until when it is to be done stays as it was."""
    settings = lock_queue()
    rows = Nomination.objects.with_others_than_the_csm().select_related("customer__csm", "owner")
    due = {row: owner_of(row, settings=settings) for row in rows.order_by("pk")}
    moved = [row for row, owner in due.items() if owner != row.owner]
    had_turn = [row.owner for row in moved]
    for row in moved:
        row.owner = due[row]
        row.version += 1
    Nomination.objects.bulk_update(moved, ["owner", "version"], batch_size=ROWS_AT_ONCE)
    events = [_handed_on(row, at=at) for row in moved]
    note_each(events, by=None, at=at)
    notices.tell_each(nomination_notices.relieved(zip(had_turn, events, strict=True)), at=at)
    return len(moved)


def _handed_on(nomination: Nomination, *, at: datetime) -> NominationEvent:
    words = _("It is for %(who)s now, who looks after %(customer)s.")
    if nomination.customer is not None and nomination.owner != nomination.customer.csm:
        words = _("It is for %(who)s now: %(customer)s has no CSM who may write to it.")
    told = {"who": nomination.owner or _("the programme manager"), "customer": nomination.customer}
    return NominationEvent(
        nomination=nomination,
        deed=NominationDeed.HANDED_ON,
        state_before=nomination.state,
        state=nomination.state,
        reason=words % told,
        recorded_at=at,
    )
