"""Who works with customers."""

import pytest


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client
