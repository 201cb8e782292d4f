"""What the log-in page shows besides its form."""

from dataclasses import dataclass

from django import template
from django.conf import settings

from core.choices import Role
from core.models import User

register = template.Library()


@dataclass(frozen=True)
class DemoLogin:
    role: str
    name: str
    email: str
    password: str


@register.simple_tag
def demo_logins() -> list[DemoLogin]:
    """In a demo, the first person of each role; otherwise nothing, whatever the template asks."""
    if not settings.DEMO:
        return []
    first: dict[str, User] = {}
    for user in User.objects.active().order_by("pk")[:200]:
        for role in user.roles:
            first.setdefault(role, user)
    return [
        DemoLogin(str(role.label), first[role].name, first[role].email, settings.DEMO_PASSWORD)
        for role in Role
        if role in first
    ]


@register.simple_tag
def story() -> list[list[dict[str, str]]]:
    """The small picture of a grid beside the form."""
    names = {"G": "green", "A": "amber", "R": "red", "·": "blank"}
    rows = ["GAG·GG", "AGGRAG", "·GAAGG", "GRG·GA", "RGAGG·"]
    return [[{"letter": letter.strip("·"), "status": names[letter]} for letter in row] for row in rows]
