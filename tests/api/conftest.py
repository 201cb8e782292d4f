"""Maria's program and a customer of hers; a test about another person's or other customers says so itself."""

import pytest

from tests.api.calling import client_of
from tests.factories import customer


@pytest.fixture
def api(maria):
    return client_of(maria)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)
