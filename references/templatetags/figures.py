"""Figures and addresses in the templates of the quarter."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from references.models import Cell
from references.reports.forecast_meeting import Wanted
from references.rules.forecasts import is_late

register = template.Library()


def count(number: int) -> str:
    """The number as the reader's language groups it."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


@register.filter
def signed(number: int | None) -> str:
    """+4, −3, ±0: the change and its direction without colour."""
    if number is None:
        return "–"
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{count(abs(number))}"


@register.filter
def percent(value: Decimal | None) -> str:
    """88.5 % without idle zeros, with the places that its rule has left; a dash for nothing to compute."""
    if value is None:
        return "–"
    cut = value.quantize(Decimal("0.01"), ROUND_DOWN)
    places = next(places for places in range(3) if cut == cut.quantize(Decimal(1).scaleb(-places)))
    return f"{number_format(cut, decimal_pos=places, use_l10n=True, force_grouping=True)}\u00a0%"


@register.simple_tag
def cell_url(cell: Cell) -> str:
    """Where the cell can be edited."""
    return reverse("references:cell_detail", args=[cell.customer_id, cell.dimension.key])


@register.simple_tag
def customer_url(pk: int) -> str:
    return reverse("customers:customer_detail", args=[pk])


@register.simple_tag
def filter_query(wanted: Wanted, **changes: object) -> SafeString:
    """The page's filters with some changed, as a query string for an attribute."""
    return conditional_escape(wanted.query(**changes))


@register.filter
def late_on(cell: Cell, today: date) -> bool:
    """Whether the expected day or the next action's day has passed."""
    return is_late(cell.forecast_on, cell.next_action_due, today=today)


@register.filter
def day(value: date | None, today: date) -> str:
    """2 Dec; with the year where it is not this one; a dash for no day."""
    if value is None:
        return "–"
    return date_format(value, "j M" if value.year == today.year else "j M Y")
