"""What waits for a person: gathered from the reports of the apps, by what the person's roles may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Q, When, Window

from core.models import Job, Notice, User
from core.quarters import FiscalCalendar, Quarter
from customers.models import Customer, SupportCase
from customers.reports import evangelists
from people.reports import persons
from references.choices import NominationState, Status
from references.filters import GridFilter
from references.models import (
    Cell,
    CohortMember,
    Correction,
    Nomination,
    Recognition,
    RecruitingPlan,
    RecruitingSettings,
)
from references.models.cell import CellQuerySet
from references.models.nomination import NominationQuerySet
from references.reports import closings, quotas, rankings, recoveries, recruiting_plans
from references.reports.counts import Present, of_active_customers, referenceable
from references.reports.rankings import Row
from references.reports.turns import open_turn

# Beside each of the first rows, how many there are of all.
OF_ALL: Final = Window(Count("*"))
DECIDES = "references.decide_nomination"
AHEAD, EXPIRING, SHOWN = timedelta(days=14), timedelta(days=30), 8


@dataclass(frozen=True)
class PeopleWaiting:
    """What an administrator looks after."""

    without_role: int
    never_logged_in: int


@dataclass(frozen=True)
class OwnCustomers:
    """The active customers of which the person owns any side, and how many of them count today.

    `stale_evangelists` speak for us there, and were not briefed for too long.
    """

    count: int
    referenceable: int
    stale_evangelists: int
    brief_every_days: int = evangelists.POLICY.brief_every_days


@dataclass(frozen=True)
class Home:
    """The first page of one person. Lists hold the most urgent rows, counts everything; None is not this person's.

    `overdue_customers` is how many rows the grid shows of the person's customers that have an action overdue.
    """

    today: date
    quarter: Quarter
    days_left: int
    actions: list[Cell]
    action_count: int
    overdue_count: int
    overdue_customers: int
    expiring: list[Cell]
    expiring_count: int
    notices: list[Notice]
    unread_count: int
    jobs: list[Job]
    due_quarters: list[Quarter] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    people: PeopleWaiting | None = None
    own: OwnCustomers | None = None
    turns: list[Nomination] = field(default_factory=list)
    turn_count: int = 0
    nominated: list[Nomination] = field(default_factory=list)
    nominated_count: int = 0
    to_confirm: list[Nomination] = field(default_factory=list)
    recovered: list[SupportCase] = field(default_factory=list)
    asked: CohortMember | None = None
    quota: quotas.OwnStanding | None = None
    letters: list[Recognition] = field(default_factory=list)
    place: Row | None = None
    plans: list[RecruitingPlan] = field(default_factory=list)
    unplanned: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether this person has neither own customers nor anything that waits."""
        waits = self.actions or self.expiring or self.due_quarters or self.corrections or self.turns or self.letters
        asked = (
            self.nominated or self.recovered or self.asked or self.quota or self.plans or self.unplanned or self.place
        )
        return not (waits or self.people or self.own or asked)


def home(user: User, *, now: Present) -> Home:
    today, quarter = now.today, now.quarter
    standing = quotas.standing(user, at=now.at)
    return Home(
        today=today,
        quarter=quarter,
        days_left=(now.calendar.ends_on(quarter) - today).days,
        **_cells(user, now),
        **_notices(user),
        **_nominations(user, today),
        jobs=list(Job.objects.visible_to(user).listed()[:5]),
        due_quarters=_due(user, now.calendar, now.at),
        corrections=_undecided(user) if user.has_perm("references.decide_correction") else [],
        people=_people() if user.has_perm("core.manage_people") else None,
        own=_own(user, now),
        recovered=list(recoveries.of(user, today=today)[:SHOWN]),
        asked=open_turn(user, at=now.at),
        quota=standing if standing.is_shown else None,
        letters=_letters(user),
        place=rankings.own_place(user, quarter),
        plans=_plans(user, today),
        unplanned=recruiting_plans.unplanned(user, now=now).count() if user.has_perm(DECIDES) else 0,
    )


def _cells(user: User, now: Present) -> dict[str, Any]:
    """The most urgent next actions and ending Greens, each with how many there are, counted by the same statement."""
    late = Window(Count("customer", filter=Q(next_action_due__lt=now.today)))
    actions = _actions(user, now.today).annotate(of_all=OF_ALL, of_late=late)
    expiring = _expiring(user, now).annotate(of_all=OF_ALL)
    due = list(actions.order_by("next_action_due", "pk")[:SHOWN])
    ending = list(expiring.order_by("evidence_valid_until", "pk")[:SHOWN])
    return {
        "actions": due,
        "action_count": _number(due, "of_all"),
        "overdue_count": _number(due, "of_late"),
        "overdue_customers": GridFilter({"mine": "true", "overdue": "true"}, user=user, today=now.today).qs.count(),
        "expiring": ending,
        "expiring_count": _number(ending, "of_all"),
    }


