"""What the grid's menus offer: the values that occur."""

from dataclasses import dataclass

from core.choices import Role
from core.models import User
from customers.models import Product
from customers.reports.words import occurring_in


@dataclass(frozen=True)
class GridChoices:
    """(value, label) pairs of the menus whose values live in the database."""

    csm: list[tuple[str, str]]
    owner: list[tuple[str, str]]
    region: list[tuple[str, str]]
    industry: list[tuple[str, str]]
    product: list[tuple[str, str]]


def grid_choices(user: User) -> GridChoices:
    """Regions and industries of the customers, products, and people who look after customers."""
    words = occurring_in("region", "industry", user=user)
    people = User.objects.active().values_list("pk", "name", "email", "role_list")
    named = [(str(pk), name or email, roles) for pk, name, email, roles in people]
    return GridChoices(
        csm=[(pk, name) for pk, name, roles in named if Role.CSM in roles],
        owner=[(pk, name) for pk, name, _roles in named],
        region=_pairs(words["region"]),
        industry=_pairs(words["industry"]),
        product=[(str(pk), name) for pk, name in Product.objects.values_list("pk", "name")],
    )


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]
