"""Recruiting plans: begun, changed, closed as won or given up, opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.actions.customers import changed_meanwhile, plain
from customers.actions.early_days import refuse_too_early, refuse_too_far
from customers.models import Customer
from references.actions.nomination_history import day_of, refuse_gone
from references.choices import PLAN_WRITERS, PlanState
from references.models import RecruitingPlan

COLUMNS = frozenset(["owner", "people", "way", "offer", "next_step", "due_on"])
EDITABLE = COLUMNS | {"dimensions"}


@transaction.atomic
def begin(customer: Customer, *, values: Mapping[str, Any], by: User, at: datetime) -> RecruitingPlan:
    """A plan for a customer that has no open one. `values` maps names of EDITABLE; without an owner it is `by`."""
    _refuse_unknown(values)
    current = customers.lock(customer.pk)
    refuse_gone(current, at=at)
    _refuse_second(current)
    columns = {"owner": by} | {name: value for name, value in values.items() if name in COLUMNS}
    plan = RecruitingPlan(customer=current, **columns, created_at=at, created_by=by, changed_at=at, changed_by=by)
    _refuse_reader(plan.owner)
    _check(plan, values.get("dimensions", []))
    _check_day(plan, at)
    plan.save()
    plan.dimensions.set(values["dimensions"])
    audit.record("recruiting_plan.begun", plan, by=by, at=at, customer=current.pk)
    return plan


@transaction.atomic
def edit(
    plan: RecruitingPlan, *, seen_version: int, changes: Mapping[str, Any], by: User, at: datetime
) -> RecruitingPlan:
    """Write what differs; nothing if nothing differs. StaleVersion if it was changed since `seen_version`, unless it is
    closed by now."""
    _refuse_unknown(changes)
    current = _lock(plan)
    if words := settled(current):
        raise RuleBroken(words)
    _refuse_stale(current, seen_version)
    told = {name: [getattr(current, name), value] for name, value in changes.items() if name in COLUMNS}
    told = {name: [plain(before), plain(after)] for name, (before, after) in told.items() if before != after}
    wanted = list(changes.get("dimensions", current.dimensions.all()))
    if {one.pk for one in wanted} != {one.pk for one in current.dimensions.all()}:
        told["dimensions"] = [_names(current.dimensions.all()), _names(wanted)]
    if not told:
        return current
    for name in told.keys() & COLUMNS:
        setattr(current, name, changes[name])
    if "owner" in told:
        _refuse_reader(current.owner)
    _check(current, wanted)
    if "due_on" in told:
        _check_day(current, at)
    current.dimensions.set(wanted)
    return _saved(current, "edited", by=by, at=at, fields=told)


def settled(plan: RecruitingPlan) -> str:
    """Why nobody changes a plan any more; empty while it is open."""
    return "" if plan.is_open else _("This plan is closed; open it again before you change it.")


@transaction.atomic
def close(
    plan: RecruitingPlan, *, seen_version: int, state: str, reason: str, by: User, at: datetime
) -> RecruitingPlan:
    """Say that a plan is won or given up, and why. StaleVersion if it was changed since `seen_version`."""
    current = _lock(plan)
    _refuse_stale(current, seen_version)
    if not current.is_open:
        raise RuleBroken(_("This plan is closed already."))
    if state not in (PlanState.WON, PlanState.GIVEN_UP):
        raise RuleBroken(_("Say whether the plan is won or given up."))
    if not reason.strip():
        raise RuleBroken(_("Say why the plan is closed; whoever plans next reads it."))
    current.state, current.close_reason = state, reason.strip()
    current.closed_at, current.closed_by = at, by
    return _saved(current, "closed", by=by, at=at, state=str(PlanState(state).label), reason=current.close_reason)


@transaction.atomic
def reopen(plan: RecruitingPlan, *, seen_version: int, by: User, at: datetime) -> RecruitingPlan:
    """Go on with a closed plan. Refused if the customer has another open one, or has left."""
    current = _lock(plan)
    _refuse_stale(current, seen_version)
    if current.is_open:
        raise RuleBroken(_("This plan is open already."))
    refuse_gone(current.customer, at=at)
    _refuse_second(current.customer)
    reason = current.close_reason
    current.state, current.close_reason = PlanState.OPEN, ""
    current.closed_at, current.closed_by = None, None
    return _saved(current, "reopened", by=by, at=at, before=reason)


def follow_merge(survivor: Customer, *, duplicate: Customer, by: User | None, at: datetime) -> None:
    """A duplicate's plans are the survivor's; of two open ones the survivor's goes on and the other stays readable."""
    theirs = RecruitingPlan.objects.select_for_update().open().filter(customer=duplicate).first()
    if theirs is not None and RecruitingPlan.objects.open().filter(customer=survivor).exists():
        theirs.state, theirs.closed_at, theirs.closed_by = PlanState.GIVEN_UP, at, by
        theirs.close_reason = _("The customer was merged; the plan that was there goes on.")
        told = {"state": str(PlanState.GIVEN_UP.label), "reason": theirs.close_reason}
        _saved(theirs, "closed", by=by, at=at, **told)
    RecruitingPlan.objects.filter(customer=duplicate).update(customer=survivor)


def _lock(plan: RecruitingPlan) -> RecruitingPlan:
    """The plan as the database holds it, with its customer kept from others first, as everywhere."""
    customer = customers.lock(plan.customer_id)
    current = RecruitingPlan.objects.select_for_update().get(pk=plan.pk)
    current.customer = customer
    return current


def _refuse_stale(plan: RecruitingPlan, seen_version: int) -> None:
    if plan.version != seen_version:
        raise StaleVersion(changed_meanwhile(plan), current=plan)


def _saved(plan: RecruitingPlan, deed: str, *, by: User | None, at: datetime, **detail: Any) -> RecruitingPlan:
    plan.version += 1
    plan.changed_at, plan.changed_by = at, by
    plan.save()
    audit.record(f"recruiting_plan.{deed}", plan, by=by, at=at, customer=plan.customer_id, **detail)
    return plan


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a recruiting plan: {', '.join(sorted(unknown))}")


def _refuse_second(customer: Customer) -> None:
    other = RecruitingPlan.objects.open().filter(customer=customer).select_related("owner").first()
    if other is not None:
        words = _("%(customer)s has an open plan already, which %(owner)s follows; go on with that one.")
        raise Duplicate(words % {"customer": customer, "owner": other.owner}, existing=[other])


def _refuse_reader(owner: User) -> None:
    """Whoever follows a plan must be able to change it; who lost that role later keeps what was theirs."""
    if not (owner.is_active and owner.holds(PLAN_WRITERS)):
        words = _(
            "%(person)s may not write plans; choose somebody who may: a programme manager, CSM, account manager, "
            "or somebody of sales or marketing."
        )
        raise RuleBroken(words % {"person": owner})


def _check(plan: RecruitingPlan, dimensions: Any) -> None:
    plan.next_step = " ".join(plan.next_step.split())
    if not dimensions:
        raise RuleBroken(_("Say at least one kind of reference that we want."))
    if bool(plan.next_step) != (plan.due_on is not None):
        raise RuleBroken(_("A next step needs its day, and a day its step."))


def _check_day(plan: RecruitingPlan, at: datetime) -> None:
    refuse_too_early(plan.due_on)
    refuse_too_far(plan.due_on, day_of(at))


def _names(dimensions: Any) -> str:
    return ", ".join(str(one) for one in dimensions)
