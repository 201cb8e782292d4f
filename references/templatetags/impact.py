"""What a reference is worth, as lists and pages show it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from references.choices import ImpactTier
from references.rules.impact import MOST_POINTS

register = template.Library()


@register.simple_tag
def tier(value: str) -> SafeString:
    """The tier as a mark that is read out in words; a dash where nobody has looked yet."""
    if not value:
        return SafeString("–")
    label = ImpactTier(value).label
    return format_html(
        '<span class="tier tier-{}" title="{}" role="img" aria-label="{}">{}</span>', value, label, label, value
    )


@register.simple_tag
def points(number: int) -> SafeString:
    """0-3 as filled and empty dots."""
    said = _("%(number)d of %(most)d points") % {"number": number, "most": MOST_POINTS}
    dots = "●" * number + "○" * (MOST_POINTS - number)
    return format_html('<span class="points" role="img" aria-label="{}">{}</span>', said, dots)
