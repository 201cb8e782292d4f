"""Who works the grid, and the customer that is nominated."""

import pytest

from tests.factories import ContactFactory, customer


@pytest.fixture
def desk(client, maria):
    """The browser in which Maria is logged in."""
    client.force_login(maria)
    return client


@pytest.fixture
def bluth(maria):
    """A customer of Maria's, and Lucille who would speak."""
    made = customer("Bluth Company", csm=maria)
    ContactFactory(customer=made, name="Lucille Bluth")
    return made
