"""Two workers look for mails at the same moment, and each person gets one."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from people.actions import invitations
from people.models import Invitation
from tests.factories import person

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def claimed_elsewhere(pk):
    try:
        return invitations.claim(pk, at=timezone.now())
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one connection to a database in memory has nobody wait")
def test_a_worker_that_waited_for_an_invitation_finds_that_another_one_has_it():
    nora = person("Nora New")
    waiting = invitations.invite(nora, by=None, at=timezone.now())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert invitations.claim(waiting.pk, at=timezone.now()) == waiting
            other = pool.submit(claimed_elsewhere, waiting.pk)
            for _time in range(200):
                with connection.cursor() as cursor:
                    cursor.execute(WAITS)
                    if cursor.fetchone()[0]:
                        break
                sleep(0.05)
        assert other.result(30) is None
    assert Invitation.objects.filter(claimed_at__isnull=False).count() == 1
