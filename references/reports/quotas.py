"""Who has reached the quota: one person's standing, and everybody's for the performance review."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least, NullIf
from django.utils.translation import gettext as _

from core.choices import Role
from core.models import Programme, RoleGrant, User
from references.choices import QuotaMode
from references.models import Nominator, QuotaOverride, QuotaPolicy
from references.rules import quotas as rule
from references.rules.quotas import Period, Standing

PERIODS_BACK: Final = 8


@dataclass(frozen=True)
class OwnStanding:
    """Where one person stands in the running period: what the next reference request is decided by."""

    accepted: int
    quota: int
    mode: str
    period: Period
    standing: Standing
    override: QuotaOverride | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the person has a quota that anything follows from."""
        return self.quota > 0 and self.mode != QuotaMode.OFF


@dataclass(frozen=True)
class Row:
    """One person in the report; without a quota, which was lifted earlier in the period, there is no percent of it."""

    person: User
    roles: list[str]
    quota: int
    accepted: int
    percent: int | None
    standing: Standing
    override: QuotaOverride | None


@dataclass(frozen=True)
class Sheet:
    """The report of a period: the policy that it is measured by, the people who have a quota or had it lifted."""

    period: Period
    policy: QuotaPolicy
    people: QuerySet[User]


def standing(user: User, *, at: datetime) -> OwnStanding:
    """Where the person stands now; a reference request is refused if `standing.may_ask` is false."""
    policy = QuotaPolicy.objects.holding_at(at)
    period = rule.period_at(policy.period, at, calendar=user.programme.calendar)
    quota = rule.quota_of(user.roles, policy.numbers)
    accepted, lifted = 0, None
    if quota and policy.mode != QuotaMode.OFF:
        accepted = _credits(period).filter(user=user).count()
        lifted = _lifted(period).filter(person=user).select_related("by").first()
    found = rule.standing(accepted, quota, mode=policy.mode, is_lifted=lifted is not None)
    return OwnStanding(accepted, quota, policy.mode, period, found, lifted)


def quota_standings(period: Period, *, at: datetime) -> Sheet:
    """Everybody who has a quota in the period, or had it lifted, annotated with `quota`, `accepted`, `missing` and
    `share` (percent).

    Roles and policy are those at the end of the period, or now while it runs. A period of the other kind than the
    policy's has no quotas.
    """
    on = min(at, period.ends_at)
    policy = QuotaPolicy.objects.holding_at(on)
    numbers = policy.numbers if policy.period == period.kind else {}
    held = RoleGrant.objects.filter(user=OuterRef("pk"), role__in=numbers, granted_at__lte=on)
    held = held.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gte=on))
    number = Case(
        *(When(role=role, then=Value(number)) for role, number in numbers.items()),
        default=Value(0),
        output_field=IntegerField(),
    )
    quota = held.annotate(number=number).order_by("-number").values("number")[:1]
    accepted = _credits(period).filter(user=OuterRef("pk")).order_by().values("user").annotate(count=Count("pk"))
    people = User.objects.active().annotate(
        quota=Coalesce(Subquery(quota), 0), accepted=Coalesce(Subquery(accepted.values("count")), 0)
    )
    missing = Case(When(quota__gt=F("accepted"), then=F("quota") - F("accepted")), default=0)
    counted = Q(quota__gt=0) | Q(pk__in=_lifted(period).values("person_id"))
    shown = people.filter(counted).annotate(missing=missing, share=_share())
    return Sheet(period, policy, shown)


def _share() -> Case:
    """What `rules.shares.percent` says of accepted and quota, for the database to sort by; who has no quota misses
    nothing of it."""
    rounded = (F("accepted") * 200 + F("quota")) / (NullIf(F("quota"), 0) * 2)
    whole = When(quota=0, then=Value(100))
    return Case(whole, When(accepted__gte=F("quota"), then=rounded), default=Least(rounded, Value(99)))


def _lifted(period: Period) -> QuerySet[QuotaOverride]:
    return QuotaOverride.objects.filter(period=period.label)


