"""Ada, who looks after people, and her browser."""

import pytest
from django.test import Client

from core.choices import Role
from core.models import User
from tests.factories import person

PASSWORD = "five words are hard enough"


@pytest.fixture
def ada(db) -> User:
    """Ada Admin, the administrator."""
    return person("Ada Admin", Role.ADMINISTRATOR, password=PASSWORD)


@pytest.fixture
def as_ada(ada) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def nina(db) -> User:
    """Nina Rossi of marketing, who logs in with a password."""
    return person("Nina Rossi", Role.MARKETING, password=PASSWORD)
