"""The plan of the invitations: who is asked in which month."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from references.actions.nomination_history import day_of, give_turn, in_words, lock_queue, note
from references.choices import NominationDeed, NominationState
from references.models import Nomination
from references.reports import recruiting_queue as report
from references.rules import recruiting_queue as rule


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
    moved: dict[int, tuple[int, date]] = {}
    rescored: list[Nomination] = []
    for pk, score, month in planned:
        seen = waiting[pk]
        if (seen.planned_month, seen.state) != (month, NominationState.QUEUED):
            moved[pk] = score, month
        elif seen.score != score:
            rescored.append(Nomination(pk=pk, score=score))
    for nomination in _locked(moved):
        _queue(nomination, *moved[nomination.pk], at=at)
    Nomination.objects.bulk_update(rescored, ["score"], batch_size=500)
    return len(moved)


def _locked(pks: Iterable[int]) -> QuerySet[Nomination]:
    rows = Nomination.objects.filter(pk__in=list(pks)).select_for_update(of=("self",)).order_by("pk")
    return rows.select_related("customer__csm", "submitted_by")


def _queue(nomination: Nomination, score: int, month: date, *, at: datetime) -> None:
    before = nomination.state
    nomination.score, nomination.planned_month = score, month
    nomination.state = NominationState.QUEUED
    if before != NominationState.QUEUED:
        nomination.state_since = at
    give_turn(nomination, by=None, at=at)
    nomination.version += 1
    nomination.save()
    note(nomination, NominationDeed.QUEUED, before=before, reason=in_words(month), by=None, at=at)