def _notices(user: User) -> dict[str, Any]:
    unread = list(Notice.objects.visible_to(user).unread().annotate(of_all=OF_ALL)[:5])
    return {"notices": unread, "unread_count": _number(unread, "of_all")}


def _number(rows: Sequence[object], name: str) -> int:
    """What was counted over all of which these are the first."""
    return int(getattr(rows[0], name)) if rows else 0


def _nominations(user: User, today: date) -> dict[str, Any]:
    """Whose turn it is, what the person has nominated, and what the person must vouch for anew, the oldest first. One
    that ended because another of the same customer goes on is not listed beside it, but counted: the list that the page
    leads to has it."""
    seen = Nomination.objects.visible_to(user).select_related("customer")
    waits, own = seen.turns_of(user, today).annotate(of_all=OF_ALL), seen.nominated_by(user)
    turns = list(waits.by_due()[:SHOWN])
    unconfirmed = own.stale(today, days=RecruitingSettings.current().verify_after_days)
    return {
        "turns": turns,
        "turn_count": _number(turns, "of_all"),
        "nominated": list(
            _open_ones_first(user, own, today).exclude(
                state=NominationState.WITHDRAWN, customer__in=own.open().values("customer")
            )[:SHOWN]
        ),
        "nominated_count": own.count(),
        "to_confirm": list(unconfirmed.order_by("verified_on", "pk")[:SHOWN]),
    }


def _open_ones_first(user: User, own: NominationQuerySet, today: date) -> NominationQuerySet:
    """What waits for the person, then what waits for others, then what is over; of each the newest first."""
    turns, still_open = own.turns_of(user, today).order_by().values("pk"), own.open().order_by().values("pk")
    place = Case(When(pk__in=turns, then=0), When(pk__in=still_open, then=1), default=2)
    return own.order_by(place, "-state_since", "-pk")


def _actions(user: User, today: date) -> CellQuerySet:
    """Next actions that are late or due in two weeks: the person's own, and ownerless ones of the CSM's customers.

    Only where the grid shows them: nobody has anything to do for a customer that has left.
    """
    own = Customer.objects.visible_to(user).unmerged().filter(csm=user)
    mine = Q(owner=user) | Q(owner__isnull=True, customer__in=own)
    due = Cell.objects.visible_to(user).filter(mine, next_action_due__lte=today + AHEAD)
    shown = due.exclude(status=Status.GREEN).filter(of_active_customers(today), dimension__is_active=True)
    return shown.select_related("customer", "dimension")


def _expiring(user: User, now: Present) -> CellQuerySet:
    """Greens that count now and whose evidence ends within 30 days, of the CSM's customers."""
    trigger = now.definition.dimension_id
    greens = Cell.objects.visible_to(user).filter(status=Status.GREEN, dimension_id=trigger, customer__csm=user)
    ends = greens.filter(evidence_valid_until__gte=now.today, evidence_valid_until__lte=now.today + EXPIRING)
    return ends.filter(of_active_customers(now.today)).select_related("customer", "dimension")


def _due(user: User, calendar: FiscalCalendar, at: datetime) -> list[Quarter]:
    return closings.due(calendar=calendar, at=at) if user.has_perm("references.close_quarter") else []


def _undecided(user: User) -> list[Correction]:
    """Corrections that wait for a second person, the person's own left out."""
    waiting = Correction.objects.filter(decision__isnull=True).exclude(proposed_by=user)
    return list(waiting.select_related("closing", "customer", "proposed_by")[:SHOWN])


def _plans(user: User, today: date) -> list[RecruitingPlan]:
    """Recruiting plans that the person follows and whose next step is due, the latest first."""
    due = RecruitingPlan.objects.visible_to(user).due_to(user, today)
    return list(due.select_related("customer").order_by("due_on", "pk")[:SHOWN])


def _letters(user: User) -> list[Recognition]:
    """Letters of recognition that wait for the person's signature."""
    if not user.has_perm("references.sign_recognition"):
        return []
    waiting = Recognition.objects.visible_to(user).to_be_signed_by(user)
    return list(waiting.select_related("person").order_by("asked_at", "pk")[:SHOWN])


def _own(user: User, now: Present) -> OwnCustomers | None:
    mine = Customer.objects.visible_to(user).owned_by(user).active(now.today)
    counting = Count("pk", filter=Q(pk__in=referenceable(now).order_by().values("customer_id")))
    told = mine.aggregate(count=Count("pk"), referenceable=counting)
    return (
        OwnCustomers(**told, stale_evangelists=evangelists.stale_of(user, today=now.today)) if told["count"] else None
    )


def _people() -> PeopleWaiting:
    nobody = persons.found(persons.Wanted(role="none", state="active"))
    return PeopleWaiting(nobody.count(), persons.found(persons.Wanted(state="invited")).count())
