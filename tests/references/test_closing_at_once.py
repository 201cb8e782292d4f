"""Twenty people and workers press the button at once; the quarter is closed exactly once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.models import AuditEvent, Notice
from references.actions import closings
from references.models import Closing, ClosingEntry
from tests.references.ledger import FIVE_PAST, Q4, green

PRESSES = 20


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_close_the_quarter_once(transactional_db, priya):
    if connection.vendor != "postgresql":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    for name in ("Acme", "Bluth", "Cancity"):
        green(name)
    barrier = Barrier(PRESSES)

    def press(_number):
        barrier.wait(timeout=20)
        try:
            return closings.close(Q4, by=None, at=FIVE_PAST).pk
        except closings.AlreadyClosed as found:
            return found.closing.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as pool:
        numbers = set(pool.map(press, range(PRESSES)))
    closing = Closing.objects.get()
    assert numbers == {closing.pk}
    assert (closing.count, ClosingEntry.objects.count()) == (3, 3)
    assert AuditEvent.objects.filter(event="quarter.closed").count() == 1
    assert Notice.objects.filter(to=priya).count() == 1
