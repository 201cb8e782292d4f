"""The picture of evangelists and revenue, with the words and links that a reader needs."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from references.formats import growth_charts
from references.formats.growth_charts import CustomerDot, GroupBar
from references.reports.evangelist_growth import Compared, Group, Growth, band_name
from references.templatetags.figures import count

register = template.Library()


@register.filter
def signed_percent(value: Decimal | None) -> str:
    """+4.5 %, −3.0 %: the direction without colour; a dash where nothing can be compared."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{number_format(abs(value), decimal_pos=1, use_l10n=True, force_grouping=True)}\u00a0%"


@register.filter
def group_name(group: Group) -> str:
    """0, 1, 2, 3+."""
    return band_name(group.band)


@register.inclusion_tag("references/charts/growth.html")
def growth_chart(found: Growth) -> dict[str, Any]:
    """Growth of revenue by number of evangelists; each dot leads to its customer."""
    return {
        "drawing": growth_charts.draw([_bar(group) for group in found.groups], [_dot(one) for one in found.largest]),
        "title": _("Growth of recurring revenue in percent, by number of evangelists at the customer"),
        "unit": _("growth"),
        "x_unit": _("evangelists at the customer"),
        "legend": [
            ("current", _("growth of the group’s revenue")),
            ("drop", _("where it shrank")),
            ("customer", ngettext("the %(n)s largest customer", "the %(n)s largest customers", len(found.largest))
             % {"n": len(found.largest)}),
        ],
    }  # fmt: skip


def _bar(group: Group) -> GroupBar:
    told = {"name": group_name(group), "count": count(group.customers), "growth": signed_percent(group.growth)}
    title = (
        ngettext(
            "%(name)s evangelists: revenue of %(count)s customer %(growth)s",
            "%(name)s evangelists: revenue of %(count)s customers together %(growth)s",
            group.customers,
        )
        % told
    )
    if group.growth is None:
        title = _("%(name)s evangelists: nothing to compare") % told
    return GroupBar(group_name(group), group.growth, signed_percent(group.growth), title)


def _dot(one: Compared) -> CustomerDot:
    told = {
        "name": one.name,
        "count": one.evangelists,
        "growth": signed_percent(one.growth),
        "before": number_format(one.before, decimal_pos=0, use_l10n=True, force_grouping=True),
        "now": number_format(one.now, decimal_pos=0, use_l10n=True, force_grouping=True),
    }
    title = _("%(name)s, evangelists: %(count)s, revenue %(before)s → %(now)s, %(growth)s") % told
    return CustomerDot(one.band, one.growth, title, reverse("customers:customer_detail", args=[one.pk]))
