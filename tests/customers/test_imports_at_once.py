"""Priya and a colleague take the same list in at the same moment; every customer is there once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.choices import ImportOutcome
from core.models import Programme
from customers.models import Customer
from tests.customers.taking import counts, take

COLUMNS = {"Name": "name", "Id": "external_id"}
COMPANIES = 2_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("source", ["", "salesforce"], ids=["by name", "by id"])
def test_two_imports_of_one_list_at_the_same_moment_enter_it_once(transactional_db, source):
    if connection.vendor != "postgresql":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    columns = COLUMNS if source else {"Name": "name"}
    content = "Name,Id\n" + "".join(f"Company {number},{number}\n" for number in range(COMPANIES))
    # Where nothing is set yet, both would write the settings first, and one wait for the other.
    Programme.current()
    barrier = Barrier(2)

    def imported(_number):
        barrier.wait(timeout=20)
        try:
            return counts(take(content, columns, source=source))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(imported, range(2)))
    assert Customer.objects.count() == COMPANIES
    assert {ImportOutcome.CREATED: COMPANIES} in found
    assert {ImportOutcome.UNCHANGED: COMPANIES} in found