def why_not_lifted(person: User, *, period: Period, by: User, at: datetime) -> str:
    """In words why this person cannot lift the quota of that one for the period; empty if nothing is against it."""
    told = {"person": person, "period": period.label}
    policy = QuotaPolicy.objects.holding_at(at)
    if person == by:
        return _("Nobody lifts their own quota; a colleague of sales management can.")
    if at >= period.ends_at:
        return _("%(period)s has ended; nothing is lifted any more.") % told
    if at < period.starts_at:
        return _("%(period)s has not begun; a quota is lifted for the period that runs.") % told
    quota = rule.quota_of(person.roles, policy.numbers)
    if policy.period != period.kind or not quota:
        return _("%(person)s has no quota in %(period)s; there is nothing to lift.") % told
    if lifted := _lifted(period).filter(person=person).select_related("by").first():
        words = _("The quota of %(person)s is lifted for %(period)s already, by %(by)s: %(reason)s")
        return words % (told | {"by": lifted.by, "reason": lifted.reason})
    if _credits(period).filter(user=person).count() >= quota:
        return _("%(person)s has reached the quota; there is nothing to lift.") % told
    return ""


def periods(at: datetime) -> list[Period]:
    """The periods that the report can be asked for: the running one of the policy that holds now, and some before."""
    calendar = Programme.current().calendar
    found = [rule.period_at(QuotaPolicy.objects.holding_at(at).period, at, calendar=calendar)]
    while len(found) <= PERIODS_BACK:
        found.append(rule.before(found[-1], calendar=calendar))
    return found


def rows_of(sheet: Sheet, people: Iterable[User]) -> Iterator[Row]:
    """A page of the report; one statement more, for those whose quota is lifted."""
    found = list(people)
    lifted = _lifted(sheet.period).filter(person__in=found).select_related("by")
    overrides = {row.person_id: row for row in lifted}
    labels = dict(Role.choices)
    for one in found:
        quota, accepted, override = _number(one, "quota"), _number(one, "accepted"), overrides.get(one.pk)
        yield Row(
            person=one,
            roles=[str(labels[role]) for role in Role.values if role in one.roles and role in sheet.policy.numbers],
            quota=quota,
            accepted=accepted,
            percent=_number(one, "share") if quota else None,
            standing=rule.standing(accepted, quota, mode=sheet.policy.mode, is_lifted=override is not None),
            override=override,
        )


def export_header() -> list[str]:
    return [
        *(_("Person"), _("E-mail"), _("Role"), _("Team"), _("Region"), _("Period"), _("Quota")),
        *(_("Accepted"), _("Missing"), _("Percent"), _("Standing"), _("Lifted by"), _("Lifted on"), _("Why")),
    ]


def export_rows(sheet: Sheet, people: QuerySet[User]) -> Iterator[list[Any]]:
    day_of = Programme.current().calendar.day_of
    for row in rows_of(sheet, people):
        one, lifted = row.person, row.override
        yield [
            *(one.name, one.email, ", ".join(row.roles), one.team, one.region, sheet.period.label, row.quota),
            *(row.accepted, row.standing.missing, row.percent, row.standing.verdict.label),
            *((str(lifted.by), day_of(lifted.recorded_at), lifted.reason) if lifted else ("", "", "")),
        ]


def history() -> list[QuotaPolicy]:
    """What was set so far, newest first."""
    return list(QuotaPolicy.objects.select_related("by")[:20])


def _number(person: User, name: str) -> int:
    return int(getattr(person, name))


def _credits(period: Period) -> QuerySet[Nominator]:
    return Nominator.objects.accepted_between(period.starts_at, period.ends_at)


def period_of(label: str, *, at: datetime) -> Period:
    """The period of a label, else the one that runs."""
    calendar = Programme.current().calendar
    try:
        return rule.period_named(label, calendar=calendar)
    except ValueError:
        return rule.period_at(QuotaPolicy.objects.holding_at(at).period, at, calendar=calendar)


def teams(sheet: Sheet) -> list[str]:
    """The teams of the people in the report."""
    return list(sheet.people.exclude(team="").order_by("team").values_list("team", flat=True).distinct())
