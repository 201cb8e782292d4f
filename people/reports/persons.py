"""People as the administrator looks for them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import RoleGrant, User


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words of name or address, a role (`none` for people without one), a state."""

    text: str = ""
    role: str = ""
    state: str = ""


def found(wanted: Wanted) -> QuerySet[User]:
    """The people who match, in no particular order."""
    people: QuerySet[User] = User.objects.all()
    for word in wanted.text.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if wanted.role == "none":
        held = RoleGrant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True)
        people = people.filter(~Exists(held))
    elif wanted.role:
        held = RoleGrant.objects.filter(user=OuterRef("pk"), role=wanted.role, revoked_at__isnull=True)
        people = people.filter(Exists(held))
    states = {
        "active": Q(is_active=True),
        "invited": Q(is_active=True, last_login__isnull=True),
        "inactive": Q(is_active=False),
    }
    return people.filter(states[wanted.state]) if wanted.state else people
