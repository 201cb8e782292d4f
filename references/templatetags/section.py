"""The row of chips that lead from one page of a section to the others."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def section_link(context: template.Context, url_name: str, label: str) -> SafeString:
    """The chip of one page, marked where it is the page that is shown."""
    match = context["request"].resolver_match
    is_here = match is not None and match.view_name == url_name
    marked = SafeString(' aria-current="page"') if is_here else ""
    look = " chip-on" if is_here else ""
    return format_html('<a class="chip{}" href="{}"{}>{}</a>', look, reverse(url_name), marked, label)
