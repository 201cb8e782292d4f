"""Who works the grid."""

import pytest


@pytest.fixture
def desk(client, maria):
    """The browser in which Maria is logged in."""
    client.force_login(maria)
    return client
