"""What the home page says of a nomination on the day on which it is looked at."""

from datetime import date

from django import template

from references.models import Nomination

register = template.Library()


@register.filter
def planned_for(nomination: Nomination, today: date) -> date | None:
    return nomination.planned_for(today)


@register.filter
def has_lost_customer(nomination: Nomination, today: date) -> bool:
    return nomination.has_lost_customer(today)
