"""Statements that are written once: the same rows, rules and refusals as those that Django writes anew."""

from datetime import UTC, datetime

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import prepared
from core.models import AuditEvent, Programme, User
from core.prepared import Question
from customers.models import Customer
from references.models import Cell, ChangeSet, Dimension
from tests.factories import customer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_question_answers_as_the_queryset_does(maria, priya):
    by_id = Question(lambda pk: User.objects.filter(pk=pk))
    for person in (maria, priya):
        found = by_id.first(person.pk)
        assert (found, found.roles, found.last_login) == (person, person.roles, person.last_login)
        assert found.email == person.email
    assert by_id.first(0) is None


def test_a_question_reads_joined_rows_with_the_row(maria):
    acme = customer("Acme", csm=maria)
    with_csm = Question(lambda pk: Customer.objects.filter(pk=pk).select_related("csm", "opener"))
    for _time in range(2):
        found = with_csm.first(acme.pk)
        assert (found.csm.name, found.opener) == ("Maria Chen", None)


def test_a_question_whose_values_stand_elsewhere_is_refused():
    turned = Question(lambda name, pk: User.objects.filter(pk=pk).filter(name=name))
    with pytest.raises(TypeError, match="not with the values"):
        turned.first("Maria Chen", 1)


def test_a_question_counts_and_reads_plain_values(maria, priya):
    named = Question(lambda name: User.objects.filter(name=name).order_by())
    assert [named.count(maria.name), named.count("Nobody")] == [1, 0]
    plain = Question(lambda: User.objects.filter(name="Maria Chen").values_list("role_list", "name"))
    for _time in range(2):
        assert plain.all() == [(maria.role_list, "Maria Chen")]


@pytest.mark.django_db(transaction=True)
def test_a_row_is_locked_inside_a_transaction_only():
    acme = customer("Acme")
    locked = Question(lambda pk: Customer.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert locked.first(acme.pk) == acme
    if connection.features.has_select_for_update:
        with pytest.raises(transaction.TransactionManagementError):
            locked.first(acme.pk)


def test_an_inserted_row_is_there_as_it_was_given(maria):
    kept = AuditEvent(at=NOON, by=maria, event="a.b", subject_type="x", subject_text="“é”", detail={"Größe": [1, None]})
    prepared.insert(kept)
    found = AuditEvent.objects.get(pk=kept.pk)
    assert (found.at, found.by, found.subject_id, found.subject_text) == (NOON, maria, None, "“é”")
    assert found.detail == {"Größe": [1, None]}


def test_a_row_that_a_constraint_refuses_is_not_inserted(maria):
    acme, dimension = customer("Acme"), Dimension.objects.first()
    cell = {"customer": acme, "dimension": dimension, "version": 1, "updated_at": NOON, "updated_by": maria}
    prepared.insert(Cell(**cell))
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.insert(Cell(**cell))
    assert Cell.objects.count() == 1


def test_a_row_is_replaced_only_as_it_was_seen(maria):
    change_set = ChangeSet.objects.create(source="edit", title="first", made_at=NOON, by=maria)
    change_set.title = "second"
    assert not prepared.replace(change_set, ["title"], seen={"source": "paste"})
    assert ChangeSet.objects.get().title == "first"
    assert prepared.replace(change_set, ["title"], seen={"source": "edit"})
    assert ChangeSet.objects.get().title == "second"


def test_two_questions_are_answered_in_one_round_trip(maria, django_assert_num_queries):
    by_id, named = (
        Question(lambda pk: User.objects.filter(pk=pk)),
        Question(lambda n: Dimension.objects.filter(key=n)),
    )
    by_id.first_beside(named, maria.pk, others=("logo",))
    with django_assert_num_queries(1):
        person, logo = by_id.first_beside(named, maria.pk, others=("logo",))
    assert (person, person.role_list, logo.key) == (maria, maria.role_list, "logo")
    assert by_id.first_beside(named, maria.pk, others=("none",)) == (maria, None)
    assert by_id.first_beside(named, 0, others=("logo",)) == (None, None)


def test_a_row_that_was_replaced_brings_its_ledgers_with_it(maria):
    change_set = ChangeSet.objects.create(source="edit", title="first", made_at=NOON, by=maria)
    change_set.title = "second"

    def replaced(seen):
        another = ChangeSet(source="paste", title="another", made_at=NOON, by=maria)
        undoing = ChangeSet(source="undo", title="100 % of “another”", made_at=NOON, by=maria, undone_by=another)
        return prepared.replace(change_set, ["title"], seen={"source": seen}, then=[another, undoing]) and undoing

    assert not replaced("paste")
    assert ChangeSet.objects.count() == 1
    for _time in range(2):
        undoing = replaced("edit")
        found = ChangeSet.objects.get(pk=undoing.pk)
        assert (found.title, found.undone_by.title) == ("100 % of “another”", "another")
        assert found.undone_by_id == undoing.undone_by_id == undoing.undone_by.pk
    assert ChangeSet.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_plan_of_a_busy_statement_stays_with_the_connection_and_goes_with_it(maria):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no plans")
    by_id = Question(lambda pk: User.objects.filter(pk=pk), is_planned=True)
    with transaction.atomic():
        assert by_id.first(maria.pk) == maria
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as asked:
        assert by_id.first(maria.pk) == maria
    assert asked.captured_queries[0]["sql"].startswith("EXECUTE plan_")
    connection.close()
    assert by_id.first(maria.pk) == maria


def test_a_pooler_is_not_asked_to_keep_plans(maria, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no plans")
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    by_id = Question(lambda pk: User.objects.filter(pk=pk).order_by("pk", "email"), is_planned=True)
    with CaptureQueriesContext(connection) as asked:
        assert by_id.first(maria.pk) == maria
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


def test_the_programme_is_made_when_it_is_first_asked_for(db):
    assert Programme.current() == Programme.current() == Programme.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_seen_to_be_dead():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    connection.ensure_connection()
    assert connection.is_usable()
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()
    assert not connection.is_usable()
    connection.close()
