"""What the grid's menus offer: the values that occur."""

from dataclasses import dataclass

from core.choices import Role
from core.models import User
from customers.models import Product
from customers.reports.words import occurring


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
    people = list(User.objects.active().only("pk", "name", "email", "role_list"))
    return GridChoices(
        csm=[(str(one.pk), str(one)) for one in people if one.holds([Role.CSM])],
        owner=[(str(one.pk), str(one)) for one in people],
        region=_pairs(occurring("region", user=user)),
        industry=_pairs(occurring("industry", user=user)),
        product=[(str(pk), name) for pk, name in Product.objects.values_list("pk", "name")],
    )


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]
