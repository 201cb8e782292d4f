"""The ranking of nominators, quarter by quarter: everybody's figures and places, and what of them a person is shown."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Programme, RoleGrant, User
from core.paging import Page
from core.quarters import FiscalCalendar, Quarter
from references.choices import ImpactTier, NominationState, RankedBy
from references.models import Nominator, RecognitionSettings, RewardLevel
from references.reports.deals_helped import DEALS, deals_helped
from references.rules import rankings as rules
from references.rules.rankings import Figures, Level

# A customer that nobody has looked at yet has no tier and is not one of these.
HIGH_IMPACT: Final = Q(nomination__customer__impact__tier=ImpactTier.A)
ROWS: Final = Count("pk")
# What a line of the ranking shows of its figures: on the page, in the export and in the API.
COLUMNS: Final = (
    ("submitted", gettext_lazy("Nominated")),
    ("accepted", gettext_lazy("Accepted")),
    ("enrolled", gettext_lazy("Enrolled")),
    ("share", gettext_lazy("High impact, %")),
    ("deals", gettext_lazy("Deals helped")),
)


@dataclass(frozen=True)
class Row:
    """A person or a team in the ranking. Of a team `people` are those who take part or have credit, `active` those of
    them with credit; `people` is None for who may not know how many did nothing."""

    place: int
    name: str
    team: str
    figures: Figures
    is_top: bool
    is_bottom: bool
    person: User | None = None
    level: Level | None = None
    active: int | None = None
    people: int | None = None

    @property
    def values(self) -> list[tuple[str, int | None]]:
        """Each column's label with its value."""
        return [(str(label), getattr(self.figures, name)) for name, label in COLUMNS]


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words of a name or an address, a role, a team; people or teams."""

    text: str = ""
    role: str = ""
    team: str = ""
    by: str = RankedBy.PERSON


@dataclass(frozen=True)
class Ranking:
    """What one person is shown of a quarter's ranking; `own` is their own line if they have one."""

    quarter: Quarter
    rows: list[Row]
    top: list[Row]
    teams: list[str]
    own: Row | None
    shows_bottom: bool
    uses_levels: bool


def seen_by(user: User, quarter: Quarter, wanted: Wanted | None = None) -> Ranking:
    """The ranking as the person may see it.

    Who may not see the bottom sees nobody without credit but themselves, no team without credit, and not how many
    people a team has.
    """
    wanted, settings = wanted or Wanted(), RecognitionSettings.current()
    everybody = standings(quarter, settings=settings)
    shows_bottom = user.has_perm("references.view_bottom")
    shown = [row for row in everybody if shows_bottom or not row.is_bottom or row.person == user]
    rows = shown
    if wanted.by == RankedBy.TEAM:
        rows = _teams(everybody, settings=settings)
        rows = rows if shows_bottom else [replace(row, people=None) for row in rows if not row.figures.is_nothing]
    return Ranking(
        quarter=quarter,
        rows=[row for row in rows if _matches(row, wanted)],
        top=[row for row in rows if row.is_top],
        teams=sorted({row.team for row in shown if row.team}),
        own=next((row for row in shown if row.person == user), None),
        shows_bottom=shows_bottom,
        uses_levels=settings.uses_levels,
    )


def standings(quarter: Quarter, *, settings: RecognitionSettings) -> list[Row]:
    """Everybody's place in a quarter, first places first: active people who have credit or are asked to nominate."""
    calendar = Programme.current().calendar
    credit, asked = _credit(calendar, quarter), _asked(settings, calendar.ends_at(quarter))
    levels = _levels(settings, calendar, quarter)
    known = User.objects.active().annotate(takes_part=Exists(asked.filter(user=OuterRef("pk"))))
    known = known.filter(Q(takes_part=True) | Q(pk__in=Nominator.objects.values("user_id")))
    people = [person for person in known if person.takes_part or person.pk in credit]
    figures = [credit.get(person.pk, Figures()) for person in people]
    rows = [
        Row(
            place=place,
            name=str(person),
            team=person.team,
            figures=own,
            is_top=rules.is_top(place, own, count=settings.top_count),
            is_bottom=rules.is_bottom(own, takes_part=person.takes_part),
            person=person,
            level=levels.get(person.pk),
        )
        for person, own, place in zip(people, figures, rules.places(figures), strict=True)
    ]
    return sorted(rows, key=lambda row: (row.place, row.name.casefold(), row.person.pk if row.person else 0))


def own_place(user: User, quarter: Quarter) -> Row | None:
    """The person's own line; None for who is not asked to nominate and has no credit. Nobody else is looked up."""
    settings, calendar = RecognitionSettings.seen(), user.programme.calendar
    credit = _credit(calendar, quarter)
    own, takes_part = credit.pop(user.pk, Figures()), user.holds(settings.participants)
    if own.is_nothing and not takes_part:
        return None
    place = rules.places([own, *credit.values()])[0]
    return Row(
        place=place,
        name=str(user),
        team=user.team,
        figures=own,
        is_top=rules.is_top(place, own, count=settings.top_count),
        is_bottom=rules.is_bottom(own, takes_part=takes_part),
        person=user,
        level=_levels(settings, calendar, quarter).get(user.pk),
    )


