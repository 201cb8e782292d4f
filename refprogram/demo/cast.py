"""The people of the demo."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from core.actions import people
from core.choices import Role
from core.models import User

PASSWORD = "demo-reference-1"  # noqa: S105  printed by the demo on purpose

CAST = (
    ("Priya Nair", Role.PROGRAMME_MANAGER),
    ("Maria Chen", Role.CSM),
    ("Jonas Weber", Role.CSM),
    ("Paula Novak", Role.CSM),
    ("Ken Ito", Role.CSM),
    ("Sam Ortiz", Role.SALES_REP),
    ("Lea Marchand", Role.SALES_REP),
    ("Dan Whitfield", Role.SALES_REP),
    ("Lena Fischer", Role.SALES_MANAGER),
    ("Tom Becker", Role.ACCOUNT_MANAGER),
    ("Aisha Bello", Role.ACCOUNT_MANAGER),
    ("Nina Rossi", Role.MARKETING),
    ("Omar Haddad", Role.SUPPORT),
    ("Eva Lindqvist", Role.EXECUTIVE),
    ("Hugo Brandt", Role.EXECUTIVE),
    ("Alex Kim", Role.ADMINISTRATOR),
)


# Where people work: drives and rankings go by it.
TEAMS = {
    "North": ("EMEA", ("Maria Chen", "Jonas Weber", "Sam Ortiz", "Tom Becker", "Lena Fischer")),
    "West": ("US West", ("Paula Novak", "Lea Marchand", "Aisha Bello")),
    "Pacific": ("APAC", ("Ken Ito", "Dan Whitfield")),
    "Service": ("EMEA", ("Omar Haddad",)),
}


def address(name: str) -> str:
    return name.lower().replace(" ", ".") + "@example.com"


def hire(*, at: datetime) -> dict[str, User]:
    """Everyone by name, with the demo password."""
    staff = {name: people.create(address(name), name=name, roles=[role], by=None, at=at) for name, role in CAST}
    for team, (region, names) in TEAMS.items():
        for name in names:
            roles = staff[name].roles
            people.administer(staff[name], name=name, roles=roles, team=team, region=region, by=None, at=at)
    # One hash for all: hashing is slow on purpose, and the password is printed anyway.
    User.objects.filter(email__in=[person.email for person in staff.values()]).update(
        password=make_password(PASSWORD), time_zone="Europe/Berlin"
    )
    return staff


def holding(staff: dict[str, User], role: Role) -> list[User]:
    """The people of the cast with a role, in the order of the cast."""
    return [person for person in staff.values() if role in person.roles]
