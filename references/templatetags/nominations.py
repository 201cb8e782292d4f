"""What pages say of a nomination or a plan on the day on which they are looked at."""

from datetime import date

from django import template

from references.models import Nomination, RecruitingPlan

register = template.Library()


@register.filter
def planned_for(nomination: Nomination, today: date) -> date | None:
    return nomination.planned_for(today)


@register.filter
def due_for(nomination: Nomination, today: date) -> date | None:
    return nomination.due_for(today)


@register.filter
def leaves_on(nomination: Nomination, today: date) -> date | None:
    return nomination.leaves_on(today)


@register.filter
def left_on(nomination: Nomination, today: date) -> date | None:
    return nomination.left_on(today)


@register.filter
def is_behind(plan: RecruitingPlan, today: date) -> bool:
    return plan.is_late(today)
