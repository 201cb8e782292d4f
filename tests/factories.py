"""Rows for tests, made through the actions where history matters."""

from datetime import UTC, datetime

import factory

from core.actions import people
from core.choices import Role
from core.models import User
from customers.actions import customers
from customers.models import Contact, Customer

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def person(name: str, *roles: Role, password: str | None = None) -> User:
    """A colleague with an address made from the name: Maria Chen is maria.chen@example.com."""
    email = name.lower().replace(" ", ".") + "@example.com"
    return people.create(email, name=name, roles=roles, password=password, by=None, at=LONG_AGO)


def customer(
    name: str, *, at: datetime = LONG_AGO, attributes: dict[str, str] | None = None, **values: object
) -> Customer:
    return customers.create(name=name, values=values, attributes=attributes, by=None, at=at)


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    name = factory.Sequence(lambda number: f"Contact {number}")
    created_at = LONG_AGO
