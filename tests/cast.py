"""The people who call every address of the program: one of every role, and one who has none."""

from datetime import UTC, datetime

from core.choices import Role
from core.models import User
from tests.factories import person

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAST = {
    "priya": ("Priya Nair", Role.PROGRAMME_MANAGER),
    "maria": ("Maria Chen", Role.CSM),
    "jonas": ("Jonas Weber", Role.CSM),
    "sam": ("Sam Ortiz", Role.SALES_REP),
    "lena": ("Lena Fischer", Role.SALES_MANAGER),
    "anna": ("Anna Kowalski", Role.ACCOUNT_MANAGER),
    "leo": ("Leo Martin", Role.MARKETING),
    "tom": ("Tom Becker", Role.SUPPORT),
    "elena": ("Elena Rossi", Role.EXECUTIVE),
    "ada": ("Ada Admin", Role.ADMINISTRATOR),
}


def cast() -> dict[str, User]:
    """One person of every role (two CSMs), and Noah, who has none."""
    people = {first: person(name, role) for first, (name, role) in CAST.items()}
    return people | {"noah": person("Noah Newman")}
