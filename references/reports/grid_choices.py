"""What the grid's menus offer: the values that occur."""

from dataclasses import dataclass
from typing import Final, cast

from django.core.cache import caches

from core.choices import Role
from core.models import User
from core.prepared import Question
from customers.models import Product
from customers.reports.attributes import KnownAttribute, known_attributes
from customers.reports.words import occurring_in

# For so long a menu may lack a word that was entered just now; every page is spared two statements over all customers.
KEPT_SECONDS: Final = 15
Pairs = tuple[tuple[str, str], ...]
Words = tuple[dict[str, list[str]], tuple[KnownAttribute, ...]]
PEOPLE = Question(lambda: User.objects.active().values_list("pk", "name", "email", "role_list"))
PRODUCTS = Question(lambda: Product.objects.values_list("pk", "name"))


@dataclass(frozen=True)
class GridChoices:
    """(value, label) pairs of the menus whose values live in the database."""

    csm: Pairs
    owner: Pairs
    region: Pairs
    industry: Pairs
    product: Pairs
    attributes: tuple[KnownAttribute, ...]


def grid_choices(user: User) -> GridChoices:
    """Regions, industries and attributes of the customers, products, and people who look after customers.

    Words of customers may be as old as KEPT_SECONDS; who has the same roles is offered the same.
    """
    key = f"words-{'-'.join(sorted(user.roles))}"
    words, attributes = cast(Words, caches["menus"].get_or_set(key, lambda: _words(user), KEPT_SECONDS))
    named = [(str(pk), name or email, roles) for pk, name, email, roles in PEOPLE.all()]
    return GridChoices(
        csm=tuple((pk, name) for pk, name, roles in named if Role.CSM in roles),
        owner=tuple((pk, name) for pk, name, _roles in named),
        region=_pairs(words["region"]),
        industry=_pairs(words["industry"]),
        product=tuple((str(pk), name) for pk, name in PRODUCTS.all()),
        attributes=attributes,
    )


def _words(user: User) -> Words:
    return occurring_in("region", "industry", user=user), tuple(known_attributes(user))


def _pairs(words: list[str]) -> Pairs:
    return tuple((word, word) for word in words)
