"""Recruiting plans as lists and pages show them, and the customers of high impact that have none."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.models import Programme, User
from customers.models import Customer
from customers.models.customer import CustomerQuerySet
from customers.reports import conflicts
from customers.reports.conflicts import Conflict
from customers.reports.wording import label_of
from references.choices import ImpactTier
from references.models import RecruitingPlan
from references.models.recruiting_plan import RecruitingPlanQuerySet
from references.reports.counts import Present, referenceable


def listed(rows: RecruitingPlanQuerySet) -> QuerySet[RecruitingPlan]:
    """The rows with everything that a list names and sorts by, in two queries. What is not due sorts last."""
    due = Coalesce("due_on", Value(date.max), output_field=DateField())
    return rows.select_related("customer__impact", "owner").prefetch_related("dimensions").annotate(due=due)


def owners() -> list[User]:
    """Who follows a plan, open or not."""
    followed = RecruitingPlan.objects.order_by().values("owner_id")
    return list(User.objects.filter(pk__in=followed).order_by("name", "pk"))


def unplanned(user: User, *, now: Present) -> CustomerQuerySet:
    """Active customers of high impact that are not reference-able and for which nobody has an open plan."""
    rows = Customer.objects.visible_to(user).unmerged().active(now.today).filter(impact__tier=ImpactTier.A)
    rows = rows.exclude(pk__in=RecruitingPlan.objects.open().values("customer_id"))
    rows = rows.exclude(pk__in=referenceable(now).order_by().values("customer_id"))
    return rows.select_related("csm", "account_manager").annotate(score=F("impact__score"))


def export_header() -> list[str]:
    return [
        *(_("Customer"), _("Impact"), _("State"), _("Who follows it"), _("Next step"), _("Due")),
        *(_("What we want"), _("Whom we need to meet"), _("How we get there"), _("What we offer")),
        *(_("Begun on"), _("Closed on"), _("Why closed")),
    ]


def export_rows(rows: QuerySet[RecruitingPlan]) -> Iterator[list[Any]]:
    """The list as it leaves the program, read in chunks."""
    day_of = Programme.current().calendar.day_of
    for row in rows.iterator(chunk_size=2000):
        impact = getattr(row.customer, "impact", None)
        yield [
            *(str(row.customer), impact.tier if impact else "", row.get_state_display(), str(row.owner)),
            *(row.next_step, row.due_on, ", ".join(str(one) for one in row.dimensions.all())),
            *(row.people, row.way, row.offer, day_of(row.created_at)),
            *(day_of(row.closed_at) if row.closed_at else None, row.close_reason),
        ]


def unplanned_header() -> list[str]:
    return [_("Customer"), _("Score"), _("Industry"), _("Region"), _("CSM"), _("Account manager")]


def unplanned_rows(rows: QuerySet[Customer]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        people = (str(row.csm or ""), str(row.account_manager or ""))
        yield [row.name, getattr(row, "score", 0), row.industry, row.region, *people]


def conflicts_of(current: RecruitingPlan, typed: Mapping[str, Any], *, among: set[str]) -> list[Conflict]:
    """Both sides of what two people changed in one plan, `among` the names of its form."""
    columns = conflicts.of_row(current, typed, among=among - {"dimensions"})
    if "dimensions" not in among:
        return columns
    sides = [", ".join(str(one) for one in kinds) for kinds in (current.dimensions.all(), typed["dimensions"])]
    return [Conflict(label_of("dimensions", RecruitingPlan), *sides), *columns]
