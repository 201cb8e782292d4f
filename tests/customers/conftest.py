"""Who works with customers."""

import pytest

from core.choices import Role
from tests.factories import ContactFactory, customer, person


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


@pytest.fixture
def tom(db):
    return person("Tom Fox", Role.SUPPORT)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria, domain="bluth.com")


@pytest.fixture
def lucille(bluth):
    return ContactFactory(
        customer=bluth, name="Lucille", email="lucille@bluth.com", evangelist_level="unprompted",
        evangelist_scope="outside",
    )  # fmt: skip
