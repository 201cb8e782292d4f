"""A copy of the database that lags behind: who may be answered from it, and who must not notice."""

import sqlite3
from contextlib import closing

import pytest
import time_machine
from django.conf import settings as program
from django.core.signing import TimestampSigner
from django.db import OperationalError, connection, connections, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from core import replica
from core.models import Job, User
from customers.models import Customer
from references import tasks
from references.models import Cell, Dimension
from tests.factories import customer
from tests.references.ledger import set_cell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _with_a_copy(transactional_db, settings, monkeypatch):
    """Pages may be answered from a copy, of which nothing is known yet; it is a standby that says it is up to date."""
    settings.DATABASE_ROUTERS = ["core.replica.Router"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "core.replica.ReadFromReplica"]
    monkeypatch.setattr(replica, "state", replica.State())
    monkeypatch.setattr(replica, "lag", lambda: 0.0)


@pytest.fixture
def left_behind(tmp_path):
    """Begins the lag: from now on the copy shows the database as it is at this moment."""

    def begin():
        copied = dict(connections.databases["default"])
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            copied["NAME"] = tmp_path / "copy.sqlite3"
            with closing(sqlite3.connect(copied["NAME"])) as copy:
                connection.connection.backup(copy)
        connections.databases["replica"] = copied
        copy = connections["replica"]
        # Tests may open no connection but those that were there at their beginning.
        del connections.databases["replica"]
        copy.ensure_connection()
        connections.databases["replica"] = copied
        if connection.vendor == "postgresql":
            copy.connection.set_session(isolation_level="REPEATABLE READ", autocommit=False)
            with copy.cursor() as cursor:
                cursor.execute("SELECT 1")

    yield begin
    if "replica" in connections.databases:
        connections["replica"].close()
        del connections["replica"]
        del connections.databases["replica"]


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{reverse('references:grid')}?{query}").context["page"]
    return [row.name for row in page.rows]


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria)


def test_readers_see_the_copy_and_a_writer_reads_what_she_wrote(client, maria, sam, acme, left_behind):
    left_behind()
    client.force_login(maria)
    client.post(reverse("customers:customer_create"), {"name": "Bluth Company", "lifecycle": "live"})
    assert Customer.objects.filter(name="Bluth Company").exists()
    assert names(client) == ["Acme", "Bluth Company"]
    sams = Client()
    sams.force_login(sam)
    assert names(sams) == ["Acme"]
    assert sams.get(reverse("customers:customer_index")).content.decode().count("Bluth Company") == 0


def test_a_writer_is_answered_from_the_copy_again_when_it_must_have_what_she_wrote(
    client, maria, acme, left_behind, clock
):
    left_behind()
    client.force_login(maria)
    client.post(reverse("customers:customer_create"), {"name": "Bluth Company", "lifecycle": "live"})
    clock.shift(program.REPLICA_LAG_SECONDS + 2 * replica.LOOK_AGAIN + 2)
    assert names(client) == ["Acme"]


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as traveller:
        yield traveller


def test_nobody_else_can_make_the_mark_of_a_writer(client, sam, maria, acme, left_behind):
    left_behind()
    customer("Bluth Company", csm=maria)
    client.force_login(sam)
    client.cookies[replica.COOKIE] = TimestampSigner(key="another", salt=replica.COOKIE).sign("1")
    assert names(client) == ["Acme"]


def test_a_page_from_the_copy_is_put_right_by_its_first_poll(client, sam, acme, left_behind):
    left_behind()
    set_cell(acme, "amber", key="logo")
    client.force_login(sam)
    page = client.get(reverse("references:grid"))
    told = client.get(reverse("references:grid_changes"), {"since": str(page.context["changes_cursor"])}).json()
    assert [(cell["customer"], cell["status"]) for cell in told["cells"]] == [(acme.pk, "amber")]


def test_a_table_is_streamed_from_the_copy(client, sam, maria, acme, left_behind):
    left_behind()
    customer("Bluth Company", csm=maria)
    client.force_login(sam)
    answer = client.get(reverse("references:grid_export"), {"format": "csv"})
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer.streaming_content).decode()
    assert ("Acme" in text, "Bluth Company" in text) == (True, False)
    assert Customer.objects.count() == 2


def test_a_job_reads_the_copy_only_when_that_has_everything(
    client, sam, maria, acme, own_files, sent, left_behind, monkeypatch
):
    left_behind()
    customer("Bluth Company", csm=maria)
    rows = {}
    for has_all in (True, False):
        monkeypatch.setattr(replica, "has_all", lambda has_all=has_all: has_all)
        client.force_login(sam)
        client.post(reverse("references:grid_export_start"))
        job = Job.objects.first()
        tasks.export_grid(job.pk)
        job.refresh_from_db()
        rows[has_all] = job.report["rows"]
    assert rows == {True: 1, False: 2}


def test_sessions_people_transactions_and_writers_never_read_the_copy(maria, acme, left_behind):
    left_behind()
    User.objects.filter(pk=maria.pk).update(name="Maria Weber")
    Customer.objects.filter(pk=acme.pk).update(name="Acme & Sons")
    with replica._from_replica():
        assert User.objects.get(pk=maria.pk).name == "Maria Weber"
        assert Customer.objects.get(pk=acme.pk).name == "Acme"
        with transaction.atomic():
            assert Customer.objects.select_for_update().get(pk=acme.pk).name == "Acme & Sons"
        read = Customer.objects.get(pk=acme.pk)
        read.name = "Written"
        read.save(update_fields=["name"])
        cell = Cell(customer=read, dimension=Dimension.objects.first())
        assert cell.customer.name == "Written"
    assert Customer.objects.get(pk=acme.pk).name == "Written"


@pytest.mark.parametrize("behind", [None, 11.0])
def test_a_copy_that_follows_nobody_or_is_too_far_behind_is_not_asked(
    client, sam, maria, acme, left_behind, monkeypatch, behind
):
    left_behind()
    customer("Bluth Company", csm=maria)
    monkeypatch.setattr(replica, "lag", lambda: behind)
    client.force_login(sam)
    assert names(client) == ["Acme", "Bluth Company"]


def test_the_primary_serves_when_the_copy_does_not_answer(client, sam, maria, acme, left_behind, monkeypatch):
    left_behind()
    customer("Bluth Company", csm=maria)
    client.force_login(sam)
    assert names(client) == ["Acme"]
    asked = []

    def cut_off(*_arguments, **_options):
        asked.append(1)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connections["replica"], "cursor", cut_off)
    assert names(client) == ["Acme", "Bluth Company"]
    assert names(client) == ["Acme", "Bluth Company"]
    assert len(asked) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL itself")
def test_a_server_that_is_no_standby_is_not_taken_for_one(left_behind):
    left_behind()
    assert replica._asked("replica", replica.LAG) is None


def test_every_page_of_the_list_exists_and_is_only_read():
    for name in program.REPLICA_VIEWS:
        argument = {"label": "2026-Q1", "kind": "gained"} if "movement" in name else {}
        assert reverse(name, kwargs=argument)
