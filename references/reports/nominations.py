"""Nominations as lists and pages show them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core.models import Programme, User
from references.choices import NominationDeed, NominationState
from references.models import Nomination, NominationEvent, RecruitingSettings
from references.models.nomination import NominationQuerySet
from references.reports import invitation_blocks, invitations
from references.reports.invitation_blocks import Block
from references.rules.nominations import is_stale

# So many nominations are looked at together: what blocks them is one question for all of them.
CHUNK: Final = 500


@dataclass(frozen=True)
class Row:
    """A nomination with what a list says of it. `age` is days in its present state, `left_on` the day on which the
    customer left, if it did, `leaves_on` the one to come; `is_lost` if nobody was asked by then, so that it is nobody's
    turn any more."""

    nomination: Nomination
    nominators: int
    age: int
    is_late: bool
    is_stale: bool
    blocks: list[Block]
    left_on: date | None
    leaves_on: date | None
    is_lost: bool
    planned_for: date | None
    awaits_month: bool
    due_on: date | None

    @property
    def is_acceptable(self) -> bool:
        """Whether it can be accepted unopened: it waits for a decision, its customer is here, and who would speak."""
        one = self.nomination
        is_here = one.customer_id is not None and not self.left_on and not one.speaker_left_on
        return one.state == NominationState.SUBMITTED and is_here


def is_reopened(nomination: Nomination) -> bool:
    """Whether its enrolment was taken back, and it was not enrolled again."""
    return nomination.state != NominationState.ENROLLED and taken_back_since(nomination, since=nomination.submitted_at)


def taken_back_since(nomination: Nomination, *, since: datetime) -> bool:
    """Whether an enrolment of it was taken back since, enrolled again or not."""
    return nomination.events.filter(deed=NominationDeed.REOPENED, recorded_at__gte=since).exists()


def listed(rows: NominationQuerySet) -> QuerySet[Nomination]:
    """The rows with everything that a list names and sorts by, in one query. What is not due sorts last."""
    people = ("owner", "submitted_by", "contact", "customer__csm", "customer__impact")
    return rows.by_due().select_related(*people).annotate(nominator_count=Count("nominators"))


def shown(nominations: Iterable[Nomination], *, today: date, reader: User) -> list[Row]:
    """A page of nominations with their age, and what is late, stale or blocked, in words for the reader; three
    statements for all."""
    found = list(nominations)
    waiting = [row for row in found if row.is_waiting]
    blocks = invitation_blocks.of_nominations(waiting, today=today, reader=reader)
    calendar, days = Programme.current().calendar, RecruitingSettings.current().verify_after_days
    return [
        Row(
            nomination=row,
            nominators=getattr(row, "nominator_count", 0),
            age=(today - calendar.day_of(row.state_since)).days,
            is_late=(due := row.due_for(today)) is not None and due < today,
            is_stale=row.is_waiting and not row.left_on(today) and is_stale(row.verified_on, today=today, days=days),
            blocks=invitation_blocks.told_once(blocks.get(row.pk, [])),
            left_on=row.left_on(today),
            leaves_on=row.leaves_on(today),
            is_lost=row.has_lost_customer(today),
            planned_for=row.planned_for(today),
            awaits_month=row.awaits_month(today),
            due_on=row.due_for(today),
        )
        for row in found
    ]


@dataclass(frozen=True)
class Line:
    """Something that happened. Of a month that was planned and planned anew it is the last, `before` the others that it
    was planned for until then, each where it was planned last."""

    event: NominationEvent
    before: list[str]


def history(events: Iterable[NominationEvent]) -> list[Line]:
    """What happened, latest first as the events are; plans that followed each other without a deed are one line."""
    lines: list[Line] = []
    for event in events:
        last = lines[-1].event.deed if lines else ""
        if event.deed != NominationDeed.QUEUED or last != NominationDeed.QUEUED:
            lines.append(Line(event, []))
        elif event.reason and event.reason not in (lines[-1].event.reason, *lines[-1].before):
            lines[-1].before.insert(0, event.reason)
    return lines


def export_header() -> list[str]:
    return [
        *(_("Customer"), _("State"), _("Since"), _("Whose turn it is"), _("Due"), _("Planned month")),
        *(_("Nominated by"), _("Nominated on"), _("Nominators"), _("Source"), _("Who would speak")),
        *(_("Why this customer"), _("Results in numbers"), _("Accepted on"), _("Invited on"), _("Ended on")),
        *(_("Reminded"), _("Impact"), _("To be confirmed"), _("Blocked because")),
    ]


def export_rows(rows: QuerySet[Nomination], *, today: date, reader: User) -> Iterator[list[Any]]:
    """The list as it leaves the program, some hundred nominations at a time."""
    day_of = Programme.current().calendar.day_of

    def on(moment: datetime | None) -> date | None:
        return day_of(moment) if moment else None

    many = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(many, CHUNK)):
        for row in shown(chunk, today=today, reader=reader):
            yield _line(row, on)


def _line(row: Row, on: Callable[[datetime | None], date | None]) -> list[Any]:
    one = row.nomination
    impact = getattr(one.customer, "impact", None)
    return [
        *(
            str(one),
            one.get_state_display(),
            on(one.state_since),
            "" if row.is_lost else str(one.owner or ""),
            row.due_on,
        ),
        f"{row.planned_for:%Y-%m}" if row.planned_for else "",
        *(str(one.submitted_by), on(one.submitted_at), row.nominators),
        *(one.get_source_display(), one.spokesperson, one.story, one.results),
        *(on(one.accepted_at), on(one.invited_at), on(one.closed_at), one.times_chased),
        *(impact.tier if impact else "", _("yes") if row.is_stale else _("no")),
        " ".join(_forbidding(row)),
    ]


def _forbidding(row: Row) -> list[str]:
    """In words what speaks against asking the customer: that it is gone before all else."""
    left = [invitations.gone(row.nomination.customer)] if row.left_on and row.nomination.customer else []
    if row.leaves_on and row.nomination.is_waiting and not row.planned_for:
        left = [invitations.leaves_before(row.nomination)]
    speaker = row.nomination.contact
    if speaker is not None and row.nomination.speaker_left_on and not row.left_on:
        left = [*left, invitations.speaker_gone(speaker)]
    return left + [block.words for block in row.blocks]


def counts(user: User, *, today: date) -> dict[str, int]:
    """How many open nominations there are, are late and are the person's turn."""
    rows = Nomination.objects.visible_to(user)
    return {
        "open": rows.open().count(),
        "late": rows.overdue(today).count(),
        "turn": rows.turns_of(user, today).count(),
    }
