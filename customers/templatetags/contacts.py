"""How a contact is reached, as it is printed."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def mail_address(address: str) -> SafeString:
    """The address, which in a narrow column breaks after its at sign rather than within a word."""
    name, _at, host = address.partition("@")
    return format_html("{}@<wbr>{}", name, host)
