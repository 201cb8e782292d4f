"""Drives as pages show them: who was asked, who answered, what came of it, and whether the programme can cope."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, Final

from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.choices import Role
from core.models import Programme, User
from core.quarters import FiscalCalendar
from references.choices import DriveAnswer, DriveState, NominationState
from references.models import Cohort, CohortMember, Drive, RecruitingSettings
from references.models.drive import CohortMemberQuerySet
from references.reports import recruiting_queue
from references.rules import drives as rule
from references.rules.shares import percent

# From so many people asked on, what they nominated says what to expect of the next; before, it is one each.
ENOUGH_ASKED: Final = 10
MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Tally:
    """What came of asking some people; a percent is None where nobody was asked. Of those who were not, `here` can be:
    the others are deactivated."""

    people: int = 0
    asked: int = 0
    answered: int = 0
    nominations: int = 0
    here: int = 0
    first_asked_at: datetime | None = field(default=None, compare=False)

    @property
    def percent(self) -> int | None:
        return percent(self.answered, self.asked)

    @property
    def to_ask(self) -> int:
        return self.people - self.asked


def months_mark(drive: Drive) -> str:
    """What tells one state of a drive, and of who is asked when, from another; its page sends back the one it showed.

    A person who is moved changes nothing of the drive's version, so that nobody's edit of its mail is refused for it.
    """
    members = drive.members.order_by("person").values_list("person", "cohort__month")
    told = [drive.version, *([person, str(month)] for person, month in members)]
    return sha256(json.dumps(told).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Month:
    """One month of a drive. `asked_on` is the day on which the first of its people were asked; before, the day on which
    they are to be; None where nobody was and nobody will be.

    Who is still to be asked is on `next_on`: `is_due` on that day. `is_past` once the month is over.
    """

    cohort: Cohort
    tally: Tally
    asked_on: date | None
    load: rule.Load
    next_on: date
    is_due: bool = False
    is_past: bool = False


@dataclass(frozen=True)
class Line:
    """A drive in the list."""

    drive: Drive
    state: DriveState
    tally: Tally


@dataclass(frozen=True)
class Overlap:
    """A running drive in which people stand whom another one would ask too; `names` are the first of them."""

    drive: Drive
    people: int
    names: list[str]

    @property
    def others(self) -> int:
        """How many there are beside those who are named."""
        return self.people - len(self.names)


def members(drive: Drive) -> CohortMemberQuerySet:
    """The people of a drive with their answers, and what lists name and sort by. Who was left out sorts last."""
    month = Coalesce("cohort__month", Value(date.max))
    return (
        CohortMember.objects.filter(drive=drive)
        .with_answer_times()
        .annotate(month=month, name=F("person__name"))
        .select_related("person", "cohort", "drive")
    )


def nominations_by(rows: CohortMemberQuerySet, by: str) -> dict[int, int]:
    """How many customers the asked people nominated until the close, for each drive or cohort; one statement.

    As `with_answers` counts, but a customer whom several of them nominated is one.
    """
    credit = "person__nominators"
    kept = [state for state in NominationState.values if state != NominationState.WITHDRAWN]
    stands = Q(**{f"{credit}__nomination__state__in": kept})
    stands |= Q(**{f"{credit}__nomination__closed_at__gte": F("drive__closes_at")})
    since = {f"{credit}__nominated_at__gte": F("asked_at"), f"{credit}__nominated_at__lt": F("drive__closes_at")}
    customer = Coalesce(f"{credit}__nomination__customer_id", -F(f"{credit}__nomination_id"))
    answered = rows.filter(stands, **since).order_by().values(by).annotate(count=Count(customer, distinct=True))
    return {row[by]: row["count"] for row in answered}


def tallies(rows: CohortMemberQuerySet, by: str) -> dict[int, Tally]:
    """What came of asking, for each drive or cohort; two statements."""
    counted = rows.filter(cohort__isnull=False).with_answers().order_by().values(by)
    answered = Q(nominated__gt=0) | Q(answered_at__isnull=False)
    found = counted.annotate(
        people=Count("pk"),
        asked=Count("asked_at"),
        first_asked_at=Min("asked_at"),
        answered=Count("pk", filter=answered),
        here=Count("pk", filter=Q(asked_at__isnull=True, person__is_active=True)),
    )
    nominations, names = nominations_by(rows, by), ("people", "asked", "answered", "here", "first_asked_at")
    return {
        row[by]: Tally(nominations=nominations.get(row[by], 0), **{name: row[name] for name in names}) for row in found
    }


def months(drive: Drive, *, at: datetime) -> list[Month]:
    """The months of a drive, with what is to be expected of each if the people nominate as those before them did."""
    calendar = Programme.current().calendar
    today = calendar.day_of(at)
    cohorts = list(drive.cohorts.all())
    counted = tallies(CohortMember.objects.filter(drive=drive), "cohort_id")
    each, is_open = nominations_each(), drive.state(at) in (DriveState.PREPARED, DriveState.RUNNING)
    found = [counted.get(cohort.pk, Tally()) for cohort in cohorts]
    expected = [
        (cohort.month, math.ceil(tally.to_ask * each) if is_open else 0)
        for cohort, tally in zip(cohorts, found, strict=True)
    ]
    capacity = RecruitingSettings.current().capacity
    waiting = sum(month.planned for month in recruiting_queue.months(capacity=capacity, today=today))
    loads = rule.loads(expected, waiting=waiting, capacity=capacity, today=today)
    return [
        _month(cohort, tally, load, drive, at, calendar)
        for cohort, tally, load in zip(cohorts, found, loads, strict=True)
    ]


def _month(
    cohort: Cohort, tally: Tally, load: rule.Load, drive: Drive, at: datetime, calendar: FiscalCalendar
) -> Month:
    today, state = calendar.day_of(at), drive.state(at)
    closes_on = rule.months_from(drive.first_month, drive.months + 1)[-1]
    next_on = rule.asking_day(cohort.month, today=today, closes_on=closes_on)
    is_past = cohort.month < today.replace(day=1)
    will_be = tally.people > 0 and (state == DriveState.RUNNING or (state == DriveState.PREPARED and not is_past))
    first, asked_on = tally.first_asked_at, next_on if will_be else None
    asked_on = calendar.day_of(first) if first else asked_on
    return Month(cohort, tally, asked_on, load, next_on, is_due=next_on <= today, is_past=is_past)


def nominations_each() -> float:
    """How many nominations come of asking one person, by the experience of all drives; one until there is enough."""
    asked = CohortMember.objects.filter(asked_at__isnull=False)
    people = asked.count()
    return sum(nominations_by(asked, "drive_id").values()) / people if people >= ENOUGH_ASKED else 1.0


def missing_people(drive: Drive) -> QuerySet[User]:
    """Active people with a role of the drive who are in no month of it, nor left out: mostly new colleagues."""
    people: QuerySet[User] = User.objects.active().with_role(*(Role(role) for role in drive.roles))
    return people.exclude(pk__in=drive.members.values("person_id")).order_by("name", "pk")


def overlaps(roles: Iterable[str], *, first_month: date, at: datetime) -> list[Overlap]:
    """Running drives that last into the month and hold people with one of the roles: they would be asked twice."""
    begins = _begins(first_month)
    people = User.objects.active().with_role(*(Role(role) for role in roles))
    return _overlaps(CohortMember.objects.filter(person__in=people.order_by().values("pk")), begins, at)


def overlaps_of(drive: Drive, *, at: datetime) -> list[Overlap]:
    """Running drives that last into a prepared one and hold people who are in a month of it."""
    begins = _begins(drive.first_month)
    people = drive.members.filter(cohort__isnull=False, person__is_active=True).order_by().values("person_id")
    return _overlaps(CohortMember.objects.filter(person__in=people).exclude(drive=drive), begins, at)


def _begins(month: date) -> datetime:
    return datetime.combine(month, time.min, Programme.current().calendar.zone)


def _overlaps(rows: CohortMemberQuerySet, begins: datetime, at: datetime) -> list[Overlap]:
    members = rows.filter(cohort__isnull=False)
    running = Drive.objects.open(at).filter(closes_at__gt=begins, pk__in=members.order_by().values("drive_id"))
    counted = dict(members.filter(drive__in=running).order_by().values_list("drive_id").annotate(people=Count("pk")))
    return [Overlap(drive, counted[drive.pk], list(_first_names(members.filter(drive=drive)))) for drive in running]


def asked_elsewhere(people: Iterable[User], drive: Drive, *, at: datetime) -> dict[int, list[CohortMember]]:
    """By person, where other running drives that last into this one ask them, or have asked: drive and month."""
    running = Drive.objects.open(at).filter(closes_at__gt=_begins(drive.first_month))
    rows = CohortMember.objects.filter(person__in=people, cohort__isnull=False, drive__in=running)
    found: dict[int, list[CohortMember]] = {}
    for row in rows.exclude(drive=drive).select_related("drive", "cohort").order_by("cohort__month", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def _first_names(rows: CohortMemberQuerySet) -> QuerySet[CohortMember, str]:
    return rows.order_by("person__name", "pk").values_list("person__name", flat=True)[:MOST_NAMED]


def lines(drives: Iterable[Drive], *, at: datetime) -> list[Line]:
    """A page of drives, each with what came of it."""
    shown = list(drives)
    counted = tallies(CohortMember.objects.filter(drive__in=shown), "drive_id")
    return [Line(drive, drive.state(at), counted.get(drive.pk, Tally())) for drive in shown]


def index_header() -> list[str]:
    return [
        *(_("Drive"), _("State"), _("Split by"), _("First month"), _("Number of months")),
        *(_("People"), _("Asked"), _("Answered"), _("Percent"), _("Nominations")),
    ]


def index_rows(drives: QuerySet[Drive], *, at: datetime) -> Iterator[list[Any]]:
    for line in lines(drives, at=at):
        drive, tally = line.drive, line.tally
        yield [
            *(drive.name, line.state.label, drive.get_split_display(), f"{drive.first_month:%Y-%m}", drive.months),
            *(tally.people, tally.asked, tally.answered, tally.percent, tally.nominations),
        ]


def export_header() -> list[str]:
    return [
        *(_("Month"), _("Group"), _("Person"), _("E-mail"), _("Team"), _("Region"), _("Active")),
        *(_("Asked on"), _("Answer"), _("Answered on"), _("Note"), _("Nominations")),
    ]


def answer_labels(drive: Drive, *, at: datetime) -> dict[str, str]:
    """What each answer is called; once a drive is over nobody is asked or answers any more."""
    labels = {one.value: str(one.label) for one in DriveAnswer}
    if drive.state(at) in (DriveState.PREPARED, DriveState.RUNNING):
        return labels
    return labels | {DriveAnswer.NOT_ASKED: _("Not asked"), DriveAnswer.SILENT: _("Did not answer")}


def _note(row: CohortMember, day: date | None) -> str:
    """The note of who said on a day that there is nothing this time. After a nomination that is no answer any more:
    the note tells by itself that it is an earlier word."""
    if day is None or not row.note or row.answer != DriveAnswer.NOMINATED:
        return row.note
    earlier = _("Earlier, on %(day)s, “nothing this time”:") % {"day": date_format(day)}
    return f"{earlier} {row.note}"


def export_rows(rows: QuerySet[CohortMember], *, labels: Mapping[str, str]) -> Iterator[list[Any]]:
    """The people of a drive as they leave the program, read in chunks; `labels` are its `answer_labels`."""
    calendar = Programme.current().calendar
    yes, no = _("yes"), _("no")

    def day_of(instant: datetime | None) -> date | None:
        return calendar.day_of(instant) if instant else None

    for row in rows.iterator(chunk_size=2000):
        one, cohort = row.person, row.cohort
        yield [
            *(f"{cohort.month:%Y-%m}" if cohort else "", cohort.label if cohort else ""),
            *(one.name, one.email, one.team, one.region, yes if one.is_active else no),
            *(
                day_of(row.asked_at) or "",
                labels[row.answer],
                day_of(row.told_at) or "",
                _note(row, day_of(row.answered_at)),
            ),
            getattr(row, "nominated", 0),
        ]