def page_of(rows: Sequence[Row], *, cursor: str, size: int) -> Page[Row]:
    """One page of lines that are all known already; the cursor is the number of those before it."""
    begin = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 7 else 0
    begin = begin if begin < len(rows) else 0
    end = begin + size
    return Page(
        rows=list(rows[begin:end]),
        next=str(end) if end < len(rows) else None,
        previous=str(max(begin - size, 0)) if begin else None,
    )


def quarters(calendar: FiscalCalendar, *, at: datetime) -> list[Quarter]:
    """From the running quarter back to the first in which somebody nominated."""
    first = Nominator.objects.order_by("nominated_at").values_list("nominated_at", flat=True).first()
    running = calendar.quarter_at(at)
    earliest, found = calendar.quarter_at(first) if first else running, [running]
    while found[-1] > earliest:
        found.append(found[-1].previous)
    return found


def export_header(*, by: str, uses_levels: bool) -> list[str]:
    labels = [str(label) for _name, label in COLUMNS]
    if by == RankedBy.TEAM:
        return [_("Place"), _("Team"), *labels, _("People with credit"), _("People")]
    return [_("Place"), _("Name"), _("E-mail"), _("Team"), *labels, *([_("Level")] if uses_levels else [])]


def export_rows(rows: Sequence[Row], *, uses_levels: bool) -> Iterator[list[Any]]:
    """The lines as they leave the program, as they are shown."""
    for row in rows:
        values = [value for _label, value in row.values]
        if row.person is None:
            yield [row.place, row.name, *values, row.active, row.people]
        else:
            level = [row.level.name if row.level else ""] if uses_levels else []
            yield [row.place, row.name, row.person.email, row.team, *values, *level]


def _credit(calendar: FiscalCalendar, quarter: Quarter) -> dict[int, Figures]:
    """What each nominator's word brought about in a quarter. What was withdrawn counts for nothing, and what was
    refused only as nominated. One statement, whose parts each look up their own few rows.
    """
    begin, end = calendar.starts_at(quarter), calendar.ends_at(quarter)
    active = Nominator.objects.filter(user__is_active=True).order_by()
    new = active.exclude(nomination__state=NominationState.WITHDRAWN)
    new = new.filter(nominated_at__gte=begin, nominated_at__lt=end)
    counted = _counted("submitted", new).union(
        _counted("high_impact", new.filter(HIGH_IMPACT)),
        _counted("accepted", active.accepted_between(begin, end)),
        _counted("enrolled", _enrolled(begin, end)),
        _counted("deals", deals_helped(quarter, calendar), number=DEALS),
        all=True,
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for what, user, number in counted:
        found[user][what] = number
    return {user: Figures(**figures) for user, figures in found.items()}


def _counted(what: str, rows: QuerySet[Nominator], *, number: Count = ROWS) -> "QuerySet[Nominator, Any]":
    """By nominator, how many of the rows there are, called by the name of the figure."""
    told = rows.annotate(what=Value(what, output_field=CharField())).values("what", "user_id")
    return told.annotate(number=number).values_list("what", "user_id", "number")


def _enrolled(begin: datetime, end: datetime) -> QuerySet[Nominator]:
    """Credit of active nominators for what was enrolled between two instants."""
    rows = Nominator.objects.filter(user__is_active=True, nomination__state=NominationState.ENROLLED).order_by()
    return rows.filter(nomination__closed_at__gte=begin, nomination__closed_at__lt=end)


def _asked(settings: RecognitionSettings, end: datetime) -> QuerySet[RoleGrant]:
    """The roles asked to nominate that people hold, or held when the quarter ended."""
    held = Q(revoked_at__isnull=True) | Q(revoked_at__gte=end)
    return RoleGrant.objects.filter(held, role__in=settings.participants, granted_at__lt=end).order_by()


def _levels(settings: RecognitionSettings, calendar: FiscalCalendar, quarter: Quarter) -> dict[int, Level]:
    """The level that each has reached in the fiscal year by the end of the quarter; none while they are off."""
    if not settings.uses_levels:
        return {}
    levels = [row.as_level() for row in RewardLevel.objects.all()]
    begin, end = calendar.starts_at(Quarter(quarter.year, 1)), calendar.ends_at(quarter)
    enrolled = _enrolled(begin, end).values_list("user_id").annotate(number=ROWS)
    reached = {user: rules.level_of(count, levels) for user, count in enrolled}
    return {user: level for user, level in reached.items() if level is not None}


def _teams(everybody: Sequence[Row], *, settings: RecognitionSettings) -> list[Row]:
    """The sums of the teams, first places first; who has no team is in none."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in everybody:
        if row.team:
            members[row.team].append(row)
    sums = [rules.total(row.figures for row in rows) for rows in members.values()]
    rows = [
        Row(
            place=place,
            name=team,
            team=team,
            figures=own,
            is_top=rules.is_top(place, own, count=settings.top_count),
            is_bottom=rules.is_bottom(own, takes_part=True),
            active=sum(not row.figures.is_nothing for row in members[team]),
            people=len(members[team]),
        )
        for team, own, place in zip(members, sums, rules.places(sums), strict=True)
    ]
    return sorted(rows, key=lambda row: (row.place, row.name.casefold()))


def _matches(row: Row, wanted: Wanted) -> bool:
    texts = [row.name, row.person.email if row.person else ""]
    found = all(any(word in text.casefold() for text in texts) for word in wanted.text.casefold().split())
    is_of_team = not wanted.team or row.team == wanted.team
    return found and is_of_team and (not wanted.role or row.person is None or wanted.role in row.person.roles)
