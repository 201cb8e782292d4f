"""The plan of the invitations: who is asked in which month."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from references.actions.nomination_history import ROWS_AT_ONCE, day_of, give_turn, lock_queue, note_each
from references.actions.nomination_notices import in_words
from references.choices import NominationDeed, NominationState
from references.models import Nomination, NominationEvent, RecruitingSettings
from references.reports import recruiting_queue as report
from references.reports.invitations import leaves_before
from references.rules import recruiting_queue as rule

CHANGED = ("score", "planned_month", "state", "state_since", "owner", "due_on", "version")


@transaction.atomic
def plan(*, at: datetime) -> int:
    """Give every nomination that waits for its invitation its month; returns how many of them moved.

    Nominators are told when the month changes, not when only the score does. What was planned for a month that has
    passed is planned anew, so the daily run moves what was not done.
    """
    settings, today = lock_queue(), day_of(at)
    waiting = {row.pk: row for row in report.waiting(today)}
    planned = rule.plan(
        report.candidates(waiting.values(), today=today),
        capacity=settings.capacity,
        invited_this_month=report.invited_in(today.replace(day=1)),
        today=today,
    )
    moved: dict[int, tuple[int, date | None]] = {}
    rescored: list[Nomination] = []
    for pk, score, month in planned:
        seen = waiting[pk]
        if (seen.planned_month, seen.state) != (month, NominationState.QUEUED):
            moved[pk] = score, month
        elif seen.score != score:
            rescored.append(Nomination(pk=pk, score=score))
    _queue_each(moved, settings=settings, at=at)
    Nomination.objects.bulk_update(rescored, ["score"], batch_size=ROWS_AT_ONCE)
    return len(moved)


def _queue_each(moved: Mapping[int, tuple[int, date | None]], *, settings: RecruitingSettings, at: datetime) -> None:
    rows = Nomination.objects.filter(pk__in=list(moved)).select_for_update(of=("self",)).order_by("pk")
    nominations = list(rows.select_related("customer__csm", "submitted_by"))
    today = day_of(at)
    events = [_queued(one, *moved[one.pk], settings=settings, today=today, at=at) for one in nominations]
    Nomination.objects.bulk_update(nominations, CHANGED, batch_size=ROWS_AT_ONCE)
    note_each(events, by=None, at=at)


def _queued(
    nomination: Nomination, score: int, month: date | None, *, settings: RecruitingSettings, today: date, at: datetime
) -> NominationEvent:
    before = nomination.state
    nomination.score, nomination.planned_month, nomination.state = score, month, NominationState.QUEUED
    if before != NominationState.QUEUED:
        nomination.state_since = at
    give_turn(nomination, settings=settings, today=today)
    nomination.version += 1
    return NominationEvent(
        nomination=nomination,
        deed=NominationDeed.QUEUED,
        state_before=before,
        state=nomination.state,
        reason=in_words(month) if month else leaves_before(nomination),
        recorded_at=at,
    )
